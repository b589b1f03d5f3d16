#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_full_one_masked() {
  return {sweep_of("",
                   "distribution = full-one\nmask = true\nscale = 0.5, 1, 2\ndimension = 1, 2, 5\n"
                   "context = 3, 100, 1000000\ninit = 0.1:0.1, 0.5:1.5, 2:2\n"),
          sweep_of("", "distribution = full-one\nmask = true\ndimension = 3\ncontext = 20\n"),
          weight_decay(1e-3)};
}

}  // namespace flowsweep::test
