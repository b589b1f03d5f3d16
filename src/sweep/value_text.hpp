#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "sweep/field.hpp"
#include "sweep/parameter.hpp"

namespace flowsweep::sweep {

/// Without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// The trimmed items of a list; a separator inside parentheses does not split. Refuses empty items and
/// unbalanced parentheses.
std::vector<std::string_view> split_list(std::string_view text, char separator, const Field& field);

/// A finite double; -0 reads as 0. Refuses anything else, also what overflows or underflows.
double parse_real(std::string_view text, const Field& field);

/// Digits, or an exponent form of an exact integer up to 2^53 ("1e6"). Refuses anything else, also what
/// overflows.
std::int64_t parse_integer(std::string_view text, const Field& field);

/// One value of the declared kind, within its bounds or choices.
Value parse_value(const ParameterDeclaration& declaration, std::string_view text, const Field& field);

/// The declaration's default; monostate where it has none.
Value default_value(const ParameterDeclaration& declaration);

}  // namespace flowsweep::sweep
