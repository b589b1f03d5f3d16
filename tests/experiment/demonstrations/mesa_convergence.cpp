#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_convergence() {
  return {sweep_of("",
                   "distribution = gaussian, sparse, rademacher, uniform\ndimension = 1, 3\ncontext = 4, 50\n"
                   "init = 0.1:0.1, 0.5:1.5, 1e-3:2e-3, 0.3:-0.1, -0.4:-0.2\n"),
          sweep_of("", "distribution = gaussian\ndimension = 3\ncontext = 20\ninit = 0.1:0.1, 0.5:1.5\n"),
          planted([](std::size_t, std::size_t) {
            return EntryDefect{1.5, 0, 0};
          })};
}

}  // namespace flowsweep::test
