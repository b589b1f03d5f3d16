#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_emergence() {
  return {sweep_of("",
                   "distribution = gaussian, uniform, laplace\ndimension = 2, 3\ncontext = 4, 100\n"
                   "blocks = all\nperturbation = 0.1\ndense = 0, 0.3\nseed = 0, 1\n"),
          sweep_of("",
                   "distribution = gaussian\ndimension = 3\ncontext = 20\nblocks = all\nperturbation = 0.1\n"
                   "seed = 0..2\n"),
          other_block_pull(3)};
}

}  // namespace flowsweep::test
