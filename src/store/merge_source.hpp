#pragma once
#include <string>
#include <vector>

#include "core/instruction_set.hpp"
#include "store/store.hpp"

namespace flowsweep::store {

/// A store that is merged: read only.
struct MergeSource {
  std::string path;  ///< as given
  Reader reader;
  InstructionSet instruction_set;
  std::vector<Reader::RowDigest> rows;
  std::vector<std::size_t> to;  ///< [row] row of its point in the merged store
};

/// Opens a store and checks every row. Throws InputError as Reader does, and for a store of another kernel
/// version than this program's.
MergeSource open_merge_source(const std::string& path);

/// Observables and theorems of all sources by name: those of `known` in its order, then the other observables
/// sorted by name; the longest record. Theorems are described as in `known`. Without weight_counts. Throws
/// InputError for a theorem that `known` lacks.
Schema united_schema(const std::vector<MergeSource>& sources, const Schema& known);

InstructionSet lowest_set(const std::vector<MergeSource>& sources);
bool mixed_sets(const std::vector<MergeSource>& sources);

/// The sources' sweep text without shards, if they agree on it; else "".
std::string common_sweep_text(const std::vector<MergeSource>& sources);

/// What the merged store says of its origin: what the sources agree on, else all they say, sorted and
/// separated by commas; the lowest instruction set; a table of the sources in merged_from.
Metadata united_metadata(std::vector<MergeSource>& sources, const std::string& command_line);

}  // namespace flowsweep::store
