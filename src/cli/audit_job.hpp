#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/audit_summary.hpp"
#include "cli/stored_theorems.hpp"
#include "schedule/run.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {

/// What the command line asks of an audit.
struct AuditRequest {
  std::string path;
  double fraction = 0.01;
  std::uint64_t seed = 0;
  std::vector<std::string> where;
};

/// `flowsweep audit` on one rank of a job. Rank 0 draws the rows; every rank opens the store for reading,
/// runs points again and compares; the findings go to rank 0.
class AuditJob : public schedule::Work {
 public:
  AuditJob(AuditRequest request, int ranks);

  schedule::Preparation prepare(int lowest_instruction_set) override;
  void join(const std::string& settings) override;
  bool run(std::size_t row, const schedule::Interruption& interruption) override;
  std::string findings() override;
  void take(const std::string& findings) override;
  void leave() override {}
  void conclude(const schedule::Outcome&) override {}

  bool committed(std::size_t row) override { return taken_.contains(row); }
  void set_aside(std::size_t, int) override {}
  void remember_deaths(std::size_t, int) override {}

  /// Rank 0, after the job: what was found, in the order of the rows.
  AuditSummary summary() const;

 private:
  void open();
  std::vector<std::size_t> drawn_rows();
  double predicted_cost(std::size_t row);
  std::optional<AuditFinding> examine(const store::Reader::Row& stored,
                                      const schedule::Interruption& interruption) const;

  const AuditRequest request_;
  std::optional<store::Reader> reader_;
  Theorems theorems_;
  std::mutex mutex_;   ///< of found_
  std::string found_;  ///< since the last findings()

  // Rank 0:
  AuditPlan plan_;
  std::map<std::size_t, AuditFinding> taken_;  ///< by row
};

}  // namespace flowsweep::cli
