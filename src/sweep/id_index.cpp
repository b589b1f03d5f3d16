#include "sweep/id_index.hpp"

#include <algorithm>
#include <limits>

namespace flowsweep::sweep {
namespace {

constexpr std::uint32_t vacant = std::numeric_limits<std::uint32_t>::max();

// Open addressing with linear probing; ids are hashes already.
std::size_t slot_of(std::uint64_t id, std::span<const std::uint64_t> ids,
                    std::span<const std::uint32_t> slots) {
  std::size_t slot = id & (slots.size() - 1);
  while (slots[slot] != vacant && ids[slots[slot]] != id) slot = (slot + 1) & (slots.size() - 1);
  return slot;
}

}  // namespace

std::size_t IdIndex::find_or_insert(std::uint64_t id, std::span<const std::uint64_t> ids) {
  if (2 * (ids.size() + 1) > slots_.size()) grow(ids);
  const std::size_t slot = slot_of(id, ids, slots_);
  if (slots_[slot] == vacant) slots_[slot] = static_cast<std::uint32_t>(ids.size());
  return slots_[slot];
}

void IdIndex::grow(std::span<const std::uint64_t> ids) {
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), vacant);
  for (std::size_t row = 0; row < ids.size(); ++row)
    slots_[slot_of(ids[row], ids, slots_)] = static_cast<std::uint32_t>(row);
}

}  // namespace flowsweep::sweep
