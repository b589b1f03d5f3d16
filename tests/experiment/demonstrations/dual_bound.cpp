#include "demonstrations/demonstration.hpp"
#include "theory/bound_check.hpp"
#include "token_points.hpp"

namespace flowsweep::test {
namespace {

std::vector<double> measure_one_token(const theory::Run& run) {
  const theory::SampleGaps gaps = one_token_gaps(run);
  const double delta = run.point.real("delta");
  return bound_measurements(run.tokens(), gaps, delta, [&](std::size_t sample) {
    return complexity_bound(run.tokens().bounds, gaps.traces[sample], gaps.count, delta);
  });
}

}  // namespace

Demonstration demonstrate_dual_bound() {
  return {token_sweep(
              "distribution = sphere, gaussian, student-t\ndimension = 2, 8\n"
              "demonstrations = 40, 200\npopulation = 200\ndraws = 400\ncheck_prompts = 1\nkappa = 0.5, 2\n"
              "delta = 0.05, 0.3\n"),
          token_sweep("distribution = sphere\ndimension = 8\nwidth = 32\ndemonstrations = 1280\npopulation = "
                      "200\ndraws = 200\ncheck_prompts = 1\nkappa = 0.5, 1\n"),
          {},
          measured_by("dual.bound", measure_one_token)};
}

}  // namespace flowsweep::test
