#include <fstream>
#include <iterator>

#include "cli/help.hpp"
#include "experiment/parameters.hpp"
#include "support/catch.hpp"
#include "sweep/reference.hpp"

namespace flowsweep::cli {
namespace {

std::string content(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the reference pages in docs/ are what the program prints") {
  INFO(
      "write them anew: flowsweep help --markdown > docs/command-reference.md; "
      "flowsweep help sweep-file > docs/sweep-file.md");
  CHECK(content(FLOWSWEEP_COMMAND_REFERENCE) == command_reference());
  CHECK(content(FLOWSWEEP_SWEEP_FILE_REFERENCE) == sweep::reference_page(*experiment::vocabulary()));
}

}  // namespace flowsweep::cli
