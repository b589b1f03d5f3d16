#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

using Texts = std::vector<std::string>;

const Grid& grid() {
  static const Grid grid =
      read_text(with_axes("distribution = gaussian, sparse, skewed\ndimension = 2..4\ncontext = 10\n"
                          "scale = 0.5, 1, 2\np = 0.5\nseed = 0..11\ninit = 0.1:0.1, 1:2",
                          false))
          .grid;
  return grid;
}

std::size_t kept(const Texts& conditions) {
  return filter_rows(grid(), conditions).size();
}

std::string refusal(const std::string& condition) {
  try {
    filter_rows(grid(), Texts{condition});
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("conditions keep the rows that meet all of them") {
  REQUIRE(grid().size() == 648);
  CHECK(kept({}) == 648);
  CHECK(kept({"distribution=gaussian,sparse"}) == 432);
  CHECK(kept({"dimension=2..3"}) == 432);
  CHECK(kept({"dimension=2..900000000000"}) == 648);
  CHECK(kept({"scale = 0.5"}) == 216);
  CHECK(kept({"scale=0.6..2"}) == 432);
  CHECK(kept({"init=0.1:0.1"}) == 324);
  CHECK(kept({"p=0.5"}) == 216);
  CHECK(kept({"scale=0.5", "dimension=4", "seed=0..3"}) == 8 * 3);
  CHECK(kept({"p=0.5", "distribution=gaussian"}) == 0);
  for (const std::size_t row : filter_rows(grid(), Texts{"dimension=3"}))
    CHECK(grid().point(row).integer("dimension") == 3);
}

TEST_CASE("impossible conditions are refused") {
  const std::string at = "command line: --where";
  CHECK(refusal("dimensoin=2") ==
        at + " dimensoin = 2: unknown axis 'dimensoin'; the nearest known axis is 'dimension'");
  CHECK(refusal("dimension") == at + " = dimension: must be AXIS=VALUES");
  CHECK(refusal("dimension=2,7") == at + " dimension = 7: no point has this value; present are 2, 3, 4");
  CHECK(refusal("seed=99") ==
        at +
            " seed = 99: no point has this value; present are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ... (12 values)");
  CHECK(refusal("step=1") == at + " step = 1: no point has this value; no point uses it");
  CHECK(refusal("distribution=gausian").find("the nearest is 'gaussian'") != std::string::npos);
  CHECK(refusal("dimension=") == at + " dimension = (nothing): must have at least one value");
  CHECK(refusal("dimension=0") == at + " dimension = 0: must be an integer, dimension >= 1");
  CHECK(refusal("record_times=1") == at + " record_times = 1: is a list and cannot stand in a condition");
}
