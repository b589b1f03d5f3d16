#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "distribution/law.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::theory {

/// The keys under which a point names a law and its scale; other parameters of laws have keys of their own.
struct LawKeys {
  std::string name, scale;
};
inline const LawKeys token_law = {"distribution", "scale"};           ///< of tokens or inputs
inline const LawKeys task_law = {"task_distribution", "task_scale"};  ///< of the vector w of a task

/// A law's parameters as LawFamily::make takes them, by the value of each key; 0 for a number that the point
/// does not use, as a law in one dimension does not.
std::vector<double> law_parameters(const distribution::LawFamily& family, const LawKeys& keys,
                                   const std::function<const sweep::Value&(const std::string&)>& value);

/// The law that a point names, in R^dimension.
std::shared_ptr<const distribution::Law> law_of(const sweep::Point& point, const LawKeys& keys,
                                                int dimension);

/// The law of the tokens, at the point's dimension.
std::shared_ptr<const distribution::Law> law_of(const sweep::Point& point);

}  // namespace flowsweep::theory
