#include "verify/replicates.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "store/point_text.hpp"
#include "store/select.hpp"

namespace flowsweep::verify {
namespace {

using record::Status;
using sweep::Value;

constexpr double confidence_of_means = 0.95, confidence_of_bands = 0.99;
constexpr std::size_t least_of_band = 3, least_of_law = 3, least_of_size = 3;
constexpr double same_time = 1e-9;  // relative: flow times of the same steps, summed alike

constexpr std::string_view sample_keys[] = {"sequences", "precision",      "statistics",
                                            "train",     "test_sequences", "test_context"};

struct Run {
  std::uint64_t id;
  bool finished, converged;
  double final_ab, predicted;
  std::vector<double> times, ab;
};

struct Setting {
  std::size_t row;            // the first
  std::vector<Value> values;  // without what replicates differ in
  std::int64_t sequences;
  std::vector<Run> runs;
};

// The point without some of its parameters; false flags too, which the other risk may not use.
std::vector<Value> without(const sweep::Vocabulary& vocabulary, std::vector<Value> values,
                           std::span<const std::string_view> keys) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    const sweep::ParameterDeclaration& declaration = vocabulary.parameters[k];
    const auto* flag = std::get_if<std::int64_t>(&values[k]);
    if (std::ranges::count(keys, declaration.key) > 0 ||
        (declaration.kind == sweep::Kind::flag && flag != nullptr && *flag == 0))
      values[k] = {};
  }
  return values;
}

double quantile(double confidence, std::size_t runs) {
  const boost::math::students_t law(static_cast<double>(runs) - 1);
  return boost::math::quantile(law, (1 + confidence) / 2);
}

struct Moments {
  double mean, deviation;
};

Moments moments(const std::vector<double>& values) {
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  const double count = static_cast<double>(values.size()), mean = sum / count;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (count - 1))};
}

std::vector<const Run*> finished(const Setting& setting) {
  std::vector<const Run*> runs;
  for (const Run& run : setting.runs)
    if (run.finished) runs.push_back(&run);
  return runs;
}

// ab at a recorded flow time; a flow that has converged stays where it is.
std::optional<double> ab_at(const Run& run, double time) {
  const auto found = std::ranges::lower_bound(run.times, time - same_time * time);
  if (found == run.times.end()) return run.converged ? std::optional(run.final_ab) : std::nullopt;
  if (*found > time + same_time * time) return std::nullopt;
  return run.ab[static_cast<std::size_t>(found - run.times.begin())];
}

class Analysis {
 public:
  Analysis(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
           const std::vector<std::string>& where)
      : vocabulary_(*vocabulary), columns_(reader.schema().observables.size()) {
    const auto& names = reader.schema().observables;
    const auto ab = std::ranges::find(names, "ab", &record::Quantity::name);
    if (ab == names.end())
      throw InputError(
          "replicates",
          "the store holds no observable ab: replicates are compared for linear and causal attention");
    ab_ = static_cast<std::size_t>(ab - names.begin());
    const auto& theorems = reader.schema().theorems;
    const auto limit = std::ranges::find(theorems, "mesa.limit-sampled", &store::TheoremColumns::name);
    if (limit != theorems.end()) limit_ = static_cast<std::size_t>(limit - theorems.begin());
    reader.visit(vocabulary_, store::select_rows(reader, vocabulary, where),
                 [this](const store::Reader::Row& row) { take(row); });
    find_differing();
  }

  ReplicateReport report() const {
    ReplicateReport report;
    for (const Setting* setting : in_order()) {
      if (finished(*setting).size() >= 2) report.settings.push_back(summary(*setting));
      add_band(*setting, report.bands);
    }
    add_laws(report.laws);
    return report;
  }

 private:
  void take(const store::Reader::Row& row) {
    if (row.state != store::Reader::RowState::committed) return;
    static constexpr std::string_view replicated[] = {"seed"};
    const std::vector<Value> values = without(vocabulary_, row.parameters, replicated);
    const sweep::Point point({&vocabulary_, [](const sweep::Vocabulary*) {}}, row.parameters, row.id);
    if (point.uses("risk") && point.name("risk") == "population") {
      // An exact flow that depends on the seed, by its start, is not that of every replicate.
      if (!point.uses("seed")) exact_.emplace(exact_key(values), run_of(row));
      return;
    }
    Setting& setting = sampled_
                           .try_emplace(sweep::canonical_content(vocabulary_, values),
                                        Setting{row.row, values, point.integer("sequences"), {}})
                           .first->second;
    setting.runs.push_back(run_of(row));
  }

  // Settings are told apart by these, at their defaults too.
  void find_differing() {
    for (const auto& [key, setting] : sampled_)
      for (std::size_t p = 0; p < setting.values.size(); ++p)
        if (setting.values[p] != sampled_.begin()->second.values[p]) differing_.insert(p);
  }

  std::vector<const Setting*> in_order() const {
    std::vector<const Setting*> settings;
    for (const auto& [key, setting] : sampled_) settings.push_back(&setting);
    std::ranges::sort(settings, {}, &Setting::row);
    return settings;
  }

