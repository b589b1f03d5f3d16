#pragma once
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/rng.hpp"

namespace flowsweep::distribution {

class SampleTable;

/// v_{coordinate}^{power}, a factor of a mixed moment; power >= 1, coordinates of one moment are distinct.
struct Factor {
  int coordinate;
  int power;
};

/// A law of the initial token v in R^d at a fixed dimension d, with analytic moments up to total degree 6,
/// those of one coordinate up to degree 12, and a sampler.
class Law {
 public:
  virtual ~Law() = default;
  virtual int dimension() const = 0;

  /// E[ prod_f v_{f.coordinate}^{f.power} ]; total degree <= 6, or <= 12 of a single coordinate.
  virtual double moment(std::span<const Factor> factors) const = 0;

  /// Whether moments depend on the powers only (then moment() ignores which coordinates are named).
  virtual bool exchangeable() const = 0;

  /// Whether the coordinates are independent (then moments are products of moment({{j, n}})).
  virtual bool independent() const = 0;

  /// Moments of total degree below this are finite; infinite for most laws.
  virtual double finite_degree() const { return std::numeric_limits<double>::infinity(); }

  /// Draws one v (length d).
  virtual void sample(CounterRng& rng, std::span<double> v) const = 0;

  /// The rows that the law is known by; nullptr: its moments are known exactly.
  virtual const SampleTable* sample_table() const { return nullptr; }
};

/// A parameter of a family of laws; it is also a sweep key of that name.
struct LawParameter {
  std::string key;     ///< "scale", "p", "nu", ...
  std::string symbol;  ///< "sigma"
  std::string help;
  bool list = false;  ///< a list of numbers, the last parameter of its family; else one number, an axis
};

/// Which parameter a law refuses, and the constraint that its value breaks.
struct LawFault {
  std::string key;
  std::string constraint;
};

/// A family of laws as the registry knows it: one entry a name in sweep files.
struct LawFamily {
  std::string name;
  std::string description;  ///< formula of the law
  /// E v^2, kappa1, kappa2, kappa3 as equations; what follows a semicolon is prose.
  std::string moments;
  std::vector<LawParameter> parameters;
  /// The law with these parameters, in the order above, the numbers of a list last. They must be free of
  /// faults.
  std::shared_ptr<const Law> (*make)(int dimension, std::span<const double> parameters);
  /// The first fault of the parameters at this dimension; nothing if there is a law with these parameters and
  /// its moments up to degree 6 are finite. nullptr: no parameters are refused.
  std::optional<LawFault> (*fault)(int dimension, std::span<const double> parameters) = nullptr;
};

std::span<const LawFamily> families();
const LawFamily* find_family(std::string_view name);  ///< nullptr if unknown

}  // namespace flowsweep::distribution
