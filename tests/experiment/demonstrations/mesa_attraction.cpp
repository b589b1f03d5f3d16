#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

constexpr const char* gaussian_point = "distribution = gaussian\ndimension = 3\ncontext = 20\n";

}  // namespace

Demonstration demonstrate_mesa_attraction() {
  return {sweep_of("",
                   "distribution = gaussian, rademacher, uniform\ndimension = 2, 5\ncontext = 5, 100\n"
                   "perturbation = 1e-3, 0.1\ndense = 0, 0.5\nseed = 0, 1\n"),
          sweep_of("", std::string(gaussian_point) + "perturbation = 0.1\nseed = 0..2\n"),
          off_diagonal_pull(3)};
}

}  // namespace flowsweep::test
