#include "theory/sample_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/mesa_spectrum.hpp"
#include "theory/sample_tests.hpp"

namespace flowsweep::theory {
namespace {

using distribution::Monomial;
using distribution::SampleTable;

using Polynomial = std::vector<Monomial>;

// Square root of the rounding in a variance made of covariances, a hundred times.
constexpr double cancellation = 1e-6;

// A coefficient that depends on the point times a polynomial that does not: what the table keeps of the
// polynomials serves every point.
struct Part {
  double coefficient;
  Polynomial terms;
};

// Variance over rows of f + sign g.
double variance(const SampleTable& table, Polynomial f, const Polynomial& g, double sign) {
  for (const Monomial& term : g) f.push_back({sign * term.coefficient, term.factors});
  const double deviation = table.estimate(f).deviation;
  return deviation * deviation;
}

double covariance(const SampleTable& table, const Polynomial& f, const Polynomial& g) {
  return (variance(table, f, g, 1) - variance(table, f, g, -1)) / 4;
}

// sum over r != j, other of v_j^own v_r^power (times v_other^cofactor if other >= 0).
Polynomial coupled(int dimension, int j, int own, int power, int other = -1, int cofactor = 0) {
  Polynomial terms;
  for (int r = 0; r < dimension; ++r) {
    if (r == j || r == other) continue;
    terms.push_back({1, {{j, own}, {r, power}}});
    if (other >= 0) terms.back().factors.push_back({other, cofactor});
  }
  return terms;
}

class GradientRows {
 public:
  GradientRows(const SampleTable& table, const risk::ContextSums& sums, const LimitWeights& weights)
      : table_(table), sums_(sums), a_(weights.a), b_(weights.b), d_(table.dimension()) {}

  std::vector<Part> of_a(int p, int q) const {
    if (p == q)
      return {{a_ * b_ * b_ * sums_.h0, {{1, {{p, 6}}}}},
              {a_ * b_ * b_ * sums_.h1, coupled(d_, p, 4, 2)},
              {-b_ * sums_.h0, {{1, {{p, 4}}}}}};
    return {{a_ * b_ * b_ * sums_.h1, {{1, {{p, 3}, {q, 3}}}}},
            {a_ * b_ * b_ * sums_.h1, {{1, {{p, 1}, {q, 5}}}}},
            {a_ * b_ * b_ * sums_.h2, coupled(d_, p, 1, 2, q, 3)},
            {-b_ * sums_.h1, {{1, {{p, 1}, {q, 3}}}}}};
  }

  std::vector<Part> of_b(int p, int q) const {
    if (p == q)
      return {{a_ * a_ * b_ * sums_.h0, {{1, {{p, 6}}}}},
              {a_ * a_ * b_ * sums_.h1, coupled(d_, p, 2, 4)},
              {-a_ * sums_.h0, {{1, {{p, 4}}}}}};
    return {{a_ * a_ * b_ * sums_.h1, {{1, {{p, 3}, {q, 3}}}}}};
  }

  double mean(const std::vector<Part>& parts) const {
    double sum = 0;
    for (const auto& [coefficient, terms] : parts) sum += coefficient * table_.estimate(terms).mean;
    return sum;
  }

  /// What the standard error would be if nothing cancelled.
  double size(const std::vector<Part>& parts) const {
    double sum = 0;
    for (const auto& [coefficient, terms] : parts)
      sum += std::abs(coefficient) * table_.estimate(terms).deviation;
    return sum / std::sqrt(static_cast<double>(table_.rows()));
  }

  double standard_error(const std::vector<Part>& parts) const {
    double square = 0;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const auto& [coefficient, terms] = parts[k];
      square += coefficient * coefficient * variance(table_, terms, {}, 1);
      for (std::size_t l = 0; l < k; ++l)
        square += 2 * coefficient * parts[l].coefficient * covariance(table_, terms, parts[l].terms);
    }
    return std::sqrt(std::max(0.0, square) / static_cast<double>(table_.rows()));
  }

