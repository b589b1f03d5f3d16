#include "theory/rademacher_check.hpp"

#include <limits>

namespace flowsweep::theory {
namespace {

constexpr int sign_vectors = 500;

}  // namespace

std::vector<double> rademacher_measurements(const sweep::Point& point, const TokenSource& source) {
  const auto count = static_cast<int>(point.integer("demonstrations"));
  if (count > largest_gram) return std::vector<double>(5, std::numeric_limits<double>::quiet_NaN());
  CounterRng tokens(point.id(), Stream::token_samples), signs(point.id(), Stream::sign_vectors);
  const std::vector<int> sample = draw_tokens(source.population, count, tokens);
  const dual::RademacherComplexity found =
      rademacher_complexity(source.population, sample, source.bounds, sign_vectors, signs);
  return {found.estimate.mean, found.estimate.standard_error, found.bound, found.bound / found.estimate.mean,
          fixed_norms_margin(source)};
}

double rademacher_seconds(const sweep::Point& point) {
  constexpr double entry = 20e-9, product = 0.25e-9;  // seconds a kernel value, a multiply-add
  const auto count = static_cast<double>(point.integer("demonstrations"));
  return count > largest_gram ? 0 : count * count * (entry + sign_vectors * product);
}

}  // namespace flowsweep::theory
