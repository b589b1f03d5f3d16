#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/audit_finding.hpp"
#include "core/error.hpp"

namespace flowsweep::cli {

/// Confidence of the bound on the share of rows that differ.
inline constexpr double audit_confidence = 0.99;

/// What an audit set out to do.
struct AuditPlan {
  std::string store, command;  ///< path; the command that repeats the choice of rows
  double fraction = 0;
  std::uint64_t seed = 0;
  std::size_t points = 0;      ///< selected by --where
  std::size_t committed = 0;   ///< of these, those with a row
  std::size_t repeatable = 0;  ///< of these, left out: failed, timed out or set aside
  std::size_t drawn = 0;
  int ranks = 1;
  std::string instruction_set{};

  std::size_t population() const { return committed - repeatable; }  ///< that the rows were drawn from
};

/// A column in which rows differ.
struct ColumnSummary {
  std::string column;
  std::size_t rows = 0;
  double deviation = 0, relative = 0;  ///< the largest of any row
  std::uint64_t worst_id = 0;          ///< of the row with the largest deviation
};

/// The outcome of an audit.
struct AuditSummary {
  AuditPlan plan{};
  std::size_t identical = 0, elsewhere = 0;
  std::vector<std::uint64_t> different{}, damaged{};  ///< ids
  std::vector<ColumnSummary> columns{};               ///< in the order of their first row

  void add(const AuditFinding& finding, std::uint64_t id);

  std::size_t audited() const { return identical + different.size(); }
  /// Not run again: the job was stopped early, or the point took its ranks down.
  std::size_t left() const { return plan.drawn - audited() - damaged.size(); }
  /// Largest number of rows that differ, with audit_confidence; nothing unless every drawn row was compared:
  /// what is left of a sample is no random one.
  std::optional<std::size_t> most_different() const;
  /// 2 if a drawn row is damaged; else 1 if one differs; else 75 if not all were run again; else 0.
  ExitCode exit_code() const;
};

std::string in_words(const AuditSummary& summary);
/// One JSON object. Numbers that are not finite are null.
std::string as_json(const AuditSummary& summary);

}  // namespace flowsweep::cli
