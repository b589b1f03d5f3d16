#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace flowsweep::store {

/// Rows of the points that meet every condition "AXIS=VALUES" (those of sweep::filter_rows), ascending; every
/// row if there are none. The points are those that are stored, whatever sweep text stands beside them.
/// Throws InputError for a wrong condition, and if the points differ in parameters that this program does not
/// know.
std::vector<std::size_t> select_rows(Reader& reader,
                                     const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                                     std::span<const std::string> conditions);

/// Indices into schema().theorems, ascending; all of them if `names` is empty. Throws InputError for a
/// theorem that the store does not hold.
std::vector<std::size_t> select_theorems(const Schema& schema, std::span<const std::string> names);

}  // namespace flowsweep::store
