#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

constexpr const char* symmetric_laws =
    "distribution = gaussian, sparse, rademacher, uniform, laplace, sphere, bernoulli-rademacher, "
    "bernoulli-gaussian, student-t\n";
constexpr const char* published_starts = "init = 0.1:0.1, 0.5:1.5, 2:2\n";

}  // namespace

Demonstration demonstrate_mesa_limit() {
  return {sweep_of("", std::string(symmetric_laws) + published_starts +
                           "scale = 0.5, 2\ndimension = 1, 4\ncontext = 3, 100, 1000000\n"),
          // No defect: Assumption 4.1 as encoded here is met and does not suffice.
          sweep_of("",
                   "distribution = skewed, two-point\np = 0.3\nscale = 0.5, 1\ndimension = 2, 3\ncontext = "
                   "5, 10\ninit = "
                   "0.2:0.3, 0.1:0.1\n"),
          {}};
}

}  // namespace flowsweep::test
