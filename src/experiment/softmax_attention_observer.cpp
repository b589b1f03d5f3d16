#include "experiment/softmax_attention_observer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flow/vector_operations.hpp"

namespace flowsweep::experiment {

const std::vector<record::Quantity>& softmax_attention_observables() {
  static const std::vector<record::Quantity> all = {
      {"risk", "y^2", "L, the risk that the flow descends: mean squared error over the training prompts"},
      {"gradient_norm", "y^2", "Euclidean norm of grad L over all weights"},
      {"weight_norm", "1", "Euclidean norm of all weights"},
      {"test_risk_half", "y^2", "mean squared error over fresh prompts of max(1, N/2) demonstrations"},
      {"test_risk", "y^2", "mean squared error over fresh prompts of N demonstrations"},
      {"test_risk_double", "y^2", "mean squared error over fresh prompts of 2N demonstrations"},
      {"test_risk_quadruple", "y^2", "mean squared error over fresh prompts of 4N demonstrations"},
      {"dual_error", "1",
       "distance of a dual model's prediction from the output over the output's envelope, at the output of "
       "the check prompts (several layers: of any token and layer) where it is the largest share of "
       "dual_tolerance"},
      {"dual_tolerance", "1", "what rounding may make of dual_error; NaN where not below 1e-6"},
  };
  return all;
}

std::array<int, 4> test_lengths(int demonstrations) {
  return {std::max(1, demonstrations / 2), demonstrations, 2 * demonstrations, 4 * demonstrations};
}

SoftmaxAttentionObserver::SoftmaxAttentionObserver(const sweep::Point& point,
                                                   const theory::AttentionSetting& setting)
    : checker_(point) {
  const std::int64_t count = setting.regression ? point.integer("test_prompts") : 0;
  if (count == 0) return;
  for (const int length : test_lengths(setting.demonstrations))
    tests_.push_back(std::make_unique<risk::RegressionRisk>(
        setting.shape,
        risk::sample_prompts(setting.prompts, length, setting.queries, static_cast<std::size_t>(count),
                             CounterRng(point.id(), Stream::test_sequences))));
}

void SoftmaxAttentionObserver::observe(double /*flow_time*/, std::span<const double> theta, double risk,
                                       std::span<const double> gradient, std::span<double> values) {
  std::ranges::fill(values, std::numeric_limits<double>::quiet_NaN());
  values[0] = risk;
  values[1] = flow::norm(gradient);
  values[2] = flow::norm(theta);
  for (std::size_t k = 0; k < tests_.size(); ++k) values[3 + k] = tests_[k]->value(theta);
  const theory::DualCheck duals = checker_.check(theta);
  values[7] = duals.error;
  values[8] = duals.tolerance;
}

}  // namespace flowsweep::experiment
