#include "core/error.hpp"

#include <string>

#include "support/catch.hpp"

using flowsweep::InputError;

TEST_CASE("an input error names file, line, field, value and constraint", "[error]") {
  CHECK(std::string(InputError({"sweep.ini", 12}, "axes.dimension", "0", "dimension >= 1").what()) ==
        "sweep.ini:12: axes.dimension = 0: dimension >= 1");
}

TEST_CASE("an input error without a line names the place alone", "[error]") {
  CHECK(std::string(InputError({"command line", 0}, "scale", "-1", "scale > 0").what()) ==
        "command line: scale = -1: scale > 0");
  CHECK(std::string(InputError("missing.h5", "no such file").what()) == "missing.h5: no such file");
}
