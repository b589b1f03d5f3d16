#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_invariance() {
  return {sweep_of("",
                   "distribution = gaussian, sparse, rademacher, uniform, full-one, skewed\n"
                   "init = 0.1:0.1, 0.5:1.5, 0.3:-0.1\ndimension = 1, 2, 4\ncontext = 4, 50\n"),
          sweep_of("", "distribution = gaussian, rademacher\ndimension = 3\ncontext = 20\n"),
          off_diagonal_pull(3)};
}

}  // namespace flowsweep::test
