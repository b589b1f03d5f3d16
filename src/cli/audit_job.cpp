#include "cli/audit_job.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/audit_sample.hpp"
#include "cli/stored_point.hpp"
#include "core/hash.hpp"
#include "core/host.hpp"
#include "experiment/cost.hpp"
#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"
#include "store/point_text.hpp"
#include "store/select.hpp"
#include "sweep/table.hpp"

namespace flowsweep::cli {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double never = 1e9;  // seconds

/// Lets a point be broken off, and saves nothing: an audit leaves no trace beside the store.
class NoCheckpoints : public experiment::Checkpoints {
 public:
  explicit NoCheckpoints(const schedule::Interruption& interruption) : interruption_(interruption) {}
  std::string load() override { return {}; }
  void save(std::string_view) override {}
  bool stop_requested() override { return interruption_.requested(); }

 private:
  const schedule::Interruption& interruption_;
};

std::string hash_of_rows(const store::Reader& reader) {
  return to_hex(hash_bytes(std::as_bytes(reader.ids())));
}

std::string command_of(const AuditRequest& request) {
  std::string command = fmt::format("flowsweep audit {} --fraction {} --seed {}", store::quoted(request.path),
                                    request.fraction, request.seed);
  for (const std::string& condition : request.where) command += " --where " + store::quoted(condition);
  return command;
}

}  // namespace

AuditJob::AuditJob(AuditRequest request, int ranks) : request_(std::move(request)) {
  plan_ = {.store = request_.path,
           .command = command_of(request_),
           .fraction = request_.fraction,
           .seed = request_.seed,
           .ranks = ranks};
}

void AuditJob::open() {
  reader_.emplace(request_.path);
  sweep::load_tables(reader_->metadata().sweep_text, request_.path, *experiment::vocabulary());
  theorems_ = theorems_of(reader_->schema(), request_.path);
}

schedule::Preparation AuditJob::prepare(int lowest_instruction_set) {
  open();
  const store::Metadata& metadata = reader_->metadata();
  compute_as(metadata, request_.path, static_cast<InstructionSet>(lowest_instruction_set));
  plan_.instruction_set = metadata.instruction_set;
  const nlohmann::json settings = {{"instruction_set", metadata.instruction_set},
                                   {"rows", hash_of_rows(*reader_)}};
  schedule::Preparation plan{settings.dump(), drawn_rows(), {}, {}};
  for (const std::size_t row : plan.rows) plan.costs.push_back(predicted_cost(row));
  return plan;
}

std::vector<std::size_t> AuditJob::drawn_rows() {
  const std::vector<std::size_t> selected =
      store::select_rows(*reader_, experiment::vocabulary(), request_.where);
  const std::vector<record::Status> statuses = reader_->statuses();
  std::vector<std::size_t> candidates;
  plan_.points = selected.size();
  for (const std::size_t row : selected) {
    plan_.committed += statuses[row] != record::Status::not_run;
    plan_.repeatable += record::repeatable(statuses[row]);
    if (statuses[row] != record::Status::not_run && !record::repeatable(statuses[row]))
      candidates.push_back(row);
  }
  if (candidates.empty())
    throw InputError(request_.path, "has no row that can be audited among the selected points");
  plan_.drawn = sample_size(candidates.size(), request_.fraction);
  return random_sample(candidates, reader_->ids(), plan_.drawn, request_.seed);
}

// Parameters that are not those of the id have no cost: examine() finds them.
double AuditJob::predicted_cost(std::size_t row) {
  const std::vector<sweep::Value> values = reader_->parameters(row, *experiment::vocabulary());
  try {
    return experiment::predicted_seconds(stored_point(values, reader_->ids()[row], request_.path), theorems_);
  } catch (const InputError&) {
    return 0;
  }
}

void AuditJob::join(const std::string& settings) {
  const auto json = nlohmann::json::parse(settings);
  open();
  if (hash_of_rows(*reader_) != json.at("rows"))
    throw InputError(request_.path, "was replaced while the audit began; audit it again");
  set_active_instruction_set(parse_instruction_set(json.at("instruction_set").get<std::string>()));
}

bool AuditJob::run(std::size_t row, const schedule::Interruption& interruption) {
  std::optional<AuditFinding> finding;
  reader_->visit(*experiment::vocabulary(), std::array{row},
                 [&](const store::Reader::Row& stored) { finding = examine(stored, interruption); });
  if (!finding) return false;
  const std::lock_guard lock(mutex_);
  found_ += encoded(*finding);
  return true;
}

/// Nothing if the point was broken off.
std::optional<AuditFinding> AuditJob::examine(const store::Reader::Row& stored,
                                              const schedule::Interruption& interruption) const {
  AuditFinding finding{.row = stored.row};
  finding.intact = stored.state == store::Reader::RowState::committed;
  if (!finding.intact) return finding;
  if (sweep::point_id(*experiment::vocabulary(), stored.parameters) != stored.id) {
    finding.deviations = {{"parameters", infinity, infinity}};
    return finding;
  }
  const sweep::Point point(experiment::vocabulary(), stored.parameters, stored.id);
  NoCheckpoints checkpoints(interruption);
  const record::RunRecord again = experiment::run_point(
      point, theorems_,
      {.time_limit = 0, .decorate = {}, .checkpoints = &checkpoints, .checkpoint_seconds = never});
  if (again.status == record::Status::not_run) return std::nullopt;
  finding.elsewhere = !stored.run.host.empty() && !host_name().starts_with(stored.run.host);
  finding.deviations = by_column(record_differences(reader_->schema(), stored.run, again));
  return finding;
}

std::string AuditJob::findings() {
  const std::lock_guard lock(mutex_);
  return std::exchange(found_, {});
}

void AuditJob::take(const std::string& findings) {
  for (AuditFinding& finding : decoded_findings(findings)) taken_.emplace(finding.row, std::move(finding));
}

AuditSummary AuditJob::summary() const {
  AuditSummary summary{.plan = plan_};
  for (const auto& [row, finding] : taken_) summary.add(finding, reader_->ids()[row]);
  return summary;
}

}  // namespace flowsweep::cli
