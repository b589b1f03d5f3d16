#include "store/merge_choice.hpp"

#include <algorithm>
#include <numeric>

namespace flowsweep::store {
namespace {

enum class Standing : std::uint8_t { none, set_aside, timed_out, failed, finished };

Standing standing(const Reader::RowDigest& row) {
  if (row.state != Reader::RowState::committed) return Standing::none;
  switch (row.status) {
    case record::Status::not_run:
      return Standing::none;
    case record::Status::set_aside:
      return Standing::set_aside;
    case record::Status::timed_out:
      return Standing::timed_out;
    case record::Status::failed:
      return Standing::failed;
    default:
      return Standing::finished;
  }
}

class Chooser {
 public:
  Chooser(const std::vector<MergeSource>& sources, std::size_t points) : sources_(sources) {
    choice_.kept.resize(points);
  }

  void offer(SourceRow offered) {
    const Reader::RowDigest& row = digest(offered);
    if (standing(row) == Standing::none) return;
    const std::size_t point = sources_[offered.source].to[offered.row];
    SourceRow& kept = choice_.kept[point];
    if (!kept.given()) {
      kept = offered;
      return;
    }
    const Standing mine = standing(row), other = standing(digest(kept));
    if (mine == Standing::finished && other == Standing::finished) {
      compare(point, offered, kept);
      return;
    }
    ++choice_.beaten;
    if (mine > other || (mine == other && row.hash < digest(kept).hash)) kept = offered;
  }

  MergeChoice finish() && { return std::move(choice_); }

 private:
  const Reader::RowDigest& digest(SourceRow place) const { return sources_[place.source].rows[place.row]; }

  void compare(std::size_t point, SourceRow offered, SourceRow kept) {
    if (digest(offered).hash == digest(kept).hash)
      ++choice_.repeated;
    else
      choice_.questions.push_back({point, offered});
  }

  const std::vector<MergeSource>& sources_;
  MergeChoice choice_;
};

}  // namespace

MergeChoice choose_rows(const std::vector<MergeSource>& sources, std::size_t points) {
  std::vector<std::uint32_t> order(sources.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::ranges::stable_sort(order, {}, [&](std::uint32_t s) { return sources[s].instruction_set; });
  Chooser chooser(sources, points);
  for (const std::uint32_t source : order)
    for (std::uint32_t row = 0; row < sources[source].rows.size(); ++row) chooser.offer({source, row});
  return std::move(chooser).finish();
}

}  // namespace flowsweep::store
