#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_rate() {
  return {sweep_of("",
                   "distribution = gaussian, rademacher, uniform\ndimension = 1, 2, 5\ncontext = 4, 100\n"
                   "init = 0.1:0.1, 0.5:1.5\nperturbation = 0, 0.1\n"),
          sweep_of("", "distribution = gaussian, uniform\ndimension = 3\ncontext = 20\n"),
          weight_decay(1e-2)};
}

}  // namespace flowsweep::test
