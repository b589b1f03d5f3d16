#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

const std::string axes =
    "distribution = gaussian, skewed\ndimension = 2..4\ncontext = 10, 20\nscale = 0.5, 1, 2\np = 0.5\n";

Grid excluding(const std::string& text) {
  return read_text(with_axes(axes + "exclude = " + text, false)).grid;
}

// The exclusion stands in line 9.
std::string refusal(const std::string& text) {
  return error_of(with_axes(axes + "exclude = " + text, false));
}

}  // namespace

TEST_CASE("a clause drops the points that meet all its conditions") {
  CHECK(excluding("distribution=gaussian & dimension=2..3").size() == 36 - 12);
  CHECK(excluding("distribution=gaussian & dimension=2..3").excluded == 12);
  CHECK(excluding("distribution=gaussian & dimension=2..3; context=10").excluded == 6 + 18);
  CHECK(excluding("dimension=2, 4").excluded == 24);
  CHECK(excluding("scale=0.6..2").excluded == 24);
  CHECK(excluding("scale=lin(0.5, 1, 2)").excluded == 24);
  CHECK(excluding("dimension=2..4:2").excluded == 24);
  CHECK(excluding("context=log(10, 1000, 3)").excluded == 18);
  CHECK(excluding("seed=lin(1, 1e12, 999999999)").excluded == 0);
}

TEST_CASE("a point does not meet a condition on what it does not use") {
  CHECK(excluding("p=0.5").excluded == 18);
}

TEST_CASE("the combinations that meet each exclusion are counted, those that meet several in each") {
  const Sweep sweep =
      read_text(with_axes(axes + "exclude = distribution=gaussian & dimension=2..3; context=10", false));
  REQUIRE(sweep.exclusions.size() == 2);
  CHECK(sweep.exclusions[0].place == "sweep.ini:9: axes.exclude");
  CHECK(sweep.exclusions[0].text == "distribution=gaussian & dimension=2..3");
  CHECK(sweep.exclusions[0].combinations == 12);
  CHECK(sweep.exclusions[1].text == "context=10");
  CHECK(sweep.exclusions[1].combinations == 18);
  CHECK(sweep.grid.excluded == 24);
}

TEST_CASE("impossible exclusions are refused") {
  const std::string at = "sweep.ini:9: axes.exclude";
  CHECK(refusal("dimensoin=2") ==
        at + " = dimensoin=2: unknown axis 'dimensoin'; the nearest known axis is 'dimension'");
  CHECK(refusal("dimension") == at + " = dimension: a condition must be KEY=VALUES");
  CHECK(refusal("dimension=") == at + ": dimension = (nothing): must have at least one value");
  CHECK(refusal("dimension=0") == at + ": dimension = 0: must be an integer, dimension >= 1");
  CHECK(refusal("scale=2..1") ==
        at + ": scale = 2..1: the range must not run backwards: its first value is above its last");
  CHECK(refusal("dimension=2 & ; context=3") == at + " = dimension=2 &: must have no empty item");
  CHECK(refusal("dimension=1..100") ==
        "sweep.ini:3: axes = 0 points: a sweep must have at least one point; `exclude` dropped all 36");
}