  Run run_of(const store::Reader::Row& row) const {
    const Status status = row.run.status;
    Run run{row.id,
            status == Status::converged || status == Status::horizon_reached || status == Status::step_limit,
            status == Status::converged,
            row.run.finals[ab_],
            limit_ ? row.run.verdicts[*limit_].predicted : std::numeric_limits<double>::quiet_NaN(),
            row.run.trajectory.flow_time,
            {}};
    for (std::size_t r = 0; r < run.times.size(); ++r)
      run.ab.push_back(row.run.trajectory.values[r * columns_ + ab_]);
    return run;
  }

  // What a point of the population risk and its replicates have in common. From a diagonal start the exact
  // flow stays in (B, A), where replicates have no choice of blocks.
  std::string exact_key(const std::vector<Value>& values) const {
    std::vector<std::string_view> keys(std::begin(sample_keys), std::end(sample_keys));
    keys.push_back("risk");
    std::vector<Value> common = without(vocabulary_, values, keys);
    for (std::size_t k = 0; k < common.size(); ++k)
      if (vocabulary_.parameters[k].key == "blocks" && common[k] == Value(std::string("ba"))) common[k] = {};
    return sweep::canonical_content(vocabulary_, common);
  }

  Replicates summary(const Setting& setting) const {
    std::vector<double> finals;
    for (const Run* run : finished(setting)) finals.push_back(run->final_ab);
    const auto [mean, deviation] = moments(finals);
    const double count = static_cast<double>(finals.size());
    return {store::in_words(vocabulary_, setting.values, differing_),
            setting.runs.front().id,
            finals.size(),
            setting.runs.size() - finals.size(),
            setting.runs.front().predicted,
            mean,
            deviation,
            quantile(confidence_of_means, finals.size()) * deviation / std::sqrt(count)};
  }

  void add_band(const Setting& setting, std::vector<Band>& bands) const {
    const auto exact = exact_.find(exact_key(setting.values));
    const std::vector<const Run*> runs = finished(setting);
    if (exact == exact_.end() || runs.size() < least_of_band) return;
    Band band{store::in_words(vocabulary_, setting.values, differing_),
              exact->second.id,
              runs.size(),
              0,
              std::numeric_limits<double>::infinity(),
              0};
    const bool exact_longer = exact->second.times.back() > runs.front()->times.back();
    const std::vector<double>& times = exact_longer ? exact->second.times : runs.front()->times;
    const double t = quantile(1 - (1 - confidence_of_bands) / static_cast<double>(times.size()), runs.size());
    for (const double time : std::span(times).subspan(1)) compare(exact->second, time, runs, t, band);
    if (band.times > 0) bands.push_back(band);
  }

  static void compare(const Run& exact, double time, const std::vector<const Run*>& runs, double t,
                      Band& band) {
    std::vector<double> values;
    for (const Run* run : runs)
      if (const auto value = ab_at(*run, time)) values.push_back(*value);
    const std::optional<double> expected = ab_at(exact, time);
    if (!expected || values.size() < runs.size()) return;
    ++band.times;
    const auto [mean, deviation] = moments(values);
    const double half = t * deviation * std::sqrt(1 + 1 / static_cast<double>(values.size()));
    // A law whose samples all have the same flow has a band of rounding's width.
    const double margin = 1 - std::abs(*expected - mean) / std::max(half, 1e-9 * std::abs(mean));
    if (margin >= band.margin) return;
    band.margin = margin;
    band.at = time;
  }

  void add_laws(std::vector<GapLaw>& laws) const {
    static constexpr std::string_view sizes[] = {"sequences"};
    std::map<std::string, std::vector<const Setting*>> groups;
    for (const Setting* setting : in_order())
      if (finished(*setting).size() >= least_of_size && std::isfinite(setting->runs.front().predicted))
        groups[sweep::canonical_content(vocabulary_, without(vocabulary_, setting->values, sizes))].push_back(
            setting);
    for (auto& [key, settings] : groups) {
      if (settings.size() < least_of_law) continue;
      std::ranges::sort(settings, {}, &Setting::sequences);
      laws.push_back(law(settings));
      laws.back().in_words =
          store::in_words(vocabulary_, without(vocabulary_, settings.front()->values, sizes), differing_);
    }
  }

  static GapLaw law(const std::vector<const Setting*>& settings) {
    std::vector<std::pair<std::int64_t, std::vector<double>>> differences;
    for (const Setting* setting : settings) {
      differences.emplace_back(setting->sequences, std::vector<double>{});
      for (const Run* run : finished(*setting))
        differences.back().second.push_back(run->final_ab - run->predicted);
    }
    return gap_law(differences);
  }

  const sweep::Vocabulary& vocabulary_;
  std::size_t columns_, ab_ = 0;
  std::optional<std::size_t> limit_;
  std::map<std::string, Setting> sampled_;
  std::map<std::string, Run> exact_;
  std::set<std::size_t> differing_;
};

}  // namespace

ReplicateReport replicates(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                           const std::vector<std::string>& where) {
  return Analysis(reader, vocabulary, where).report();
}

ExitCode exit_code(const ReplicateReport& report) {
  const bool bands = std::ranges::all_of(report.bands, [](const Band& band) { return band.margin >= 0; });
  const bool laws = std::ranges::all_of(report.laws, &GapLaw::agrees);
  return bands && laws ? ExitCode::success : ExitCode::internal_error;
}

}  // namespace flowsweep::verify
