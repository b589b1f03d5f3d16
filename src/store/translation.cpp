#include "store/translation.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace flowsweep::store {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t absent = static_cast<std::size_t>(-1);

template <class Items>
std::size_t index_of(const Items& items, const std::string& name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? absent : static_cast<std::size_t>(found - items.begin());
}

bool same_columns(const TheoremColumns& a, const TheoremColumns& b) {
  return a.hypotheses == b.hypotheses && a.conclusions == b.conclusions &&
         std::ranges::equal(a.measurements, b.measurements, {}, &record::Quantity::name,
                            &record::Quantity::name);
}

}  // namespace

Translation::Translation(const Schema& from, const Schema& to) : from_observables_(from.observables.size()) {
  for (const record::Quantity& q : to.observables) observables_.push_back(index_of(from.observables, q.name));
  for (std::size_t t = 0; t < to.theorems.size(); ++t) {
    const std::size_t old = index_of(from.theorems, to.theorems[t].name);
    const bool kept = old != absent && same_columns(from.theorems[old], to.theorems[t]);
    theorems_.push_back(kept ? old : absent);
    if (!kept) lacking_.push_back(t);
  }
  for (const TheoremColumns& theorem : to.theorems)
    blank_measurements_.emplace_back(theorem.measurements.size(), nan);
}

record::RunRecord Translation::operator()(record::RunRecord run) const {
  run.finals = picked(run.finals, 1);
  run.trajectory.values = picked(run.trajectory.values, run.trajectory.flow_time.size());
  std::vector<std::vector<double>> measurements = blank_measurements_;
  std::vector<record::Verdict> verdicts(theorems_.size(),
                                        {record::VerdictKind::failed, nan, nan, nan, nan, {}, {}});
  for (std::size_t t = 0; t < theorems_.size(); ++t) {
    if (theorems_[t] == absent) continue;
    measurements[t] = std::move(run.measurements[theorems_[t]]);
    verdicts[t] = std::move(run.verdicts[theorems_[t]]);
  }
  run.measurements = std::move(measurements);
  run.verdicts = std::move(verdicts);
  return run;
}

// Rows of observables in the new order; NaN for new ones.
std::vector<double> Translation::picked(const std::vector<double>& old, std::size_t rows) const {
  std::vector<double> values;
  values.reserve(rows * observables_.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (const std::size_t o : observables_)
      values.push_back(o == absent ? nan : old[r * from_observables_ + o]);
  return values;
}

}  // namespace flowsweep::store
