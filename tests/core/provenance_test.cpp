#include "core/provenance.hpp"

#include "support/catch.hpp"

using namespace flowsweep;

TEST_CASE("every field of the provenance is filled", "[provenance]") {
  const Provenance made = provenance();
  for (const std::string& field : {made.program_version, made.git_commit, made.compiler, made.libraries,
                                   made.instruction_set, made.kernel}) {
    CAPTURE(field);
    CHECK(!field.empty());
    CHECK(field.find('@') == std::string::npos);  // a placeholder the build did not fill
  }
  CHECK(made.kernel == kernel_version);
}
