#include "reference_laws.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "distribution/sample_table.hpp"

namespace flowsweep::test {
namespace {

using Parameters = std::span<const double>;

struct Rule {
  std::vector<double> nodes, weights;
};

// Gauss rule of a probability measure with monic orthogonal polynomials p_{k+1} = (x - alpha_k) p_k - beta_k
// p_{k-1}: the eigenvalues of the Jacobi matrix and the squares of the eigenvectors' first entries (Golub and
// Welsch 1969).
Rule gauss_rule(int n, double (*alpha)(int), double (*beta)(int), double scale) {
  Eigen::VectorXd diagonal(n), side(n - 1);
  for (int k = 0; k < n; ++k) diagonal[k] = alpha(k);
  for (int k = 1; k < n; ++k) side[k - 1] = std::sqrt(beta(k));
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(diagonal, side);
  Rule rule;
  for (int k = 0; k < n; ++k) {
    rule.nodes.push_back(scale * solver.eigenvalues()[k]);
    rule.weights.push_back(solver.eigenvectors()(0, k) * solver.eigenvectors()(0, k));
  }
  return rule;
}

double zero(int) {
  return 0;
}

std::vector<Atom> product(const std::vector<Rule>& rules) {
  std::vector<Atom> atoms = {{{}, 1.0}};
  for (const Rule& rule : rules) {
    std::vector<Atom> longer;
    for (const Atom& atom : atoms)
      for (std::size_t k = 0; k < rule.nodes.size(); ++k) {
        longer.push_back(atom);
        longer.back().v.push_back(rule.nodes[k]);
        longer.back().probability *= rule.weights[k];
      }
    atoms = std::move(longer);
  }
  return atoms;
}

std::vector<Atom> independent(int dimension, const Rule& rule) {
  return product(std::vector<Rule>(dimension, rule));
}

// Hermite: N(0, 1). Legendre: uniform on (-1, 1). Laguerre: the exponential law X, and X - 1.
Rule hermite(int nodes, double sigma) {
  return gauss_rule(
      nodes, zero, [](int k) { return double(k); }, sigma);
}
Rule laguerre(int nodes, double mean) {
  return gauss_rule(
      nodes, [](int k) { return 2.0 * k + 1; }, [](int k) { return double(k) * k; }, mean);
}
Rule centred_laguerre(int nodes, double s) {
  return gauss_rule(
      nodes, [](int k) { return 2.0 * k; }, [](int k) { return double(k) * k; }, s);
}
Rule legendre(int nodes, double c) {
  return gauss_rule(
      nodes, zero, [](int k) { return k * k / (4.0 * k * k - 1); }, c);
}

// 0 with probability 1 - p, else the rule's.
Rule diluted(Rule rule, double p) {
  for (double& weight : rule.weights) weight *= p;
  rule.nodes.push_back(0);
  rule.weights.push_back(1 - p);
  return rule;
}

// Student's t at x = sqrt(nu) tan(theta) has a density in theta that goes with cos^(nu-1): moments below nu
// are means of trigonometric polynomials of degree nu - 1, which n > (nu - 1) / 2 equal steps over pi
// integrate exactly (nu odd).
Rule student_rule(int nodes, double s, double nu) {
  const int steps = std::max(2 * nodes, static_cast<int>(nu));
  Rule rule;
  double total = 0;
  for (int k = 0; k < steps; ++k) {
    const double theta = std::numbers::pi * ((k + 0.5) / steps - 0.5);
    rule.nodes.push_back(s * std::sqrt(nu) * std::tan(theta));
    rule.weights.push_back(std::pow(std::cos(theta), nu - 1));
    total += rule.weights.back();
  }
  for (double& weight : rule.weights) weight /= total;
  return rule;
}

std::vector<Atom> gaussian_atoms(int d, int nodes, Parameters p) {
  return independent(d, hermite(nodes, p[0]));
}
std::vector<Atom> uniform_atoms(int d, int nodes, Parameters p) {
  return independent(d, legendre(nodes, p[0]));
}
std::vector<Atom> skewed_atoms(int d, int nodes, Parameters p) {
  return independent(d, centred_laguerre(nodes, p[0]));
}
std::vector<Atom> rademacher_atoms(int d, int, Parameters p) {
  return independent(d, {{-p[0], p[0]}, {0.5, 0.5}});
}
std::vector<Atom> bernoulli_rademacher_atoms(int d, int, Parameters p) {
  return independent(d, diluted({{-p[0], p[0]}, {0.5, 0.5}}, p[1]));
}
std::vector<Atom> bernoulli_gaussian_atoms(int d, int nodes, Parameters p) {
  return independent(d, diluted(hermite(nodes, p[0]), p[1]));
}
std::vector<Atom> laplace_atoms(int d, int nodes, Parameters p) {
  Rule rule = laguerre(nodes, p[0]);
  for (int k = 0; k < nodes; ++k) {
    rule.weights[k] /= 2;
    rule.nodes.push_back(-rule.nodes[k]);
    rule.weights.push_back(rule.weights[k]);
  }
  return independent(d, rule);
}
std::vector<Atom> student_atoms(int d, int nodes, Parameters p) {
  return independent(d, student_rule(nodes, p[0], p[1]));
}
std::vector<Atom> shifted_atoms(int d, int nodes, Parameters p) {
  Rule rule = hermite(nodes, p[0]);
  for (double& node : rule.nodes) node += p[1];
  return independent(d, rule);
}
std::vector<Atom> two_point_atoms(int d, int, Parameters p) {
  const double q = 1 - p[1];
  return independent(d, {{p[0] * std::sqrt(q / p[1]), -p[0] * std::sqrt(p[1] / q)}, {p[1], q}});
}
std::vector<Atom> anisotropic_atoms(int d, int nodes, Parameters p) {
  std::vector<Rule> rules;
  for (int j = 0; j < d; ++j)
    rules.push_back(hermite(nodes, d == 1 ? p[0] : p[0] * std::exp(std::log(p[1] / p[0]) * j / (d - 1))));
  return product(rules);
}
std::vector<Atom> equicorrelated_atoms(int d, int nodes, Parameters p) {
  const Eigen::MatrixXd covariance =
      p[0] * p[0] * ((1 - p[1]) * Eigen::MatrixXd::Identity(d, d) + p[1] * Eigen::MatrixXd::Ones(d, d));
  const Eigen::MatrixXd root = covariance.llt().matrixL();
  std::vector<Atom> atoms = independent(d, hermite(nodes, 1));
  for (Atom& atom : atoms) {
    const Eigen::VectorXd v = root * Eigen::Map<const Eigen::VectorXd>(atom.v.data(), d);
    atom.v.assign(v.begin(), v.end());
  }
  return atoms;
}

// v_1 = r z with density (1 - z^2)^((d-3)/2), the rest uniform on a sphere of radius r sqrt(1 - z^2).
std::vector<Atom> sphere_atoms(int d, int nodes, Parameters p) {
  if (d == 1) return rademacher_atoms(1, nodes, p);
  Eigen::VectorXd side(nodes - 1);
  const double lambda = (d - 2) / 2.0;
  for (int k = 1; k < nodes; ++k)
    side[k - 1] = std::sqrt(d == 2 ? (k == 1 ? 0.5 : 0.25)
                                   : k * (k + 2 * lambda - 1) / (4 * (k + lambda) * (k + lambda - 1)));
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(Eigen::VectorXd::Zero(nodes), side);
  std::vector<Atom> atoms;
  for (int k = 0; k < nodes; ++k) {
    const double z = solver.eigenvalues()[k], first = solver.eigenvectors()(0, k);
    const double radius[] = {p[0] * std::sqrt(1 - z * z)};
    for (Atom& rest : sphere_atoms(d - 1, nodes, radius)) {
      rest.v.insert(rest.v.begin(), p[0] * z);
      rest.probability *= first * first;
      atoms.push_back(rest);
    }
  }
  return atoms;
}
std::vector<Atom> full_one_atoms(int d, int, Parameters p) {
  return {{std::vector<double>(d, p[0]), 1.0}};
}
std::vector<Atom> sparse_atoms(int d, int, Parameters p) {
  std::vector<Atom> atoms;
  for (int j = 0; j < d; ++j)
    for (const double sign : {-1.0, 1.0}) {
      atoms.push_back({std::vector<double>(d, 0.0), 0.5 / d});
      atoms.back().v[j] = sign * p[0];
    }
  return atoms;
}

// Rows of d numbers and a weight; unnormalised.
std::vector<Atom> table_atoms(int d, int, Parameters p) {
  std::vector<Atom> atoms;
  double total = 0;
  for (std::size_t row = 1; row < p.size(); row += d + 1) {
    atoms.push_back({{}, p[row + d]});
    for (int j = 0; j < d; ++j) atoms.back().v.push_back(p[0] * p[row + j]);
    total += p[row + d];
  }
  for (Atom& atom : atoms) atom.probability /= total;
  return atoms;
}
std::vector<Atom> signed_atoms(int d, int, Parameters p) {
  std::vector<Atom> atoms;
  for (const Atom& pattern : table_atoms(d, 0, p))
    for (unsigned signs = 0; signs < 1u << d; ++signs) {
      atoms.push_back(pattern);
      atoms.back().probability /= 1 << d;
      for (int j = 0; j < d; ++j)
        if ((signs >> j & 1u) != 0) atoms.back().v[j] *= -1;
    }
  return atoms;
}

// Five rows without any symmetry (magnitudes at even rows: of either law).
std::vector<double> uneven_rows(int d) {
  std::vector<double> rows;
  for (int row = 0; row < 5; ++row) {
    for (int j = 0; j < d; ++j) rows.push_back((row * row + 3 * j * row + j) % 7 / 4.0);
    rows.push_back(1 + 0.5 * row);
  }
  return rows;
}
std::vector<double> signed_rows(int d) {
  std::vector<double> rows = uneven_rows(d);
  for (std::size_t k = 0; k < rows.size(); ++k)
    if (static_cast<int>(k) % (d + 1) < d && k % 3 == 0) rows[k] *= -1;
  return rows;
}

double gaussian_below(double x, int, Parameters p) {
  return 0.5 * std::erfc(-x / (p[0] * std::sqrt(2.0)));
}
double uniform_below(double x, int, Parameters p) {
  return std::clamp(0.5 + 0.5 * x / p[0], 0.0, 1.0);
}
double skewed_below(double x, int, Parameters p) {
  return x < -p[0] ? 0 : -std::expm1(-(x / p[0] + 1));
}
double rademacher_below(double x, int, Parameters p) {
  return x < -p[0] ? 0 : x < p[0] ? 0.5 : 1;
}
double full_one_below(double x, int, Parameters p) {
  return x < p[0] ? 0 : 1;
}
double sparse_below(double x, int, Parameters p) {
  return x < -p[0] ? 0 : x < 0 ? 0.5 / 3 : x < p[0] ? 1 - 0.5 / 3 : 1;
}
double bernoulli_rademacher_below(double x, int, Parameters p) {
  return x < -p[0] ? 0 : x < 0 ? p[1] / 2 : x < p[0] ? 1 - p[1] / 2 : 1;
}
double bernoulli_gaussian_below(double x, int j, Parameters p) {
  return p[1] * gaussian_below(x, j, p) + (x < 0 ? 0 : 1 - p[1]);
}
double laplace_below(double x, int, Parameters p) {
  return x < 0 ? 0.5 * std::exp(x / p[0]) : 1 - 0.5 * std::exp(-x / p[0]);
}
// int cos^n = cos^(n-1) sin / n + (n-1)/n int cos^(n-2), from the centre; nu odd.
double student_below(double x, int, Parameters p) {
  const double theta = std::atan(x / (p[0] * std::sqrt(p[1])));
  double integral = theta, whole = std::numbers::pi;
  for (double n = 2; n < p[1]; n += 2) {
    integral = std::pow(std::cos(theta), n - 1) * std::sin(theta) / n + (n - 1) / n * integral;
    whole *= (n - 1) / n;
  }
  return 0.5 + integral / whole;
}
double shifted_below(double x, int j, Parameters p) {
  return gaussian_below(x - p[1], j, p);
}
double two_point_below(double x, int, Parameters p) {
  const double q = 1 - p[1];
  return x < -p[0] * std::sqrt(p[1] / q) ? 0 : x < p[0] * std::sqrt(q / p[1]) ? q : 1;
}
double anisotropic_below(double x, int j, Parameters p) {
  const double sigma[] = {p[0], std::sqrt(p[0] * p[1]), p[1]};
  return gaussian_below(x, j, {sigma + j, 1});
}
// In three dimensions a coordinate is uniform (Archimedes).
double sphere_below(double x, int j, Parameters p) {
  return uniform_below(x, j, p);
}
double enumerated_below(const std::vector<Atom>& atoms, double x, int j) {
  double sum = 0;
  for (const Atom& atom : atoms) sum += atom.v[j] <= x ? atom.probability : 0;
  return sum;
}
double finite_below(double x, int j, Parameters p) {
  static const std::vector<Atom> atoms = table_atoms(3, 0, p);
  return enumerated_below(atoms, x, j);
}
double signed_below(double x, int j, Parameters p) {
  static const std::vector<Atom> atoms = signed_atoms(3, 0, p);
  return enumerated_below(atoms, x, j);
}

constexpr int sample_rows = 7;

double sample_entry(int row, int j) {
  return 0.3 * (row + 1) * (j % 2 == 0 ? 1 : -1) - 0.1 * row * row * (j + 1);
}

std::vector<Atom> sample_atoms(int d, int /*nodes*/, std::span<const double> /*hash*/) {
  std::vector<Atom> atoms;
  for (int row = 0; row < sample_rows; ++row) {
    atoms.push_back({{}, 1.0 / sample_rows});
    for (int j = 0; j < d; ++j) atoms.back().v.push_back(sample_entry(row, j));
  }
  return atoms;
}

double sample_below(double x, int j, std::span<const double> /*hash*/) {
  double probability = 0;
  for (int row = 0; row < sample_rows; ++row)
    if (sample_entry(row, j) <= x) probability += 1.0 / sample_rows;
  return probability;
}

// A table of this dimension, made known to the process.
std::vector<double> sample_hash(int d) {
  std::vector<double> values;
  for (const Atom& atom : sample_atoms(d, 0, {})) values.insert(values.end(), atom.v.begin(), atom.v.end());
  distribution::publish(d, "rows.csv", static_cast<std::size_t>(d), values);
  return {static_cast<double>(d)};
}

}  // namespace

std::span<const ReferenceLaw> reference_laws() {
  static const std::vector<ReferenceLaw> all = {
      {"gaussian", {0.7}, gaussian_atoms, gaussian_below},
      {"sparse", {1.3}, sparse_atoms, sparse_below},
      {"rademacher", {0.8}, rademacher_atoms, rademacher_below},
      {"uniform", {1.4}, uniform_atoms, uniform_below},
      {"full-one", {1.1}, full_one_atoms, full_one_below},
      {"skewed", {0.6}, skewed_atoms, skewed_below},
      {"laplace", {0.5}, laplace_atoms, laplace_below},
      {"sphere", {1.2}, sphere_atoms, sphere_below},
      {"bernoulli-rademacher", {0.9, 0.3}, bernoulli_rademacher_atoms, bernoulli_rademacher_below},
      {"bernoulli-gaussian", {0.8, 0.4}, bernoulli_gaussian_atoms, bernoulli_gaussian_below},
      {"student-t", {0.7, 13}, student_atoms, student_below, nullptr, 12},
      {"student-t", {0.9, 7}, student_atoms, student_below, nullptr, 6},
      {"two-point", {0.9, 0.3}, two_point_atoms, two_point_below},
      {"two-point", {0.9, 0.5}, two_point_atoms, two_point_below},
      {"shifted-gaussian", {0.7, 0.4}, shifted_atoms, shifted_below},
      {"equicorrelated-gaussian", {0.8, 0.6}, equicorrelated_atoms, gaussian_below},
      {"equicorrelated-gaussian", {1.1, -0.2}, equicorrelated_atoms, gaussian_below},
      {"anisotropic-gaussian", {0.5, 1.5}, anisotropic_atoms, anisotropic_below},
      {"signed-pairs", {1.1}, signed_atoms, signed_below, uneven_rows},
      {"finite", {0.9}, table_atoms, finite_below, signed_rows},
      {"samples", {}, sample_atoms, sample_below, sample_hash},
  };
  return all;
}

std::vector<double> ReferenceLaw::parameters(int dimension) const {
  std::vector<double> all = numbers;
  if (list == nullptr) return all;
  const std::vector<double> rest = list(dimension);
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

std::shared_ptr<const distribution::Law> ReferenceLaw::law(int dimension) const {
  return distribution::find_family(family)->make(dimension, parameters(dimension));
}

std::vector<Atom> ReferenceLaw::atoms_of(int dimension, int nodes) const {
  return atoms(dimension, nodes, parameters(dimension));
}

double moment(std::span<const Atom> atoms, std::span<const int> powers) {
  double sum = 0;
  for (const Atom& atom : atoms) {
    double product = atom.probability;
    for (std::size_t j = 0; j < powers.size(); ++j)
      for (int n = 0; n < powers[j]; ++n) product *= atom.v[j];
    sum += product;
  }
  return sum;
}

std::vector<std::vector<int>> power_vectors(int dimension, int degree) {
  std::vector<std::vector<int>> all = {{}};
  for (int j = 0; j < dimension; ++j) {
    std::vector<std::vector<int>> longer;
    for (const std::vector<int>& powers : all) {
      int left = degree;
      for (const int power : powers) left -= power;
      for (int n = 0; n <= left; ++n) {
        longer.push_back(powers);
        longer.back().push_back(n);
      }
    }
    all = std::move(longer);
  }
  all.erase(all.begin());  // all powers 0
  return all;
}

std::vector<distribution::Factor> factors_of(std::span<const int> powers) {
  std::vector<distribution::Factor> factors;
  for (std::size_t j = 0; j < powers.size(); ++j)
    if (powers[j] > 0) factors.push_back({static_cast<int>(j), powers[j]});
  return factors;
}

}  // namespace flowsweep::test
