#pragma once
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::store {

/// A parameter's value in sweep-file form; flags are "true" and "false"; "" where unused.
std::string value_text(const sweep::ParameterDeclaration& declaration, const sweep::Value& value);

/// "distribution skewed, dimension 3, init 0.2:0.3": the used parameters that are not at their defaults.
/// `values` in the order of the vocabulary; the parameters `always` are named at their defaults too.
std::string in_words(const sweep::Vocabulary& vocabulary, std::span<const sweep::Value> values,
                     const std::set<std::size_t>& always = {});

/// A word as a POSIX shell reads it back, in apostrophes where it needs them.
std::string quoted(const std::string& word);

/// "flowsweep VERB STORE ID", the path quoted for a shell where it needs to be.
std::string point_command(std::string_view verb, const std::string& store, std::uint64_t id);

/// The parameter that holds the hash of the rows of a file, where they are the point's law.
inline constexpr std::string_view rows_key = "rows";

/// The file that these rows were read from, as the store's sweep names it; empty for other laws and for
/// `values` of a damaged row.
std::string rows_file(const Reader& reader, const sweep::Vocabulary& vocabulary,
                      const std::vector<sweep::Value>& values);

/// What tells more where the rows of a file leave a hypothesis open.
std::string undecided_hint(const std::string& file);

}  // namespace flowsweep::store
