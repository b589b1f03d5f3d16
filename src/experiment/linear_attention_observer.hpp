#pragma once
#include <memory>
#include <vector>

#include "experiment/test_sequences.hpp"
#include "flow/flow.hpp"
#include "record/record.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::experiment {

/// The observables of every record of linear causal attention, in the order of the columns of a trajectory.
const std::vector<record::Quantity>& linear_attention_observables();

/// Observables of the linear causal attention model, for every layout of its weights.
class LinearAttentionObserver : public flow::Observer {
 public:
  /// `limit`: predicted A = a* I, B = b* I. `test`: nullptr for no test.
  LinearAttentionObserver(int dimension, const theory::LimitWeights& limit,
                          std::unique_ptr<TestSequences> test);

  std::size_t size() const override { return linear_attention_observables().size(); }
  void observe(double flow_time, std::span<const double> theta, double risk, std::span<const double> gradient,
               std::span<double> values) override;

 private:
  int dimension_;
  theory::LimitWeights limit_;
  std::unique_ptr<TestSequences> test_;
};

}  // namespace flowsweep::experiment
