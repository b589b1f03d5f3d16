#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

constexpr const char* flow =
    "gradient_tolerance = 1e-4\nrelative_tolerance = 1e-6\nabsolute_tolerance = 1e-8\nrecords = 4\n";

}  // namespace

Demonstration demonstrate_causal_scale() {
  return {causal_sweep_of("score = linear, softmax\ndistribution = rademacher\ndimension = 2\ncontext = 6\n",
                          flow, "sequences = 50\n"),
          causal_sweep_of("score = linear, softmax\ndistribution = rademacher\ndimension = 1\ncontext = 6\n",
                          flow, "sequences = 50\n"),
          weight_decay(0.1)};
}

}  // namespace flowsweep::test
