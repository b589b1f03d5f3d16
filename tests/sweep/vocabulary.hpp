#pragma once
#include <memory>
#include <span>
#include <string>

#include "sweep/grid.hpp"

namespace flowsweep::sweep {

/// A small vocabulary with every kind of parameter and of dependency between them:
///  - dense and sequences are used by the empirical risk, p by the skewed law, step by euler,
///    record_times where given;
///  - constraint: a skewed law needs scale <= 10.
std::shared_ptr<const Vocabulary> small_vocabulary();

/// Text of a valid file that uses most forms.
std::string valid_text();

/// Reads a text as the file "sweep.ini".
Sweep read_text(const std::string& text, std::span<const std::string> overrides = {},
                const Limits& limits = {});

/// A valid file with these [axes] lines beside distribution, dimension and context; those three when
/// `complete`.
std::string with_axes(const std::string& lines, bool complete = true);

/// The message of the InputError that reading the text gives; "" if it is read.
std::string error_of(const std::string& text, std::span<const std::string> overrides = {},
                     const Limits& limits = {});

/// The values of a parameter in a grid, without "unused", in sweep-file form, separated by blanks.
std::string values_of(const Grid& grid, const std::string& key);

}  // namespace flowsweep::sweep
