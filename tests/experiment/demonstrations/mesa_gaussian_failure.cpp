#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_gaussian_failure() {
  return {// Test lengths on both sides of the training length, and far beyond it.
          sweep_of("",
                   "distribution = gaussian\nscale = 0.5, 2\ndimension = 1, 2, 5\ncontext = 10, 100\n"
                   "init = 0.1:0.1, 0.5:1.5\ntest_sequences = 0, 2000\ntest_context = 4, 30, 1000000\n"),
          sweep_of("", "distribution = gaussian\ndimension = 3\ncontext = 20\ntest_sequences = 0, 100\n"),
          weight_decay(1e-3)};
}

}  // namespace flowsweep::test
