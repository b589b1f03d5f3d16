#include "flow/dormand_prince.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace flowsweep::flow {

namespace tableau = dormand_prince_tableau;

DormandPrinceStep::DormandPrinceStep(std::span<const double> start, Field& field)
    : field_(field), theta_(start.begin(), start.end()), trial_(theta_), error_(start.size()) {
  for (auto& stage : stages_) stage.resize(start.size());
  for (auto& part : dense_) part.resize(start.size());
}

DormandPrinceStep::DormandPrinceStep(Field& field, std::span<const double> start)
    : DormandPrinceStep(start, field) {
  norm_ = evaluate(theta_, stages_[0]);
}

DormandPrinceStep::DormandPrinceStep(Field& field, std::span<const double> start,
                                     std::span<const double> rate, double gradient_norm)
    : DormandPrinceStep(start, field) {
  std::ranges::copy(rate, stages_[0].begin());
  norm_ = gradient_norm;
}

double DormandPrinceStep::evaluate(std::span<const double> theta, std::span<double> rate) {
  const double length = field_.gradient(theta, rate);
  for (double& x : rate) x = -x;
  return length;
}

/// sum = sum_i weights_i k_i
void DormandPrinceStep::combine(std::span<const double> weights, std::span<double> sum) const {
  std::ranges::fill(sum, 0.0);
  for (std::size_t j = 0; j < weights.size(); ++j) {
    if (weights[j] == 0) continue;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weights[j] * stages_[j][i];
  }
}

bool DormandPrinceStep::attempt(double h) {
  step_ = h;
  for (std::size_t s = 1; s < tableau::stages; ++s) {
    combine(std::span(tableau::a[s]).first(s), error_);
    for (std::size_t i = 0; i < trial_.size(); ++i) trial_[i] = theta_[i] + h * error_[i];
    trial_norm_ = evaluate(trial_, stages_[s]);
    if (!std::isfinite(trial_norm_)) return false;
  }
  combine(tableau::e, error_);
  return true;
}

double DormandPrinceStep::error(double relative, double absolute) const {
  double sum = 0;
  for (std::size_t i = 0; i < theta_.size(); ++i) {
    const double scale = absolute + relative * std::max(std::abs(theta_[i]), std::abs(trial_[i]));
    const double share = step_ * error_[i] / scale;
    sum += share * share;
  }
  return std::sqrt(sum / static_cast<double>(theta_.size()));
}

void DormandPrinceStep::accept() {
  combine(tableau::d, dense_[4]);
  for (std::size_t i = 0; i < theta_.size(); ++i) {
    const double difference = trial_[i] - theta_[i];
    const double curvature = step_ * stages_[0][i] - difference;
    dense_[0][i] = theta_[i];
    dense_[1][i] = difference;
    dense_[2][i] = curvature;
    dense_[3][i] = difference - step_ * stages_[tableau::stages - 1][i] - curvature;
    dense_[4][i] *= step_;
  }
  std::swap(theta_, trial_);
  std::swap(stages_[0], stages_[tableau::stages - 1]);
  norm_ = trial_norm_;
  previous_step_ = step_;
}

void DormandPrinceStep::interpolate(double s, std::span<double> theta) const {
  const auto& [y, difference, curvature, third, fourth] = dense_;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    theta[i] = y[i] + s * (difference[i] + (1 - s) * (curvature[i] + s * (third[i] + (1 - s) * fourth[i])));
  }
}

namespace {

/// PI step control of DOPRI5 (Hairer, Norsett, Wanner, section II.4 and IV.2): the next step is
/// h safety err^-(1/5 - 0.75 beta) err_previous^beta, within [shrink, grow] h.
class StepControl {
 public:
  StepControl() = default;
  /// After an accepted step of this error.
  explicit StepControl(double previous_error) : previous_error_(previous_error) {}

  double previous_error() const { return previous_error_; }

  double after_accepted(double h, double error) {
    const double used = std::max(error, smallest_error);
    double factor = safety * std::pow(used, -exponent) * std::pow(previous_error_, beta);
    factor = std::clamp(factor, shrink, rejected_ ? 1.0 : grow);
    previous_error_ = used;
    rejected_ = false;
    return h * factor;
  }
  double after_rejected(double h, double error) {
    rejected_ = true;
    return h * std::max(shrink, safety * std::pow(error, -exponent));
  }
  double after_non_finite(double h) {
    rejected_ = true;
    return h * shrink;
  }