 private:
  const SampleTable& table_;
  const risk::ContextSums& sums_;
  double a_, b_;
  int d_;
};

// of A and of B, combined.
std::vector<Part> combined(std::vector<Part> of_a, double a, const std::vector<Part>& of_b, double b) {
  for (Part& part : of_a) part.coefficient *= a;
  for (const Part& part : of_b) of_a.push_back({b * part.coefficient, part.terms});
  return of_a;
}

// A shift along an eigenvector of the Hessian. Where a direction is flat the gradient has no part in it but
// rounding: the flow keeps what is conserved there.
double shift(double error, double curvature, double rounding) {
  if (error <= rounding) return 0;
  return curvature > 0 ? error / curvature : std::numeric_limits<double>::infinity();
}

// Sum of squares over the diagonal entries: each pair (A_jj, B_jj) along the eigenvectors of
// [S2 b^2, c R; c R, S2 a^2], R = S2 - 2 d H1 E v_1^4 v_2^2 (docs/theory/mesa.md, the differences of
// diagonals).
double diagonal_squares(const GradientRows& rows, const MesaSetting& setting, const LimitWeights& w) {
  const PredictedLimit limit = predicted_limit(setting);
  const TransverseCurvature curvature = transverse_curvature(setting, w);
  const int d = setting.dimension;
  const double m42 = d > 1 ? setting.law->moment(std::vector<distribution::Factor>{{0, 4}, {1, 2}}) : 0;
  const double coupling = limit.product * (limit.s2 - 2 * d * setting.sums.h1 * m42);
  const double angle = 0.5 * std::atan2(2 * coupling, limit.s2 * (w.b * w.b - w.a * w.a));
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const double trace = curvature.largest;  // S2 (a^2 + b^2)
  double squares = 0;
  for (int j = 0; j < d; ++j) {
    const double steep = rows.standard_error(combined(rows.of_a(j, j), cosine, rows.of_b(j, j), sine));
    const double flat = rows.standard_error(combined(rows.of_a(j, j), -sine, rows.of_b(j, j), cosine));
    const double rounding = cancellation * rows.size(combined(rows.of_a(j, j), 1, rows.of_b(j, j), 1));
    squares += std::pow(shift(steep, trace - (d > 1 ? curvature.differences : 0), 0), 2);
    if (d > 1) squares += std::pow(shift(flat, curvature.differences, rounding), 2);
  }
  return squares;
}

double off_diagonal_squares(const GradientRows& rows, const MesaSetting& setting, const LimitWeights& w) {
  double squares = 0;
  for (int p = 0; p < setting.dimension; ++p)
    for (int q = 0; q < setting.dimension; ++q)
      if (p != q)
        squares += std::pow(rows.standard_error(rows.of_a(p, q)), 2) +
                   std::pow(rows.standard_error(rows.of_b(p, q)), 2);
  return std::pow(shift(std::sqrt(squares), transverse_curvature(setting, w).off_diagonal, 0), 2);
}

}  // namespace

SampleGradient sample_gradient(const SampleTable& table, const risk::ContextSums& sums,
                               const LimitWeights& weights) {
  const GradientRows rows(table, sums, weights);
  const int d = table.dimension();
  SampleGradient gradient;
  const auto append = [&](const std::vector<Part>& parts) {
    gradient.mean.push_back(rows.mean(parts));
    gradient.standard_error.push_back(rows.standard_error(parts));
  };
  for (int p = 0; p < d; ++p)
    for (int q = 0; q < d; ++q) append(rows.of_b(p, q));
  for (int p = 0; p < d; ++p)
    for (int q = 0; q < d; ++q) append(rows.of_a(p, q));
  return gradient;
}

double sampling_deviation(const MesaSetting& setting, const LimitWeights& weights) {
  const SampleTable* table = setting.law->sample_table();
  if (table == nullptr) return 0;
  const GradientRows rows(*table, setting.sums, weights);
  const double entries = 2.0 * setting.dimension * setting.dimension;
  const double z = normal_bound((1 - sample_confidence) / entries);
  return 2 * z *
         std::sqrt(diagonal_squares(rows, setting, weights) + off_diagonal_squares(rows, setting, weights));
}

}  // namespace flowsweep::theory
