#include "experiment/softmax_attention.hpp"

#include <algorithm>

#include "experiment/softmax_attention_cost.hpp"
#include "experiment/softmax_attention_observer.hpp"
#include "risk/regression.hpp"

namespace flowsweep::experiment {
namespace {

/// The risk of a point that is not trained: its flow has converged where it starts.
class NoRisk : public Differentiable {
 public:
  explicit NoRisk(std::size_t size) : size_(size) {}
  std::size_t size() const override { return size_; }
  double gradient(std::span<const double> /*theta*/, std::span<double> gradient) override {
    std::ranges::fill(gradient, 0);
    return 0;
  }

 private:
  std::size_t size_;
};

std::uint32_t count_weights(const sweep::Point& point) {
  return static_cast<std::uint32_t>(model::layout_of(theory::attention_setting(point).shape).size);
}

std::vector<double> initial_weights(const sweep::Point& point) {
  return theory::gaussian_weights(theory::attention_setting(point).shape, point.real("weight_scale"),
                                  CounterRng(point.id(), Stream::initial_weights));
}

constexpr std::int64_t restart_steps = 200;  // as other risks that are sums over a sample

Problem problem(const sweep::Point& point) {
  const theory::AttentionSetting setting = theory::attention_setting(point);
  Problem result;
  result.start = initial_weights(point);
  result.observer = std::make_unique<SoftmaxAttentionObserver>(point, setting);
  result.restart_steps = restart_steps;
  if (!setting.regression) {
    result.risk = std::make_unique<NoRisk>(result.start.size());
    return result;
  }
  const auto prompts = static_cast<std::size_t>(point.integer("prompts"));
  result.risk = std::make_unique<risk::RegressionRisk>(
      setting.shape, risk::sample_prompts(setting.prompts, setting.demonstrations, setting.queries, prompts,
                                          CounterRng(point.id(), Stream::training_sequences)));
  return result;
}

// Tokens are packed by lanes. Checks hold the attention weights of all tokens of a prompt, twice.
std::vector<Holding> holdings(const sweep::Point& point) {
  const theory::AttentionSetting setting = theory::attention_setting(point);
  const auto all = static_cast<std::uint64_t>(setting.demonstrations + setting.queries);
  const Holding checked = {"demonstrations", 2 * sizeof(double) * all * all};
  if (!setting.regression) return {checked};
  const auto bytes = [&](const char* key, int demonstrations) {
    return 2 * sizeof(double) * static_cast<std::uint64_t>(point.integer(key)) *
           static_cast<std::uint64_t>(demonstrations + setting.queries) *
           static_cast<std::uint64_t>(setting.shape.input);
  };
  std::uint64_t tests = 0;
  for (const int length : test_lengths(setting.demonstrations)) tests += bytes("test_prompts", length);
  return {checked, {"prompts", bytes("prompts", setting.demonstrations)}, {"test_prompts", tests}};
}

}  // namespace

ModelFamily softmax_attention(std::string_view name) {
  return {name,    softmax_attention_observables, count_weights, initial_weights,
          problem, softmax_attention_seconds,     holdings};
}

}  // namespace flowsweep::experiment
