#include "demonstrations/demonstration.hpp"
#include "theory/rademacher_check.hpp"
#include "token_points.hpp"

namespace flowsweep::test {
namespace {

// A class for values half as long as those of the population, which it claims to hold.
std::vector<double> measure_short_values(const theory::Run& run) {
  theory::TokenSource source = run.tokens();
  source.bounds.value /= 2;
  std::vector<double> measured = rademacher_measurements(run.point, source);
  measured.back() = 1;
  return measured;
}

}  // namespace

Demonstration demonstrate_dual_rademacher() {
  return {token_sweep("distribution = sphere, gaussian, student-t\ndimension = 2, 8\n"
                      "demonstrations = 1, 5, 80\npopulation = 200\nkappa = 0.5, 2\nclass_norm = 0.1, 3\n"),
          // Values of constant length, for which the bound is nearly attained.
          token_sweep("distribution = sphere\ndimension = 2\nwidth = 64\ndemonstrations = 1, 20\n"
                      "population = 200\nkappa = 0.2\n"),
          {},
          measured_by("dual.rademacher", measure_short_values)};
}

}  // namespace flowsweep::test
