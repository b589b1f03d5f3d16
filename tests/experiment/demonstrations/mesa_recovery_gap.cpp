#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_recovery_gap() {
  return {sweep_of("",
                   "distribution = gaussian, sparse, rademacher, uniform\nscale = 0.5, 2\ndimension = 1, 5\n"
                   "context = 3, 10, 1000, 1000000\ninit = 0.1:0.1, 0.5:1.5, 2:2\n"),
          sweep_of("", "distribution = gaussian, rademacher\ndimension = 3\ncontext = 20\n"),
          weight_decay(0.1)};
}

}  // namespace flowsweep::test
