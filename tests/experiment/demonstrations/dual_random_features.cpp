#include <cmath>
#include <string>

#include "demonstrations/demonstration.hpp"
#include "theory/feature_check.hpp"
#include "token_points.hpp"

namespace flowsweep::test {
namespace {

// Finite models whose keys lack the factor d_o^{-1/4}.
std::vector<double> measure_unscaled_keys(const theory::Run& run) {
  const auto duals = theory::check_duals(run);
  auto unscaled = duals;
  const double factor = std::pow(static_cast<double>(run.point.integer("dimension")), 0.25);
  for (auto& dual : unscaled) {
    dual.keys *= factor;
    dual.start.keys *= factor;
  }
  return measurements_of(theory::feature_check(run.point, duals, unscaled));
}

}  // namespace

Demonstration demonstrate_dual_random_features() {
  const std::string few = "features = 128\nfeature_draws = 200\ncheck_prompts = 2\n";
  return {token_sweep("distribution = gaussian\ndimension = 4, 12\nweight_scale = 0.05, 0.15\n"
                      "alpha = 0, 0.3\nbeta = 0, 0.3\n" +
                      few),
          token_sweep("distribution = gaussian\ndimension = 12\nweight_scale = 0.2\nseed = 1..3\n" + few),
          {},
          measured_by("dual.random-features", measure_unscaled_keys)};
}

}  // namespace flowsweep::test
