#include "verify/agreement.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::verify;
using record::Verdict;
using record::VerdictKind;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Verdict sample() {
  return {VerdictKind::holds, 0.5, 0.2, 0.2000001, 1e-6, {1, not_a_number}, {0.5}};
}

}  // namespace

TEST_CASE("identical verdicts agree in every bit, NaN included", "[verify]") {
  CHECK(identical(sample(), sample()));
  const auto differs = [](auto edit) {
    Verdict other = sample();
    edit(other);
    return !identical(sample(), other);
  };
  CHECK(differs([](Verdict& v) { v.kind = VerdictKind::violated; }));
  CHECK(differs([](Verdict& v) { v.margin = std::nextafter(v.margin, 1); }));
  CHECK(differs([](Verdict& v) { v.predicted = std::nextafter(v.predicted, 1); }));
  CHECK(differs([](Verdict& v) { v.measured = not_a_number; }));
  CHECK(differs([](Verdict& v) { v.tolerance = 0; }));
  CHECK(differs([](Verdict& v) { v.hypothesis_margins[0] = -1; }));
  CHECK(differs([](Verdict& v) { v.hypothesis_margins[1] = 0; }));
  CHECK(differs([](Verdict& v) { v.conclusion_margins.clear(); }));
}

TEST_CASE("equivalent verdicts may differ by rounding, not in kind", "[verify]") {
  Verdict other = sample();
  other.measured *= 1 + build_tolerance / 2;
  other.conclusion_margins[0] = 0.4;
  CHECK(equivalent(sample(), other));
  other.measured *= 1 + 2 * build_tolerance;
  CHECK_FALSE(equivalent(sample(), other));
  other = sample();
  other.kind = VerdictKind::inconclusive;
  CHECK_FALSE(equivalent(sample(), other));
}

TEST_CASE("a verdict is absent only if it says nothing at all", "[verify]") {
  const Verdict none{VerdictKind::failed,          not_a_number,  not_a_number, not_a_number, not_a_number,
                     {not_a_number, not_a_number}, {not_a_number}};
  CHECK(absent(none));
  Verdict other = none;
  other.hypothesis_margins[1] = 1;
  CHECK_FALSE(absent(other));
  other = none;
  other.predicted = 0.2;
  CHECK_FALSE(absent(other));
  other = none;
  other.kind = VerdictKind::inconclusive;
  CHECK_FALSE(absent(other));
}
