#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sweep/parameter.hpp"

namespace flowsweep::experiment {

/// Whether a point with these values, in the order of the declarations, uses a parameter.
using Rule = std::function<bool(std::span<const sweep::Value> values)>;

/// Which parameters a point uses, by position; parameters without a rule (empty) are always used.
std::vector<Rule> use_rules(const std::vector<sweep::ParameterDeclaration>& all);

/// Which parameters' defaults a point implies where it does not use them, by position; empty: it never does.
/// Without a mask, with all blocks trained, without test sequences points do the same whether or not that is
/// in their ids.
std::vector<Rule> implied_rules(const std::vector<sweep::ParameterDeclaration>& all);

/// The parameter at this position is a number above 0, or a flag that is set.
Rule greater_than_zero(std::size_t parameter);

/// The parameter at this position has one of these names.
Rule named(std::size_t parameter, std::vector<std::string> names);

Rule no(Rule rule);
Rule both(Rule first, Rule second);
Rule either(Rule first, Rule second);

}  // namespace flowsweep::experiment
