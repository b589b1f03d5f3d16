#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

constexpr const char* published_starts = "init = 0.1:0.1, 0.5:1.5, 2:2\n";
constexpr const char* gaussian_point = "distribution = gaussian\ndimension = 3\ncontext = 20\n";

}  // namespace

Demonstration demonstrate_mesa_balance() {
  return {sweep_of(
              "",
              "distribution = gaussian, sparse, rademacher, uniform, full-one, skewed, student-t, two-point, "
              "shifted-gaussian, equicorrelated-gaussian, anisotropic-gaussian\np = 0.3\ndimension = 1, 3\n"
              "context = 4, 50\ninit = 0.1:0.1, 0.5:1.5, 0.3:-0.2\nperturbation = 0, 0.2\ndense = 0, 0.3\n"),
          sweep_of("", std::string(gaussian_point) + published_starts), uneven_gradient()};
}

}  // namespace flowsweep::test
