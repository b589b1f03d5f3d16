#include "risk/full_population.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>

#include "core/instruction_set.hpp"
#include "model/linear_attention.hpp"
#include "risk/enumerated_population.hpp"
#include "risk/free_contractions.hpp"

namespace flowsweep::risk {
namespace {

using distribution::Law;

double power_moment(const Law& law, int coordinate, int power) {
  return law.moment(std::vector<distribution::Factor>{{coordinate, power}});
}

// Scale of every index and weights of the indices that occur four and six times (free_contractions.hpp).
std::vector<double> index_factors(const Law& law, std::size_t stride) {
  std::vector<double> factors(3 * stride, 0.0);
  for (int j = 0; j < law.dimension(); ++j) {
    const double square = law.exchangeable() ? 1 : power_moment(law, j, 2);
    factors[j] = std::sqrt(square);
    if (square == 0) continue;  // v_j = 0 almost surely
    factors[stride + j] = power_moment(law, j, 4) / (square * square);
    factors[2 * stride + j] = power_moment(law, j, 6) / (square * square * square);
  }
  return factors;
}

}  // namespace

double full_gradient_rounding(const Law& law, const ContextSums& sums) {
  double fourth = 0;
  for (int j = 0; j < law.dimension(); ++j) fourth = std::max(fourth, power_moment(law, j, 4));
  return 8 * std::numeric_limits<double>::epsilon() * sums.h0 * fourth;
}

void FullPopulationRisk::Release::operator()(double* pointer) const {
  std::free(pointer);
}

FullPopulationRisk::FullPopulationRisk(const Law& law, std::int64_t context)
    : dimension_(static_cast<std::size_t>(law.dimension())),
      rounding_(full_gradient_rounding(law, context_sums(context))),
      alignment_(law, context_sums(context)) {
  if (context < 3) throw std::invalid_argument("population risk: the context must be at least 3");
  const auto contractions = free_contractions(law, context_sums(context));
  gram_ = compile_gram(contractions);
  adjoint_ = compile_adjoint(contractions);
  const std::size_t stride = (dimension_ + 7) / 8 * 8;
  factors_ = index_factors(law, stride);
  problem_ = {
      law.dimension(),          static_cast<int>(stride),    gram_.view(), adjoint_.view(), factors_.data(),
      factors_.data() + stride, factors_.data() + 2 * stride};
  const auto doubles =
      static_cast<std::size_t>(full_population_workspace(problem_.dimension, problem_.stride));
  work_.reset(static_cast<double*>(std::aligned_alloc(64, doubles * sizeof(double))));
  if (!work_) throw std::bad_alloc();
  gradient_ = for_active_set(baseline::full_population_gradient, avx2::full_population_gradient,
                             avx512::full_population_gradient);
  product_ = for_active_set(baseline::full_population_product, avx2::full_population_product,
                            avx512::full_population_product);
}

double FullPopulationRisk::gradient(std::span<const double> theta, std::span<double> gradient) {
  const double quadratic = gradient_(problem_, theta.data(), gradient.data(), work_.get());
  last_theta_.assign(theta.begin(), theta.end());
  return alignment_.energy() + quadratic - alignment_.subtract_gradient(theta, gradient);
}

double FullPopulationRisk::gradient_rounding(std::span<const double> theta) const {
  double square = 0;
  for (const double weight : theta) square += weight * weight;
  return rounding_ * std::sqrt(square);
}

void FullPopulationRisk::hessian_product(std::span<const double> theta, std::span<const double> direction,
                                         std::span<double> product) {
  const bool same = std::ranges::equal(theta, last_theta_);
  product_(problem_, theta.data(), direction.data(), product.data(), work_.get(), same);
  if (!same) last_theta_.assign(theta.begin(), theta.end());
  alignment_.subtract_product(direction, product);
}

std::vector<double> full_diagonal_start(int dimension, double a0, double b0) {
  const auto d = static_cast<std::size_t>(dimension);
  std::vector<double> theta(6 * d * d, 0.0);
  for (std::size_t j = 0; j < d; ++j) {
    theta[model::p1_index(d, j, j) / 2] = b0;
    theta[model::q21_index(d, j, j) / 2] = a0;
  }
  return theta;
}

std::unique_ptr<Differentiable> full_population_risk(const Law& law, std::int64_t context) {
  if (has_free_contractions(law)) return std::make_unique<FullPopulationRisk>(law, context);
  return std::make_unique<EnumeratedPopulationRisk>(law, context);
}

}  // namespace flowsweep::risk
