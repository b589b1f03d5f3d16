#include <fmt/format.h>

#include <limits>
#include <map>
#include <numeric>

#include "core/hash.hpp"
#include "core/provenance.hpp"
#include "store/point_text.hpp"
#include "store/select.hpp"
#include "theory/margin.hpp"
#include "verify/agreement.hpp"
#include "verify/verify.hpp"

namespace flowsweep::verify {
namespace {

using record::Status;
using record::Verdict;
using record::VerdictKind;
using store::Reader;

bool made_by_this_build(const store::Metadata& metadata) {
  const Provenance here = provenance();
  return metadata.program_version == here.program_version && metadata.git_commit == here.git_commit &&
         metadata.compiler == here.compiler && metadata.libraries == here.libraries;
}

// Why this program cannot judge what the store holds of a theorem; empty if it can.
std::string obstacle(const theory::Theorem* known, const store::TheoremColumns& stored) {
  if (known == nullptr) return stored.name + ": this program does not know the theorem";
  const bool same_measurements = std::ranges::equal(known->measurements, stored.measurements, {},
                                                    &record::Quantity::name, &record::Quantity::name);
  if (!same_measurements || known->hypotheses.size() != stored.hypotheses.size() ||
      known->conclusions.size() != stored.conclusions.size())
    return stored.name +
           ": the store holds other measurements, hypotheses or conclusions than this program's";
  return "";
}

// The rule of the run: what a theorem does not speak about, and a run without numbers, is not measured.
std::vector<double> measure_again(const theory::Theorem& theorem, const sweep::Point& point,
                                  const record::RunRecord& run, const std::vector<double>& stored,
                                  const Options& options) {
  if (run.status == Status::failed || run.status == Status::set_aside) return stored;
  if (!theorem.speaks_about(point))
    return std::vector<double>(theorem.measurements.size(), std::numeric_limits<double>::quiet_NaN());
  const std::vector<double> start = options.start_weights(point);
  return theorem.measure({point, run, start});
}

std::vector<Discrepancy> discrepancies(const theory::Theorem& theorem, const std::vector<double>& stored,
                                       const std::vector<double>& again, bool same_build) {
  std::vector<Discrepancy> all;
  for (std::size_t m = 0; m < again.size(); ++m)
    if (!(same_build ? identical(stored[m], again[m]) : equivalent(stored[m], again[m])))
      all.push_back({theorem.measurements[m].name, stored[m], again[m]});
  return all;
}

std::vector<std::string> broken_conclusions(const theory::Theorem& theorem, const Verdict& verdict) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < verdict.conclusion_margins.size(); ++c)
    if (!(verdict.conclusion_margins[c] >= 0)) names.push_back(theorem.conclusions[c].name);
  return names;
}

// A failed or set-aside run without a verdict has no measurements to judge.
bool nothing_to_judge(const record::RunRecord& run, const Verdict& stored) {
  return run.status != Status::converged && run.status != Status::horizon_reached &&
         run.status != Status::step_limit && absent(stored);
}

class Examination {
 public:
  Examination(Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
              const Options& options)
      : reader_(reader), vocabulary_(vocabulary), options_(options) {
    report_.same_build = made_by_this_build(reader.metadata());
    for (const std::size_t t : store::select_theorems(reader.schema(), options.theorems)) add_theorem(t);
  }

  Report run() {
    const std::vector<std::size_t> rows = store::select_rows(reader_, vocabulary_, options_.where);
    report_.points = rows.size();
    if (options_.coverage) census_.emplace(vocabulary_, report_.tallies.size());
    reader_.visit(*vocabulary_, rows, [this](const Reader::Row& row) { visit(row); });
    if (census_) finish_census();
    name_undecided();
    return std::move(report_);
  }

 private:
  struct Selected {
    const theory::Theorem* theorem;
    std::size_t column;  // index in the store's schema
  };

  // What the rows of one file leave open.
  struct Undecided {
    std::vector<sweep::Value> parameters;  // of one of the points
    std::size_t pairs = 0;
  };

  void finish_census() {
    report_.coverage = std::move(*census_).finish(reader_);
    for (Tally& tally : report_.tallies)
      if (tally.worst_id)
        tally.worst_in_words = store::in_words(
            *vocabulary_, reader_.parameters(reader_.find(*tally.worst_id).value(), *vocabulary_));
  }

  // The files are named in the sweep's text, which is read once for each of them.
  void name_undecided() {
    for (const auto& [hash, open] : undecided_)
      report_.undecided[store::rows_file(reader_, *vocabulary_, open.parameters)] += open.pairs;
  }

  void note_undecided(const Reader::Row& row) {
    const sweep::Point point(vocabulary_, row.parameters, row.id);
    if (!point.uses(store::rows_key)) return;
    Undecided& open = undecided_[point.integer(store::rows_key)];
    open.parameters = row.parameters;
    ++open.pairs;
  }

