#pragma once
#include <span>
#include <string>
#include <vector>

#include "distribution/law.hpp"

namespace flowsweep::test {

/// A finite law of v in R^d: atoms and probabilities.
struct Atom {
  std::vector<double> v;
  double probability;
};

/// What a family of laws is, stated a second time and independently of its analytic moments.
struct ReferenceLaw {
  std::string family;
  std::vector<double> numbers;  ///< the parameters of the family that are one number, in its order

  /// A finite law in R^d with the same mixed moments as long as every power is at most 2 nodes - 1: Gauss
  /// rules of `nodes` nodes for continuous coordinates, the law itself for finite ones.
  std::vector<Atom> (*atoms)(int dimension, int nodes, std::span<const double> parameters);

  /// P(v_j <= x) in R^3.
  double (*distribution)(double x, int j, std::span<const double> parameters);

  /// The numbers of the family's list at a dimension; nullptr: it has none.
  std::vector<double> (*list)(int dimension) = nullptr;

  /// Total degree up to which the law has finite moments.
  int finite_degree = 1000;

  /// The parameters of the family at a dimension, in its order.
  std::vector<double> parameters(int dimension) const;
  std::shared_ptr<const distribution::Law> law(int dimension) const;
  std::vector<Atom> atoms_of(int dimension, int nodes) const;
};

/// At least one for every family of the registry.
std::span<const ReferenceLaw> reference_laws();

/// sum over the atoms of probability x prod_j v_j^powers[j]
double moment(std::span<const Atom> atoms, std::span<const int> powers);

/// Every vector of d powers >= 0 with 1 <= total <= degree.
std::vector<std::vector<int>> power_vectors(int dimension, int degree);

/// The factors of a vector of powers, those of power 0 left out.
std::vector<distribution::Factor> factors_of(std::span<const int> powers);

}  // namespace flowsweep::test
