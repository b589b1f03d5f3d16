#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_limit_sharp() {
  return {sweep_of("",
                   "distribution = gaussian, sparse, rademacher, uniform\ninit = 0.1:0.1, 0.5:1.5, 2:2\n"
                   "scale = 0.5, 2\ndimension = 1, 4\ncontext = 3, 100, 1000000\n"),
          sweep_of("", "distribution = gaussian, uniform\ndimension = 3\ncontext = 20\n"),
          off_diagonal_pull(3)};
}

}  // namespace flowsweep::test
