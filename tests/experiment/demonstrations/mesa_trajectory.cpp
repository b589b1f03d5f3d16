#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

constexpr const char* symmetric_laws = "distribution = gaussian, sparse, rademacher, uniform\n";
constexpr const char* published_starts = "init = 0.1:0.1, 0.5:1.5, 2:2\n";
constexpr const char* gaussian_point = "distribution = gaussian\ndimension = 3\ncontext = 20\n";

}  // namespace

Demonstration demonstrate_mesa_trajectory() {
  return {sweep_of("", std::string(symmetric_laws) +
                           "dimension = 1, 3\ncontext = 4, 50\nintegrator = bdf, adams, dormand-prince\n"
                           "init = 0.1:0.1, 0.5:1.5, 1e-3:2e-3, 0.3:-0.1, -0.4:-0.2, 0:0.3\n"),
          sweep_of("", std::string(gaussian_point) + published_starts), fast_clock()};
}

}  // namespace flowsweep::test
