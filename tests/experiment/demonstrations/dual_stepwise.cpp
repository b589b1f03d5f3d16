#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_dual_stepwise() {
  return {
      sweep_of_model(
          "softmax-attention", "",
          "distribution = gaussian, rademacher\ntask = tokens\ndimension = 4, 12\ndemonstrations = 1, 2, 15\n"
          "queries = 1, 3\neta = 0.3, 100\nalpha = 0, 0.5\nbeta = 0\nweight_scale = 0.3, 3\n"),
      sweep_of_model(
          "softmax-attention", "",
          "distribution = gaussian\ntask = tokens\ndimension = 4\ndemonstrations = 2, 15\nalpha = 0, 0.5\n"),
      uneven_dual_loss()};
}

}  // namespace flowsweep::test
