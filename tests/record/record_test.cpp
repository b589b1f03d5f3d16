#include "record/record.hpp"

#include <set>

#include "support/catch.hpp"

using namespace flowsweep::record;

TEST_CASE("statuses keep the names and integers that stores hold", "[record]") {
  const std::pair<Status, const char*> stored[] = {{Status::not_run, "not-run"},
                                                   {Status::converged, "converged"},
                                                   {Status::horizon_reached, "horizon-reached"},
                                                   {Status::step_limit, "step-limit"},
                                                   {Status::diverged, "diverged"},
                                                   {Status::step_underflow, "step-underflow"},
                                                   {Status::timed_out, "timed-out"},
                                                   {Status::set_aside, "set-aside"},
                                                   {Status::failed, "failed"}};
  int integer = 0;
  for (const auto& [status, text] : stored) {
    CHECK(static_cast<int>(status) == integer++);
    CHECK(name(status) == text);
  }
  CHECK(status_names.size() == std::size(stored));
}

TEST_CASE("verdicts keep the names and integers that stores hold", "[record]") {
  const std::pair<VerdictKind, const char*> stored[] = {{VerdictKind::holds, "holds"},
                                                        {VerdictKind::violated, "violated"},
                                                        {VerdictKind::hypothesis_unmet, "hypothesis-unmet"},
                                                        {VerdictKind::inconclusive, "inconclusive"},
                                                        {VerdictKind::failed, "failed"}};
  int integer = 0;
  for (const auto& [kind, text] : stored) {
    CHECK(static_cast<int>(kind) == integer++);
    CHECK(name(kind) == text);
  }
  CHECK(verdict_names.size() == std::size(stored));
}

TEST_CASE("a fresh record claims nothing", "[record]") {
  CHECK(RunRecord{}.status == Status::not_run);
  CHECK(Verdict{}.kind == VerdictKind::failed);
}
