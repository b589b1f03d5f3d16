#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {

Demonstration demonstrate_mesa_mesa_optimizer() {
  return {
      sweep_of("",
               "distribution = gaussian, sparse, rademacher, uniform\nscale = 0.5, 2\ndimension = 1, 4\n"
               "context = 3, 100, 1000000\ninit = 0.1:0.1, 0.5:1.5, 2:2\n"
               "test_sequences = 0, 50\ntest_context = 5, 1000\n"),
      sweep_of("",
               "distribution = gaussian, rademacher\ndimension = 3\ncontext = 20\ntest_sequences = 0, 20\n"),
      off_diagonal_pull(3)};
}

}  // namespace flowsweep::test
