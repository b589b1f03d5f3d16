#pragma once
#include <optional>
#include <span>
#include <vector>

#include "experiment/causal_test.hpp"
#include "experiment/linear_attention_observer.hpp"

namespace flowsweep::experiment {

/// The observables of every record of causal attention, in the order of the columns of a trajectory: those of
/// linear-attention but for test_ratio, which is a closed form of linear scores, then those of CausalTest.
const std::vector<record::Quantity>& causal_attention_observables();

class CausalAttentionObserver : public flow::Observer {
 public:
  /// `start`: the weights at flow time 0.
  CausalAttentionObserver(const sweep::Point& point, const theory::MesaSetting& setting,
                          std::span<const double> start);

  std::size_t size() const override { return causal_attention_observables().size(); }
  void observe(double flow_time, std::span<const double> theta, double risk, std::span<const double> gradient,
               std::span<double> values) override;

 private:
  LinearAttentionObserver weights_;
  std::optional<CausalTest> test_;
};

}  // namespace flowsweep::experiment
