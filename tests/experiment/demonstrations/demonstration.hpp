#pragma once
#include <map>
#include <optional>
#include <string>

#include "experiment/run_point.hpp"
#include "sweep/grid.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::test {

/// A theorem with a sweep in which it holds at every point, and one, under a defect or for its law alone, in
/// which it must be violated at every point.
struct Demonstration {
  sweep::Sweep holds;
  sweep::Sweep violated;
  experiment::Options defect;
  /// The theorem with another `measure`, of what contradicts it; without one the theorem as it is.
  std::optional<theory::Theorem> planted = {};
};

/// By the theorem's name. The list is generated from the files in this folder: demonstrations/STEM.cpp
/// defines `Demonstration demonstrate_STEM()`, STEM as in theory/theorems/.
const std::map<std::string, Demonstration (*)()>& demonstrations();

}  // namespace flowsweep::test
