#include "theory/margin.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace flowsweep::theory;

TEST_CASE("NaN is the worst margin, and equal margins are not worse", "[theory]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(worse(-2, -1));
  CHECK_FALSE(worse(-1, -2));
  CHECK_FALSE(worse(1, 1));
  CHECK(worse(nan, -infinity));
  CHECK_FALSE(worse(-infinity, nan));
  CHECK_FALSE(worse(nan, nan));
}
