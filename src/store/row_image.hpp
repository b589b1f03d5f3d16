#pragma once
#include <cstdint>
#include <span>

#include "record/record.hpp"
#include "store/columns.hpp"
#include "store/store.hpp"

namespace flowsweep::store {

/// Writes a run's part of its row's image: the columns after the static ones in the layout's order, then the
/// weights. `image` has exactly their length. Empty finals, weights, measurements and verdicts become NaN
/// (verdict: failed). Throws std::invalid_argument if a list has another length than the schema says.
void encode_run(const Schema& schema, const record::RunRecord& run, std::size_t weights,
                std::span<std::byte> image);

/// The inverse. Trajectories end before the first record whose flow time is NaN.
record::RunRecord decode_run(const Schema& schema, std::size_t weights, std::span<const std::byte> image);

/// What runs/checksum holds: XXH3 of the whole image (static columns, run, weights), seeded with the point's
/// id.
std::uint64_t row_checksum(std::span<const std::byte> image, std::uint64_t id);

/// Whether the checksum is that of the image, and the image's codes of status and verdicts are those of a
/// run.
bool is_intact(const Layout& layout, std::span<const std::byte> image, std::uint64_t checksum);

}  // namespace flowsweep::store
