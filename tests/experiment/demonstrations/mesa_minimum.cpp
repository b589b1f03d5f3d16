#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_minimum() {
  return {
      sweep_of("",
               "distribution = gaussian, sparse, rademacher, uniform, full-one, skewed\ndimension = 2, 4\n"
               "context = 3, 50\nperturbation = 0.1\ndense = 0, 0.5\n"),
      // Drawn to 0 more strongly than the saddle there pushes away.
      sweep_of("", "distribution = gaussian, full-one\ndimension = 3\ncontext = 20\nperturbation = 0.1\n"),
      weight_decay(100)};
}

}  // namespace flowsweep::test
