#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

constexpr const char* flow =
    "gradient_tolerance = 1e-3\nrelative_tolerance = 1e-6\nabsolute_tolerance = 1e-8\nrecords = 4\n";

}  // namespace

Demonstration demonstrate_causal_recall() {
  return {
      causal_sweep_of("distribution = rademacher, gaussian\ndimension = 2\ncontext = 8\nseed = 0, 1\n", flow,
                      "sequences = 50\n"),
      causal_sweep_of("distribution = rademacher\ndimension = 2\ncontext = 8\n", flow, "sequences = 50\n"),
      weight_decay(10)};
}

}  // namespace flowsweep::test
