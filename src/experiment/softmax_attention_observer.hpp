#pragma once
#include <array>
#include <memory>
#include <vector>

#include "flow/flow.hpp"
#include "record/record.hpp"
#include "risk/regression.hpp"
#include "sweep/grid.hpp"
#include "theory/attention_check.hpp"
#include "theory/attention_setting.hpp"

namespace flowsweep::experiment {

/// The observables of every record of softmax attention on prompts, in the order of the columns of a
/// trajectory.
const std::vector<record::Quantity>& softmax_attention_observables();

/// Lengths of the test prompts of a point trained on N demonstrations: max(1, N/2), N, 2N, 4N.
std::array<int, 4> test_lengths(int demonstrations);

/// Observables of softmax attention on prompts.
class SoftmaxAttentionObserver : public flow::Observer {
 public:
  SoftmaxAttentionObserver(const sweep::Point& point, const theory::AttentionSetting& setting);

  std::size_t size() const override { return softmax_attention_observables().size(); }
  void observe(double flow_time, std::span<const double> theta, double risk, std::span<const double> gradient,
               std::span<double> values) override;

 private:
  theory::AttentionChecker checker_;
  std::vector<std::unique_ptr<risk::RegressionRisk>> tests_;  ///< one a test length, or none
};

}  // namespace flowsweep::experiment
