#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_dual_regularised() {
  return {
      sweep_of_model(
          "softmax-attention", "",
          "distribution = gaussian, rademacher\ntask = tokens\ndimension = 4\nqueries = 1, 3\neta = 1, 7\n"
          "alpha = -0.5, 0.1, 1, 2\nbeta = 0, 0.3\nkey_map = identity, mlp\n"),
      sweep_of_model(
          "softmax-attention", "",
          "distribution = gaussian\ntask = tokens\ndimension = 4, 12\nqueries = 1, 3\nalpha = -0.5, 0.3\n"),
      long_dual_start()};
}

}  // namespace flowsweep::test
