#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_dual_equivalence() {
  return {sweep_of_model("softmax-attention", "",
                         "distribution = gaussian, rademacher\ntask = tokens\ndimension = 1, 4, 12\nwidth = "
                         "0, 3\ndemonstrations = 1, 15\n"
                         "queries = 1, 3\neta = 1e-6, 0.3, 100\nweight_scale = 0.3, 1, 5\n"),
          sweep_of_model("softmax-attention", "",
                         "distribution = gaussian\ntask = tokens\ndimension = 1, 4, 12\ndemonstrations = 1, "
                         "15\nqueries = 1, 3\n"),
          uneven_dual_loss()};
}

}  // namespace flowsweep::test
