#include "defect.hpp"

#include <cmath>
#include <utility>

#include "dual/dual_model.hpp"

namespace flowsweep::test {
namespace {

class Defective : public Differentiable {
 public:
  Defective(std::unique_ptr<Differentiable> risk,
            const std::function<EntryDefect(std::size_t, std::size_t)>& defect)
      : risk_(std::move(risk)) {
    for (std::size_t k = 0; k < risk_->size(); ++k) defects_.push_back(defect(k, risk_->size()));
  }

  std::size_t size() const override { return risk_->size(); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    double value = risk_->gradient(theta, gradient);
    for (std::size_t k = 0; k < defects_.size(); ++k) {
      const auto& [scale, stiffness, target] = defects_[k];
      const double stretch = theta[k] - target;
      gradient[k] = scale * gradient[k] + stiffness * stretch;
      value += stiffness * stretch * stretch / 2;
    }
    return value;
  }
  bool has_hessian_product() const override { return risk_->has_hessian_product(); }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override {
    risk_->hessian_product(theta, direction, product);
    for (std::size_t k = 0; k < defects_.size(); ++k)
      product[k] = defects_[k].scale * product[k] + defects_[k].stiffness * direction[k];
  }

 private:
  std::unique_ptr<Differentiable> risk_;
  std::vector<EntryDefect> defects_;
};

}  // namespace

experiment::Options planted(std::function<EntryDefect(std::size_t k, std::size_t n)> defect) {
  experiment::Options options;
  options.decorate = [defect = std::move(defect)](std::unique_ptr<Differentiable> risk) {
    return std::make_unique<Defective>(std::move(risk), defect);
  };
  return options;
}

experiment::Options uneven_gradient() {
  return planted([](std::size_t k, std::size_t n) { return EntryDefect{k < n / 2 ? 1.1 : 1.0, 0, 0}; });
}

experiment::Options fast_clock() {
  return planted([](std::size_t, std::size_t) { return EntryDefect{1.01, 0, 0}; });
}

experiment::Options weight_decay(double strength) {
  return planted([strength](std::size_t, std::size_t) { return EntryDefect{1, strength, 0}; });
}

experiment::Options off_diagonal_pull(int dimension) {
  const auto d = static_cast<std::size_t>(dimension);
  return planted([d](std::size_t k, std::size_t) {
    const bool off_diagonal = k % (d * d) / d != k % d;
    return EntryDefect{1, off_diagonal ? 50.0 : 0, 0.1};
  });
}

experiment::Options other_block_pull(int dimension) {
  const auto d = static_cast<std::size_t>(dimension);
  return planted([d](std::size_t k, std::size_t) {
    const bool in_q12 = k >= 2 * d * d && k < 4 * d * d && k % (2 * d) >= d;
    return EntryDefect{1, 0.1, in_q12 ? 0.1 : 0};
  });
}

experiment::Options altered_duals(theory::DualAlteration alteration) {
  experiment::Options options;
  options.alter_duals = std::move(alteration);
  return options;
}

experiment::Options uneven_dual_loss() {
  return altered_duals([](dual::DualIngredients& dual) { dual.loss_weights[0] *= 1.001; });
}

experiment::Options large_normaliser() {
  return altered_duals([](dual::DualIngredients& dual) { dual.log_normaliser += std::log(1.001); });
}

experiment::Options long_dual_start() {
  return altered_duals([](dual::DualIngredients& dual) { dual.start.coefficients *= 1.001; });
}

}  // namespace flowsweep::test
