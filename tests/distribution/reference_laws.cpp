#include "reference_laws.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

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

std::vector<Atom> independent(int dimension, const Rule& rule) {
  std::vector<Atom> atoms = {{{}, 1.0}};
  for (int j = 0; j < dimension; ++j) {
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

// Hermite: N(0, 1). Legendre: uniform on (-1, 1). Laguerre, moved by 1: X - 1 with X exponential.
std::vector<Atom> gaussian_atoms(int d, int nodes, Parameters p) {
  return independent(d, gauss_rule(
                            nodes, zero, [](int k) { return double(k); }, p[0]));
}
std::vector<Atom> uniform_atoms(int d, int nodes, Parameters p) {
  return independent(d, gauss_rule(
                            nodes, zero, [](int k) { return k * k / (4.0 * k * k - 1); }, p[0]));
}
std::vector<Atom> skewed_atoms(int d, int nodes, Parameters p) {
  return independent(d, gauss_rule(
                            nodes, [](int k) { return 2.0 * k; }, [](int k) { return double(k) * k; }, p[0]));
}
std::vector<Atom> rademacher_atoms(int d, int, Parameters p) {
  return independent(d, {{-p[0], p[0]}, {0.5, 0.5}});
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
double sparse_below(double x, int d, Parameters p) {
  return x < -p[0] ? 0 : x < 0 ? 0.5 / d : x < p[0] ? 1 - 0.5 / d : 1;
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
  };
  return all;
}

std::shared_ptr<const distribution::Law> ReferenceLaw::law(int dimension) const {
  return distribution::find_family(family)->make(dimension, parameters);
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
