#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_tail() {
  return {sweep_of("",
                   "distribution = gaussian, rademacher, uniform\ndimension = 1, 2, 5\ncontext = 4, 100\n"
                   "init = 0.1:0.1, 0.5:1.5\nperturbation = 0, 0.1\n"),
          sweep_of("", "distribution = gaussian\ndimension = 3\ncontext = 20\nperturbation = 0, 0.1\n"),
          planted([](std::size_t, std::size_t) {
            return EntryDefect{1.5, 0, 0};
          })};
}

}  // namespace flowsweep::test
