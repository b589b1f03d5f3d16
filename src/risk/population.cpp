#include "risk/population.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>

#include "core/error.hpp"
#include "core/instruction_set.hpp"

namespace flowsweep::risk {
namespace {

using distribution::Factor;
using distribution::Law;

// Coefficient of the moment with these powers at coordinates 0, 1, ..: the moment itself for an exchangeable
// law, 1 for independent coordinates (the factors carry it), 0 where the dimension has too few coordinates.
double coefficient(const Law& law, std::initializer_list<int> powers) {
  if (static_cast<int>(powers.size()) > law.dimension()) return 0;
  if (!law.exchangeable()) return 1;
  std::vector<Factor> factors;
  int coordinate = 0;
  for (const int power : powers) factors.push_back({coordinate++, power});
  return law.moment(factors);
}

bool odd_moments(const Law& law) {
  for (int j = 0; j < law.dimension(); ++j)
    for (const int power : {1, 3, 5})
      if (law.moment(std::vector<Factor>{{j, power}}) != 0) return true;
  return false;
}

double largest_fourth_moment(const Law& law) {
  double largest = 0;
  for (int j = 0; j < law.dimension(); ++j)
    largest = std::max(largest, law.moment(std::vector<Factor>{{j, 4}}));
  return largest;
}

double energy(const Law& law) {
  double total = 0;
  for (int j = 0; j < law.dimension(); ++j) total += law.moment(std::vector<Factor>{{j, 2}});
  return total;
}

PopulationProblem coefficients(const Law& law, const ContextSums& sums) {
  PopulationProblem p{};
  p.dimension = law.dimension();
  p.stride = (p.dimension + 7) / 8 * 8;
  p.h0 = sums.h0;
  p.h1 = sums.h1;
  p.h2 = sums.h2;
  p.m4 = coefficient(law, {4});
  p.m31 = coefficient(law, {3, 1});
  p.m6 = coefficient(law, {6});
  p.m51 = coefficient(law, {5, 1});
  p.m42 = coefficient(law, {4, 2});
  p.m411 = coefficient(law, {4, 1, 1});
  p.m33 = coefficient(law, {3, 3});
  p.m321 = coefficient(law, {3, 2, 1});
  p.m222 = coefficient(law, {2, 2, 2});
  p.m2211 = coefficient(law, {2, 2, 1, 1});
  p.odd = law.exchangeable()
              ? (p.m31 != 0 || p.m51 != 0 || p.m411 != 0 || p.m33 != 0 || p.m321 != 0 || p.m2211 != 0)
              : odd_moments(law);
  p.constant = 0.5 * sums.h0 * energy(law);
  return p;
}

// [n][j], n = 0..6: E v_j^n for independent coordinates that are not exchangeable, else 1; zero beyond the
// dimension.
std::vector<double> coordinate_factors(const Law& law, int stride) {
  std::vector<double> factors(7 * stride, 0.0);
  for (int power = 1; power <= 6; ++power)
    for (int j = 0; j < law.dimension(); ++j)
      factors[power * stride + j] = law.exchangeable() ? 1.0 : law.moment(std::vector<Factor>{{j, power}});
  return factors;
}

std::unique_ptr<MomentList> moment_list(const Law& law, const ContextSums& sums) {
  if (moment_list_bytes(law.dimension()) > moment_list_limit)
    throw InputError("population risk", too_long_moment_list(law.dimension()));
  return std::make_unique<MomentList>(law, sums);
}

}  // namespace

void PopulationRisk::Release::operator()(double* pointer) const {
  std::free(pointer);
}

PopulationRisk::PopulationRisk(std::shared_ptr<const Law> law, std::int64_t context)
    : dimension_(static_cast<std::size_t>(law->dimension())),
      sums_(context_sums(context)),
      fourth_moment_(largest_fourth_moment(*law)) {
  if (context < 3) throw std::invalid_argument("population risk: the context must be at least 3");
  if (!law->exchangeable() && !law->independent()) {
    list_ = moment_list(*law, sums_);
    return;
  }
  problem_ = coefficients(*law, sums_);
  factors_ = coordinate_factors(*law, problem_.stride);
  for (int power = 0; power <= 6; ++power)
    problem_.factors[power] = factors_.data() + power * problem_.stride;
  const auto doubles = static_cast<std::size_t>(population_workspace(problem_.dimension, problem_.stride));
  work_.reset(static_cast<double*>(std::aligned_alloc(64, (doubles * sizeof(double) + 63) / 64 * 64)));
  if (!work_) throw std::bad_alloc();
  gradient_ =
      for_active_set(baseline::population_gradient, avx2::population_gradient, avx512::population_gradient);
  product_ =
      for_active_set(baseline::population_product, avx2::population_product, avx512::population_product);
}

double PopulationRisk::gradient(std::span<const double> theta, std::span<double> gradient) {
  if (list_) return list_->gradient(theta, gradient);
  const double risk = gradient_(problem_, theta.data(), gradient.data(), work_.get());
  last_theta_.assign(theta.begin(), theta.end());
  return risk;
}

double PopulationRisk::gradient_rounding(std::span<const double> theta) const {
  double square = 0;
  for (const double weight : theta) square += weight * weight;
  return 8 * std::numeric_limits<double>::epsilon() * sums_.h0 * fourth_moment_ * std::sqrt(square);
}

void PopulationRisk::hessian_product(std::span<const double> theta, std::span<const double> direction,
                                     std::span<double> product) {
  if (list_) return list_->hessian_product(theta, direction, product);
  const bool same = std::ranges::equal(theta, last_theta_);
  product_(problem_, theta.data(), direction.data(), product.data(), work_.get(), same);
  if (!same) last_theta_.assign(theta.begin(), theta.end());
}

std::vector<double> diagonal_start(int dimension, double a0, double b0) {
  const auto square = static_cast<std::size_t>(dimension) * dimension;
  std::vector<double> theta(2 * square, 0.0);
  for (std::size_t k = 0; k < square; k += dimension + 1) {
    theta[k] = b0;
    theta[square + k] = a0;
  }
  return theta;
}

}  // namespace flowsweep::risk
