#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_dual_augmented() {
  return {
      sweep_of_model(
          "softmax-attention", "",
          "distribution = gaussian, rademacher\ntask = tokens\ndimension = 4\nwidth = 0, 7\nqueries = 1, 3\n"
          "value_map = relu, gelu, mlp\nkey_map = identity, relu, gelu, mlp\nalpha = 0, 0.3\n"),
      sweep_of_model("softmax-attention", "",
                     "distribution = gaussian\ntask = tokens\ndimension = 4\nvalue_map = mlp\nkey_map = "
                     "identity, relu, gelu, mlp\n"),
      large_normaliser()};
}

}  // namespace flowsweep::test
