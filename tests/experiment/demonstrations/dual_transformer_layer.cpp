#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_dual_transformer_layer() {
  return {
      sweep_of_model("transformer-layer", "",
                     "distribution = gaussian, rademacher\ntask = tokens\ndimension = 4, 12\nhidden = 8, "
                     "24\nresidual = true, false\n"
                     "queries = 1, 3\neta = 1, 7\nalpha = 0, 0.3\nbeta = 0, 0.3\n"),
      sweep_of_model(
          "transformer-layer", "",
          "distribution = gaussian\ntask = tokens\ndimension = 4, 12\nhidden = 64\nresidual = true, false\n"),
      long_dual_start()};
}

}  // namespace flowsweep::test
