#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sweep/grid.hpp"

namespace flowsweep::sweep {

/// A table of real numbers named by an axis item CHOICE(FILE). The text of a sweep carries its tables after
/// it was read, so that every rank and every reader of a store has the same numbers, wherever the file is.
struct Table {
  std::string name;  ///< FILE as the sweep file writes it
  std::size_t columns = 0;
  std::vector<double> values;  ///< [row][columns]

  std::size_t rows() const { return values.size() / columns; }
  /// What points refer to: a hash of the number of columns and of the values' bits (-0 as 0), of 53 bits, so
  /// that JSON and every reader of CSV keep it.
  std::int64_t hash() const;
};

/// Most numbers of a table.
inline constexpr std::size_t largest_table = 2'000'000;

/// A table as lines of comment, which tables_in() reads back to the same bits.
std::string table_block(const Table& table);

/// The tables of a text, also where their lines are indented or commented out. Throws InputError where the
/// numbers do not have the hash they were written with.
std::vector<Table> tables_in(const std::string& text, const std::string& file);

/// The files that a text's tables were read from, by the hash of their rows; of several with the same rows
/// the first. Throws InputError for a malformed line #! table.
std::map<std::int64_t, std::string> table_files(const std::string& text, const std::string& file);

/// The text with empty lines in place of its tables.
std::string without_tables(const std::string& text);

/// Gives the tables of a stored sweep's text to the vocabulary: to be called before its points are used.
void load_tables(const std::string& text, const std::string& file, const Vocabulary& vocabulary);

/// FILE of an item CHOICE(FILE), empty for any other item.
std::string file_of(const ParameterDeclaration& declaration, std::string_view item);

/// Reads the tables that the axes of a text name and that the text does not hold, paths relative to the
/// folder of `file`, and appends them.
std::string with_tables(std::string text, const std::string& file, std::span<const std::string> overrides,
                        const Vocabulary& vocabulary, const Limits& limits, const TableReader& reader);

}  // namespace flowsweep::sweep
