#pragma once
#include <cstdint>
#include <vector>

#include "store/merge_source.hpp"

namespace flowsweep::store {

/// A row of a source.
struct SourceRow {
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  std::uint32_t source = none;
  std::uint32_t row = 0;

  bool given() const { return source != none; }
};

/// A finished run beside the kept one of the same point, with other bits.
struct Question {
  std::size_t point = 0;  ///< row of the merged store
  SourceRow other;
};

/// Which source's row each point of the merged store takes.
///
/// A finished run beats one that failed, that one a timed-out, that one a set-aside, and any row beats none.
/// Among the finished runs of a point the one of the lowest instruction set counts, then the earliest source;
/// others with the same bits are the same run, those with other bits are questions. Among runs of one point
/// that did not finish, and so say nothing of it, the one with the smallest hash is taken, so that the order
/// of the sources does not matter.
struct MergeChoice {
  std::vector<SourceRow> kept;  ///< [point]
  std::vector<Question> questions;
  std::size_t repeated = 0;  ///< finished rows left out because the kept one has the same bits
  std::size_t beaten = 0;    ///< rows left out because another has finished or is as good
};

MergeChoice choose_rows(const std::vector<MergeSource>& sources, std::size_t points);

}  // namespace flowsweep::store
