#include <algorithm>
#include <cmath>
#include <vector>

#include "flow/stepper.hpp"

namespace flowsweep::flow {
namespace {

/// Share of a step within which a requested record time counts as the step's own: n h is not always the
/// double that a user writes for it.
constexpr double same_time = 1e-6;

/// Plain gradient descent theta_{n+1} = theta_n - h grad L(theta_n), at flow time n h.
class Euler : public Stepper {
 public:
  Euler(Field& field, const State& state, const Settings& settings)
      : field_(field),
        step_(settings.step),
        steps_(state.steps),
        theta_(state.theta),
        before_(theta_),
        gradient_(theta_.size()) {
    if (state.memory.empty()) {
      norm_ = field.gradient(theta_, gradient_);
    } else {
      norm_ = state.memory.front();
      gradient_.assign(state.memory.begin() + 1, state.memory.end());
    }
  }

  std::optional<End> advance() override {
    before_ = theta_;
    for (std::size_t i = 0; i < theta_.size(); ++i) theta_[i] -= step_ * gradient_[i];
    ++steps_;
    norm_ = field_.gradient(theta_, gradient_);
    return std::nullopt;
  }

  double time() const override { return static_cast<double>(steps_) * step_; }
  std::span<const double> theta() const override { return theta_; }
  double gradient_norm(double) override { return norm_; }

  double snapshot(double time, std::span<double> theta) const override {
    const bool at_end = time >= this->time() - same_time * step_;
    std::ranges::copy(at_end ? theta_ : before_, theta.begin());
    return at_end ? this->time() : static_cast<double>(steps_ - 1) * step_;
  }

  /// |grad L|, grad L
  std::vector<double> memory() const override {
    std::vector<double> numbers{norm_};
    numbers.insert(numbers.end(), gradient_.begin(), gradient_.end());
    return numbers;
  }

 private:
  Field& field_;
  double step_;
  std::int64_t steps_;
  std::vector<double> theta_;
  std::vector<double> before_;
  std::vector<double> gradient_;
  double norm_ = 0;
};

}  // namespace

std::unique_ptr<Stepper> make_euler(Field& field, const State& state, const Settings& settings) {
  return std::make_unique<Euler>(field, state, settings);
}

bool is_euler_memory(std::span<const double> memory, std::size_t size) {
  return memory.size() == size + 1 && std::ranges::all_of(memory, [](double x) { return std::isfinite(x); });
}

}  // namespace flowsweep::flow
