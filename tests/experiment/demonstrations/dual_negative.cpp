#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_dual_negative() {
  return {sweep_of_model(
              "softmax-attention", "",
              "distribution = gaussian, rademacher\ntask = tokens\ndimension = 4\ndemonstrations = 2, "
              "15\nbeta = -0.4, 0.3\n"
              "negatives = 0.1, 0.5, 1\nnegative_rule = lowest-score, lowest-query-score\nalpha = 0, 0.3\n"),
          sweep_of_model("softmax-attention", "",
                         "distribution = gaussian\ntask = tokens\ndimension = 4, 12\nbeta = 0.3\n"),
          uneven_dual_loss()};
}

}  // namespace flowsweep::test
