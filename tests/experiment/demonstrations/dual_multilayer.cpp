#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_dual_multilayer() {
  return {
      sweep_of_model("multilayer-attention", "",
                     "distribution = gaussian, rademacher\ntask = tokens\ndimension = 4\nwidth = 0, "
                     "7\ndemonstrations = 5\nlayers = 2, 4\n"
                     "queries = 1, 3\neta = 7\nalpha = 0, 0.3\nbeta = 0, 0.3\nkey_map = identity, gelu\n"),
      sweep_of_model(
          "multilayer-attention", "",
          "distribution = gaussian\ntask = tokens\ndimension = 4\ndemonstrations = 5\nlayers = 2, 3\n"),
      large_normaliser()};
}

}  // namespace flowsweep::test