 private:
  static constexpr double safety = 0.9;
  static constexpr double beta = 0.04;
  static constexpr double exponent = 0.2 - 0.75 * beta;
  static constexpr double shrink = 0.2;
  static constexpr double grow = 10;
  static constexpr double smallest_error = 1e-4;
  double previous_error_ = smallest_error;
  bool rejected_ = false;
};

class DormandPrince : public Stepper {
 public:
  DormandPrince(Field& field, std::span<const double> start, const Settings& settings)
      : settings_(settings), scheme_(field, start), next_step_(first_step()) {}
  /// Goes on where memory() was taken.
  DormandPrince(Field& field, const State& state, const Settings& settings);

  std::optional<End> advance() override;
  double time() const override { return time_; }
  std::span<const double> theta() const override { return scheme_.theta(); }
  double gradient_norm(double) override { return scheme_.gradient_norm(); }
  void remaining(double fraction) override { factor_ = tolerance_factor(fraction, settings_); }

  std::vector<double> memory() const override;

  double snapshot(double time, std::span<double> theta) const override {
    scheme_.interpolate((time - before_) / (time_ - before_), theta);
    return time;
  }

 private:
  double first_step() const;
  void accept(double h, double error, bool last);

  const Settings& settings_;
  DormandPrinceStep scheme_;
  StepControl control_;
  double time_ = 0;
  double before_ = 0;
  double next_step_;
  double factor_ = 1;
};

/// Where State::memory holds what; the rate -grad L follows.
enum Memory : std::size_t { step_at, error_at, factor_at, norm_at, rate_at };

DormandPrince::DormandPrince(Field& field, const State& state, const Settings& settings)
    : settings_(settings),
      scheme_(field, state.theta, std::span(state.memory).subspan(rate_at), state.memory[norm_at]),
      control_(state.memory[error_at]),
      time_(state.flow_time),
      before_(state.flow_time),
      next_step_(state.memory[step_at]),
      factor_(state.memory[factor_at]) {}

std::vector<double> DormandPrince::memory() const {
  std::vector<double> numbers(rate_at);
  numbers[step_at] = next_step_;
  numbers[error_at] = control_.previous_error();
  numbers[factor_at] = factor_;
  numbers[norm_at] = scheme_.gradient_norm();
  numbers.insert(numbers.end(), scheme_.rate().begin(), scheme_.rate().end());
  return numbers;
}

/// A step that changes no weight by more than 1e-2 of its tolerance-scaled size to first order:
/// 0.01 |theta|_w / |theta'|_w in the weighted norm (Hairer, Norsett, Wanner, section II.4, first guess).
double DormandPrince::first_step() const {
  constexpr double share = 0.01;
  constexpr double fallback = 1e-6;
  double size = 0, rate = 0;
  for (std::size_t i = 0; i < theta().size(); ++i) {
    const double scale = settings_.absolute_tolerance + settings_.relative_tolerance * std::abs(theta()[i]);
    size += std::pow(theta()[i] / scale, 2);
    rate += std::pow(scheme_.rate()[i] / scale, 2);
  }
  constexpr double tiny = 1e-10;
  const double guess = size < tiny || rate < tiny ? fallback : share * std::sqrt(size / rate);
  return std::min(guess, settings_.horizon);
}

void DormandPrince::accept(double h, double error, bool last) {
  scheme_.accept();
  before_ = time_;
  time_ = last ? settings_.horizon : time_ + h;
  next_step_ = control_.after_accepted(h, error);
}

std::optional<End> DormandPrince::advance() {
  for (bool finite = true;;) {
    const double left = settings_.horizon - time_;
    const bool last = next_step_ >= left;
    const double h = last ? left : next_step_;
    if (time_ + h <= time_) {
      const auto status = finite ? record::Status::step_underflow : record::Status::diverged;
      return End{status, "the step fell below the resolution of the flow time"};
    }
    if (!scheme_.attempt(h)) {
      finite = false;
      next_step_ = control_.after_non_finite(h);
      continue;
    }
    const double error =
        scheme_.error(factor_ * settings_.relative_tolerance, factor_ * settings_.absolute_tolerance);
    if (error <= 1) {
      accept(h, error, last);
      return std::nullopt;
    }
    next_step_ = control_.after_rejected(h, error);
  }
}

}  // namespace

std::unique_ptr<Stepper> make_dormand_prince(Field& field, const State& state, const Settings& settings) {
  if (state.memory.empty()) return std::make_unique<DormandPrince>(field, std::span(state.theta), settings);
  return std::make_unique<DormandPrince>(field, state, settings);
}

bool is_dormand_prince_memory(std::span<const double> memory, std::size_t size) {
  return memory.size() == rate_at + size &&
         std::ranges::all_of(memory, [](double x) { return std::isfinite(x); }) && memory[step_at] > 0 &&
         memory[error_at] > 0 && memory[factor_at] > 0 && memory[factor_at] <= 1;
}

}  // namespace flowsweep::flow
