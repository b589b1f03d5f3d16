#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_recovery() {
  return {
      // Both directions: sparse and rademacher are recovered, the others must not be.
      sweep_of("",
               "distribution = gaussian, sparse, rademacher, uniform, skewed\nscale = 0.5, 2\n"
               "dimension = 1, 2, 5\ncontext = 3, 10, 1000\ninit = 0.1:0.1, 0.5:1.5\n"),
      sweep_of("",
               "distribution = sparse, rademacher\ndimension = 3\ncontext = 20\ninit = 0.1:0.1, 0.5:1.5\n"),
      weight_decay(1)};
}

}  // namespace flowsweep::test
