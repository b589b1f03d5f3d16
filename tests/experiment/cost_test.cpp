#include "experiment/cost.hpp"

#include <cmath>

#include "points.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

double cost(const std::string& top, const std::string& axes, const std::string& flow = "",
            const std::string& empirical = "") {
  return experiment::predicted_seconds(test::only_point(test::sweep_of(top, axes, flow, empirical)));
}

const std::string base = "distribution = gaussian\ncontext = 20\n";

}  // namespace

TEST_CASE("predicted costs are positive, finite and grow with the work", "[cost]") {
  const double small = cost("", base + "dimension = 2\n");
  CHECK(small > 0);
  CHECK(std::isfinite(small));
  CHECK(cost("", base + "dimension = 64\n") > 10 * small);
  CHECK(cost("", "distribution = gaussian\ncontext = 1000000\ndimension = 2\n") == small);
  const std::string euler = "integrator = euler\nstep = 1e-3\nsteps = ";
  CHECK(cost("", base + "dimension = 2\n", euler + "100000\n") >
        10 * cost("", base + "dimension = 2\n", euler + "100\n"));
  const double sampled = cost("risk = empirical", base + "dimension = 2\n", "", "sequences = 100\n");
  CHECK(cost("risk = empirical", base + "dimension = 2\n", "", "sequences = 100000\n") > 100 * sampled);
}

TEST_CASE("a point that uses an explicit list of records has a cost", "[cost]") {
  CHECK(cost("", base + "dimension = 2\n", "record_times = 0.1, 1\n") > 0);
}
