#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_full_one_preconditioned() {
  return {
      sweep_of("",
               "distribution = full-one\nscale = 0.5, 1, 2\ndimension = 2, 5, 8\ncontext = 4, 100, 10000\n"
               "init = 0.1:0.1, 0.5:1.5, 2:2\n"),
      sweep_of("", "distribution = full-one\ndimension = 3\ncontext = 20\ninit = 0.1:0.1, 0.5:1.5\n"),
      weight_decay(1e-3)};
}

}  // namespace flowsweep::test