  void add_theorem(std::size_t column) {
    const store::TheoremColumns& stored = reader_.schema().theorems[column];
    const theory::Theorem* known = theory::find_theorem(stored.name);
    const std::string reason = obstacle(known, stored);
    if (!reason.empty()) {
      report_.unusable.push_back(reason);
      return;
    }
    theorems_.push_back({known, column});
    Tally tally;
    tally.theorem = stored.name;
    tally.standing = theory::name(known->standing);
    tally.worst_margin = std::numeric_limits<double>::quiet_NaN();
    report_.tallies.push_back(std::move(tally));
  }

  void visit(const Reader::Row& row) {
    if (census_) census_->add(row);
    if (row.state == Reader::RowState::missing) {
      ++report_.missing;
    } else if (row.state == Reader::RowState::damaged) {
      if (++report_.damaged <= options_.most_listed) report_.damaged_ids.push_back(row.id);
    } else {
      ++report_.committed;
      const sweep::Point point(vocabulary_, row.parameters, row.id);
      for (std::size_t k = 0; k < theorems_.size(); ++k) judge(point, row, k);
    }
  }

  void judge(const sweep::Point& point, const Reader::Row& row, std::size_t k) {
    const auto& [theorem, column] = theorems_[k];
    const Verdict& stored = row.run.verdicts[column];
    Verdict judged = stored;
    std::vector<double> measurements = row.run.measurements[column];
    try {
      if (options_.start_weights)
        measurements = measure_again(*theorem, point, row.run, measurements, options_);
      if (!nothing_to_judge(row.run, stored)) judged = theory::judge(*theorem, point, row.run, measurements);
    } catch (const std::exception& error) {
      if (report_.unusable.size() < options_.most_listed)
        report_.unusable.push_back(
            fmt::format("point {}: {} cannot be judged: {}", to_hex(row.id), theorem->name, error.what()));
      return;
    }
    take(row, k, judged, measurements);
  }

  // Counts a judged pair, and lists it if it is worth showing.
  void take(const Reader::Row& row, std::size_t k, const Verdict& judged,
            const std::vector<double>& measurements) {
    const auto& [theorem, column] = theorems_[k];
    const Verdict& stored = row.run.verdicts[column];
    count(row, judged, report_.tallies[k]);
    if (census_) census_->add(k, judged.kind);
    if (theory::undecided(judged)) note_undecided(row);
    const std::vector<Discrepancy> differing =
        discrepancies(*theorem, row.run.measurements[column], measurements, report_.same_build);
    const bool agrees =
        differing.empty() && (report_.same_build ? identical(judged, stored) : equivalent(judged, stored));
    if (judged.kind == VerdictKind::violated && ++report_.violated <= options_.most_listed)
      report_.violations.push_back(finding(row, *theorem, judged, stored));
    if (!agrees && ++report_.disagreeing <= options_.most_listed) {
      report_.disagreements.push_back(finding(row, *theorem, judged, stored));
      report_.disagreements.back().discrepancies = differing;
    }
  }

  static void count(const Reader::Row& row, const Verdict& verdict, Tally& tally) {
    ++tally.counts[static_cast<std::size_t>(verdict.kind)];
    if (verdict.kind != VerdictKind::holds && verdict.kind != VerdictKind::violated) return;
    if (tally.worst_id && !theory::worse(verdict.margin, tally.worst_margin)) return;
    tally.worst_margin = verdict.margin;
    tally.worst_id = row.id;
  }

  Finding finding(const Reader::Row& row, const theory::Theorem& theorem, const Verdict& judged,
                  const Verdict& stored) const {
    Finding result{row.id, theorem.name, judged, stored, broken_conclusions(theorem, judged), {}, {}, {}};
    for (std::size_t p = 0; p < row.parameters.size(); ++p) {
      const sweep::ParameterDeclaration& declaration = vocabulary_->parameters[p];
      const std::string text =
          store::value_text(declaration, sweep::shown_value(*vocabulary_, row.parameters, p));
      if (!text.empty()) result.parameters.emplace_back(declaration.key, text);
    }
    result.in_words = store::in_words(*vocabulary_, row.parameters);
    return result;
  }

  Reader& reader_;
  std::shared_ptr<const sweep::Vocabulary> vocabulary_;
  const Options& options_;
  std::vector<Selected> theorems_;
  std::optional<Census> census_;
  std::map<std::int64_t, Undecided> undecided_;  // by the hash of the rows
  Report report_;
};

}  // namespace

bool Tally::vacuous() const {
  const std::size_t unmet = count(VerdictKind::hypothesis_unmet);
  return unmet > 0 && unmet == std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::size_t Report::judged() const {
  std::size_t sum = 0;
  for (const Tally& tally : tallies)
    for (const std::size_t count : tally.counts) sum += count;
  return sum;
}

std::size_t Report::tested() const {
  std::size_t sum = 0;
  for (const Tally& tally : tallies) sum += tally.tested();
  return sum;
}

Report examine(Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
               const Options& options) {
  return Examination(reader, vocabulary, options).run();
}

ExitCode exit_code(const Report& report) {
  if (report.damaged > 0 || report.disagreeing > 0 || !report.unusable.empty()) return ExitCode::bad_input;
  return report.violated > 0 ? ExitCode::internal_error : ExitCode::success;
}

}  // namespace flowsweep::verify
