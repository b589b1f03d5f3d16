#include "experiment/softmax_attention.hpp"

#include <algorithm>

#include "experiment/dual_cost.hpp"
#include "experiment/sampled_cost.hpp"
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

// Multiply-adds of a gradient on one prompt: maps of all tokens, and their mixing, forward and backward.
double gradient_work(const theory::AttentionSetting& setting, int demonstrations) {
  const double tokens = demonstrations + setting.queries, d = setting.shape.width;
  const double outputs = setting.shape.layers == 1 ? 1 : tokens;
  return setting.shape.layers * (6 * outputs * d * d + 4 * outputs * tokens * d) +
         6.0 * setting.shape.hidden * d;
}

constexpr double start_up = 35e-6;
constexpr double multiply_add = 0.15e-9;  // seconds, in vector kernels
constexpr double evaluations = 6000;

double test_seconds(const sweep::Point& point, const theory::AttentionSetting& setting) {
  double work = 0;
  for (const int length : test_lengths(setting.demonstrations)) work += gradient_work(setting, length);
  return multiply_add * static_cast<double>(point.integer("test_prompts")) * work;
}

double asked_evaluations(const sweep::Point& point) {
  if (point.uses("steps")) return static_cast<double>(point.integer("steps"));
  return std::min(evaluations, static_cast<double>(point.integer("step_limit")));
}

double predicted_seconds(const sweep::Point& point) {
  const theory::AttentionSetting setting = theory::attention_setting(point);
  const double check = dual_check_seconds(point, setting);
  const double ends = start_up + dual_theorem_seconds(point, setting);
  if (!setting.regression) return ends + check;
  const double gradient = multiply_add * static_cast<double>(point.integer("prompts")) *
                          gradient_work(setting, setting.demonstrations);
  return ends + asked_evaluations(point) * gradient +
         expected_records(point) * (gradient + test_seconds(point, setting) + check);
}

// Tokens are packed by lanes.
std::vector<Holding> holdings(const sweep::Point& point) {
  const theory::AttentionSetting setting = theory::attention_setting(point);
  if (!setting.regression) return {};
  const auto bytes = [&](const char* key, int demonstrations) {
    return 2 * sizeof(double) * static_cast<std::uint64_t>(point.integer(key)) *
           static_cast<std::uint64_t>(demonstrations + setting.queries) *
           static_cast<std::uint64_t>(setting.shape.input);
  };
  std::uint64_t tests = 0;
  for (const int length : test_lengths(setting.demonstrations)) tests += bytes("test_prompts", length);
  return {{"prompts", bytes("prompts", setting.demonstrations)}, {"test_prompts", tests}};
}

}  // namespace

ModelFamily softmax_attention(std::string_view name) {
  return {name,    softmax_attention_observables, count_weights, initial_weights, problem, predicted_seconds,
          holdings};
}

}  // namespace flowsweep::experiment
