#pragma once
#include <map>
#include <string>

namespace flowsweep::test {

/// Value of a formula as the registry's texts write them, such as "3 (d-1) sigma^6 / 2": numbers, names, + -
/// / ^, parentheses, and multiplication by juxtaposition. Throws std::invalid_argument for anything else.
double evaluate(const std::string& formula, const std::map<std::string, double>& values);

}  // namespace flowsweep::test
