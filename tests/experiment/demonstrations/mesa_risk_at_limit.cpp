#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_risk_at_limit() {
  return {
      sweep_of(
          "",
          "distribution = gaussian, sparse, rademacher, uniform\ninit = 0.1:0.1, 0.5:1.5\nscale = 0.5, 2\n"
          "dimension = 1, 4\ncontext = 3, 100, 1000000\n"),
      sweep_of("", "distribution = gaussian, uniform\ndimension = 3\ncontext = 20\n"), weight_decay(1e-3)};
}

}  // namespace flowsweep::test
