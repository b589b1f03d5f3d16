#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "theory/theorem.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;
using record::Status;
using record::VerdictKind;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

// A theorem that passes its measurements on: hypothesis margin, then two conclusion margins.
Theorem relay() {
  Theorem theorem;
  theorem.speaks_about = [](const sweep::Point&) { return true; };
  theorem.judge = [](const sweep::Point&, const record::RunRecord&, std::span<const double> m) {
    return Findings{7, 8, 9, {1, m[0]}, {m[1], m[2]}};
  };
  return theorem;
}

record::Verdict verdict(Status status, double hypothesis, double first, double second) {
  record::RunRecord run;
  run.status = status;
  return judge(relay(), {}, run, std::vector{hypothesis, first, second});
}

// The rule as the contract states it, margin by margin.
VerdictKind expected(Status status, double hypothesis, double first, double second) {
  if (hypothesis < 0) return VerdictKind::hypothesis_unmet;
  if (status == Status::converged || status == Status::horizon_reached || status == Status::step_limit) {
    if (std::isnan(hypothesis)) return VerdictKind::inconclusive;
    if (first >= 0 && second >= 0) return VerdictKind::holds;
    const bool broken = first < 0 || second < 0;
    return broken && status == Status::converged ? VerdictKind::violated : VerdictKind::inconclusive;
  }
  return VerdictKind::failed;
}

}  // namespace

TEST_CASE("a statement about every state is violated by an unfinished run too", "[verdict]") {
  Theorem theorem = relay();
  theorem.judge = [](const sweep::Point&, const record::RunRecord&, std::span<const double> m) {
    Findings findings{7, 8, 9, {1}, {m[0]}};
    findings.about_end = false;
    return findings;
  };
  record::RunRecord run;
  const auto kind = [&](Status status, double margin) {
    run.status = status;
    return judge(theorem, {}, run, std::vector{margin}).kind;
  };
  for (const Status status : {Status::converged, Status::horizon_reached, Status::step_limit}) {
    CHECK(kind(status, 1) == VerdictKind::holds);
    CHECK(kind(status, -1) == VerdictKind::violated);
    CHECK(kind(status, unknown) == VerdictKind::inconclusive);
  }
  CHECK(kind(Status::diverged, -1) == VerdictKind::failed);
}

TEST_CASE("a theorem says nothing of a point that it does not speak about", "[verdict]") {
  Theorem theorem = relay();
  theorem.speaks_about = [](const sweep::Point&) { return false; };
  theorem.hypotheses = {{"one", ""}, {"two", ""}};
  theorem.conclusions = {{"three", ""}};
  record::RunRecord run;
  run.status = Status::converged;
  const record::Verdict found = judge(theorem, {}, run, std::vector{1.0, 1.0, 1.0});
  CHECK(found.kind == VerdictKind::hypothesis_unmet);
  CHECK(found.hypothesis_margins.size() == 2);
  CHECK(found.conclusion_margins.size() == 1);
  CHECK(std::isnan(found.margin));
}

TEST_CASE("the common rule for every status and sign of the margins", "[verdict]") {
  const double margins[] = {1, 0, -0.0, -1e-300, -1, -infinite, infinite, unknown};
  int cases = 0;
  for (std::size_t status = 0; status < record::status_names.size(); ++status)
    for (const double hypothesis : margins)
      for (const double first : margins)
        for (const double second : margins) {
          const auto kind = static_cast<Status>(status);
          const record::Verdict found = verdict(kind, hypothesis, first, second);
          CAPTURE(name(kind), hypothesis, first, second, name(found.kind));
          REQUIRE(found.kind == expected(kind, hypothesis, first, second));
          ++cases;
        }
  CHECK(cases == 9 * 8 * 8 * 8);
}

TEST_CASE("the margin is the smallest conclusion margin; NaN is never hidden", "[verdict]") {
  CHECK(verdict(Status::converged, 5, 2, 3).margin == 2);
  CHECK(verdict(Status::converged, -5, 2, 1).margin == 1);
  CHECK(std::isnan(verdict(Status::converged, 5, unknown, -3).margin));
  CHECK(std::isnan(verdict(Status::converged, 5, -3, unknown).margin));
}

TEST_CASE("a verdict carries the findings", "[verdict]") {
  const record::Verdict found = verdict(Status::converged, 0.5, 2, 3);
  CHECK(found.predicted == 7);
  CHECK(found.measured == 8);
  CHECK(found.tolerance == 9);
  CHECK(found.hypothesis_margins == std::vector{1.0, 0.5});
  CHECK(found.conclusion_margins == std::vector{2.0, 3.0});
}

TEST_CASE("a theorem without conclusions cannot hold", "[verdict]") {
  Theorem empty = relay();
  empty.judge = [](const sweep::Point&, const record::RunRecord&, std::span<const double>) {
    return Findings{};
  };
  record::RunRecord run;
  run.status = Status::converged;
  CHECK(judge(empty, {}, run, {}).kind != VerdictKind::holds);
}

TEST_CASE("a tolerance that would accept anything is inconclusive, not agreement", "[verdict]") {
  Theorem theorem = relay();
  theorem.judge = [](const sweep::Point&, const record::RunRecord&, std::span<const double> m) {
    return Findings{1, 1, m[0], {1}, {m[1]}, 0.5};
  };
  record::RunRecord run;
  run.status = Status::converged;
  const auto kind = [&](double tolerance, double margin) {
    return judge(theorem, {}, run, std::vector{tolerance, margin}).kind;
  };
  CHECK(kind(0.49, 1) == VerdictKind::holds);
  CHECK(kind(0.5, 1) == VerdictKind::inconclusive);
  CHECK(kind(unknown, 1) == VerdictKind::inconclusive);
  CHECK(kind(0.5, -1) == VerdictKind::violated);
}

TEST_CASE("agreement margins", "[verdict]") {
  CHECK(agreement_margin(2, 2, 0.5) == 1);
  CHECK(agreement_margin(2.5, 2, 0.5) == 0);
  CHECK(agreement_margin(1.75, 2, 0.5) == 0.5);
  CHECK(agreement_margin(3, 2, 0.5) == -1);
  CHECK(agreement_margin(2, 2, 0) == 1);
  // Never inside: what was not measured, or a tolerance that is not a number or negative.
  for (const double margin :
       {agreement_margin(unknown, 2, 0.5), agreement_margin(2, unknown, 0.5), agreement_margin(2, 2, unknown),
        agreement_margin(infinite, 2, 0.5), agreement_margin(infinite, infinite, 0.5),
        agreement_margin(3, 2, -1), agreement_margin(2, 2, -1), agreement_margin(3, 2, 0),
        agreement_margin(3, 2, infinite)})
    CHECK(!(margin >= 0));
}
