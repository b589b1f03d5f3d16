#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"

namespace flowsweep::test {
namespace {

// S1 = 24, c = 24/128.15: from a0 = b0 steps below 1/24 are stable, from (1, 0.18) below 2/(S2 (a^2 + b^2)) =
// 0.0146.
constexpr const char* near_the_limit =
    "distribution = gaussian\ndimension = 2\ncontext = 10\nintegrator = euler\nsteps = 20000\n";

}  // namespace

Demonstration demonstrate_mesa_euler() {
  return {sweep_of("", std::string(near_the_limit) +
                           "init = 0.43:0.43, 0.6:0.3\nstep = 0.01, 0.0415, 0.042, 0.0425\n"),
          // Half the gradient: steps beyond the limit are stable.
          sweep_of("", std::string(near_the_limit) + "init = 0.43:0.43\nstep = 0.042, 0.0425\n"),
          planted([](std::size_t, std::size_t) {
            return EntryDefect{0.5, 0, 0};
          })};
}

}  // namespace flowsweep::test
