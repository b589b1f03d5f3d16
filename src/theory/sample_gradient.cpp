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

  void append(const std::vector<Part>& parts, SampleGradient& gradient) const {
    double mean = 0, square = 0;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const auto& [coefficient, terms] = parts[k];
      const distribution::Estimate estimate = table_.estimate(terms);
      mean += coefficient * estimate.mean;
      square += coefficient * coefficient * estimate.deviation * estimate.deviation;
      for (std::size_t l = 0; l < k; ++l)
        square += 2 * coefficient * parts[l].coefficient * covariance(table_, terms, parts[l].terms);
    }
    gradient.mean.push_back(mean);
    gradient.standard_error.push_back(std::sqrt(std::max(0.0, square) / static_cast<double>(table_.rows())));
  }

 private:
  const SampleTable& table_;
  const risk::ContextSums& sums_;
  double a_, b_;
  int d_;
};

}  // namespace

SampleGradient sample_gradient(const SampleTable& table, const risk::ContextSums& sums,
                               const LimitWeights& weights) {
  const GradientRows rows(table, sums, weights);
  const int d = table.dimension();
  SampleGradient gradient;
  for (int p = 0; p < d; ++p)
    for (int q = 0; q < d; ++q) rows.append(rows.of_b(p, q), gradient);
  for (int p = 0; p < d; ++p)
    for (int q = 0; q < d; ++q) rows.append(rows.of_a(p, q), gradient);
  return gradient;
}

double sampling_deviation(const MesaSetting& setting, const LimitWeights& weights) {
  const SampleTable* table = setting.law->sample_table();
  if (table == nullptr) return 0;
  const SampleGradient gradient = sample_gradient(*table, setting.sums, weights);
  double squares = 0;
  for (const double error : gradient.standard_error) squares += error * error;
  const double z = normal_bound((1 - sample_confidence) / static_cast<double>(gradient.mean.size()));
  const TransverseCurvature curvature = transverse_curvature(setting, weights);
  const double least = std::min({curvature.differences, curvature.off_diagonal, curvature.largest});
  return least > 0 ? 2 * z * std::sqrt(squares) / least : std::numeric_limits<double>::infinity();
}

}  // namespace flowsweep::theory
