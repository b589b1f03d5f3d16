#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

// Loose enough for the finite-difference Newton of the sampled risk; its sampling error is a thousand times
// larger.
constexpr const char* sampled_flow =
    "gradient_tolerance = 1e-4\nrelative_tolerance = 1e-6\nabsolute_tolerance = 1e-8\n";

}  // namespace

Demonstration demonstrate_mesa_limit_sampled() {
  return {
      sweep_of("risk = empirical",
               "distribution = gaussian, rademacher\ndimension = 2\ncontext = 5\nseed = 0, 1\n"
               "init = 0.2:0.2\n",
               sampled_flow, "sequences = 1000\n"),
      sweep_of("risk = empirical", "distribution = gaussian\ndimension = 2\ncontext = 5\ninit = 0.2:0.2\n",
               sampled_flow, "sequences = 1000\n"),
      weight_decay(10)};
}

}  // namespace flowsweep::test
