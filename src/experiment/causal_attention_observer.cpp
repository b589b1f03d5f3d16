#include "experiment/causal_attention_observer.hpp"

#include <algorithm>
#include <limits>

#include "theory/mesa_weights.hpp"

namespace flowsweep::experiment {
namespace {

std::size_t column(const std::vector<record::Quantity>& quantities, std::string_view name) {
  const auto found = std::ranges::find(quantities, name, &record::Quantity::name);
  return static_cast<std::size_t>(found - quantities.begin());
}

theory::LimitWeights linear_limit(const theory::MesaSetting& setting, std::span<const double> start) {
  const double balance = theory::diagonal_structure(start, setting.dimension).balance;
  return theory::limit_weights(theory::predicted_limit(setting).product, balance / setting.dimension);
}

}  // namespace

const std::vector<record::Quantity>& causal_attention_observables() {
  static const std::vector<record::Quantity> all = [] {
    std::vector<record::Quantity> quantities = linear_attention_observables();
    std::erase_if(quantities, [](const record::Quantity& quantity) { return quantity.name == "test_ratio"; });
    const record::Quantity tests[] = {
        {"unexplained", "1",
         "sum over fresh sequences of ||yhat_t - x_{t+1}||^2 over that of ||x_{t+1}||^2, at the last test "
         "step"},
        {"median_ratio", "1", "median over fresh sequences and j of Re(yhat_tj / x_(t+1)j) there"},
        {"one_step_distance", "1",
         "distance of the predictions there from the nearest multiple of one gradient-descent step, over "
         "their "
         "norm"},
        {"recall_distance", "1",
         "distance of the predictions there from the state that followed the earlier state most like x_t, "
         "over "
         "the norm of x_{t+1}"}};
    quantities.insert(quantities.end(), std::begin(tests), std::end(tests));
    return quantities;
  }();
  return all;
}

CausalAttentionObserver::CausalAttentionObserver(const sweep::Point& point,
                                                 const theory::MesaSetting& setting,
                                                 std::span<const double> start)
    : weights_(setting.dimension, linear_limit(setting, start), nullptr) {
  if (point.integer("test_sequences") > 0) test_.emplace(point, setting);
}

void CausalAttentionObserver::observe(double flow_time, std::span<const double> theta, double risk,
                                      std::span<const double> gradient, std::span<double> values) {
  static const std::size_t test_loss = column(causal_attention_observables(), "test_loss"),
                           ratio = column(linear_attention_observables(), "test_ratio"),
                           tests = column(causal_attention_observables(), "unexplained");
  std::vector<double> row(weights_.size());
  weights_.observe(flow_time, theta, risk, gradient, row);
  row.erase(row.begin() + static_cast<std::ptrdiff_t>(ratio));
  std::ranges::copy(row, values.begin());
  const double none = std::numeric_limits<double>::quiet_NaN();
  const CausalPredictions found =
      test_ ? test_->evaluate(theta) : CausalPredictions{none, none, none, none, none};
  values[test_loss] = found.loss;
  const double row_of_tests[] = {found.unexplained, found.median_ratio, found.one_step_distance,
                                 found.recall_distance};
  std::ranges::copy(row_of_tests, values.begin() + static_cast<std::ptrdiff_t>(tests));
}

}  // namespace flowsweep::experiment
