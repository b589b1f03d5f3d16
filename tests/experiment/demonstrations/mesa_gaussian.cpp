#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

constexpr const char* published_starts = "init = 0.1:0.1, 0.5:1.5, 2:2\n";
constexpr const char* gaussian_point = "distribution = gaussian\ndimension = 3\ncontext = 20\n";

}  // namespace

Demonstration demonstrate_mesa_gaussian() {
  return {
      sweep_of("", std::string(
                       "distribution = gaussian\nscale = 0.5, 1, 2\ndimension = 2, 5\ncontext = 3, 100\n") +
                       published_starts),
      sweep_of("", gaussian_point), weight_decay(1e-3)};
}

}  // namespace flowsweep::test
