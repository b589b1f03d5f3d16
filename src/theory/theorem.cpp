#include "theory/theorem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/mesa_conditions.hpp"

namespace flowsweep::theory {
namespace {

using record::Status;
using record::VerdictKind;

bool ended_early(Status status) {
  return status != Status::converged && status != Status::horizon_reached && status != Status::step_limit;
}

bool all_met(const std::vector<double>& margins) {
  return std::ranges::all_of(margins, [](double margin) { return margin >= 0; });
}

double smallest(const std::vector<double>& margins) {
  double least = std::numeric_limits<double>::infinity();
  for (const double margin : margins) {
    if (std::isnan(margin)) return margin;
    least = std::min(least, margin);
  }
  return least;
}

VerdictKind verdict_kind(const Findings& findings, Status status) {
  if (std::ranges::any_of(findings.hypothesis_margins, [](double margin) { return margin < 0; }))
    return VerdictKind::hypothesis_unmet;
  if (ended_early(status)) return VerdictKind::failed;
  if (!all_met(findings.hypothesis_margins)) return VerdictKind::inconclusive;
  if (!findings.conclusion_margins.empty() && all_met(findings.conclusion_margins))
    return findings.tolerance < findings.resolution ? VerdictKind::holds : VerdictKind::inconclusive;
  const bool broken =
      std::ranges::any_of(findings.conclusion_margins, [](double margin) { return margin < 0; });
  return broken && (status == Status::converged || !findings.about_end) ? VerdictKind::violated
                                                                        : VerdictKind::inconclusive;
}

// Of a point that the theorem does not speak about.
record::Verdict no_statement(const Theorem& theorem) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  return {VerdictKind::hypothesis_unmet,
          none,
          none,
          none,
          none,
          std::vector<double>(theorem.hypotheses.size(), none),
          std::vector<double>(theorem.conclusions.size(), none)};
}

// Whether the theorem rests on moments that the point knows by a sample only.
bool rests_on_sample(const Theorem& theorem, const sweep::Point& point) {
  const auto about_moments = [](const Condition& hypothesis) {
    return hypothesis.name == single_power_condition().name ||
           hypothesis.name == equal_kappas_condition().name || hypothesis.name == invariance_condition().name;
  };
  return std::ranges::any_of(theorem.hypotheses, about_moments) && point.uses("rows");
}

}  // namespace

std::string_view name(Standing standing) {
  switch (standing) {
    case Standing::paper:
      return "paper";
    case Standing::derived:
      return "derived";
    case Standing::observed:
      return "observed";
  }
  return "";
}

record::Verdict judge(const Theorem& theorem, const sweep::Point& point, const record::RunRecord& run,
                      std::span<const double> measurements) {
  if (!theorem.speaks_about(point)) return no_statement(theorem);
  const Findings findings = theorem.judge(point, run, measurements);
  record::Verdict verdict;
  verdict.kind = verdict_kind(findings, run.status);
  if (verdict.kind == VerdictKind::violated && !findings.covers_sampling && rests_on_sample(theorem, point))
    verdict.kind = VerdictKind::inconclusive;
  verdict.margin = smallest(findings.conclusion_margins);
  verdict.predicted = findings.predicted;
  verdict.measured = findings.measured;
  verdict.tolerance = findings.tolerance;
  verdict.hypothesis_margins = findings.hypothesis_margins;
  verdict.conclusion_margins = findings.conclusion_margins;
  return verdict;
}

bool undecided(const record::Verdict& verdict) {
  return verdict.kind == VerdictKind::inconclusive &&
         std::ranges::any_of(verdict.hypothesis_margins, [](double margin) { return std::isnan(margin); });
}

double agreement_margin(double measured, double predicted, double tolerance) {
  if (!(tolerance >= 0) || std::isinf(tolerance)) return std::numeric_limits<double>::quiet_NaN();
  const double difference = std::abs(measured - predicted);
  return difference == 0 ? 1 : 1 - difference / tolerance;
}

}  // namespace flowsweep::theory
