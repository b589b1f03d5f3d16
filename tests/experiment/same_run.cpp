#include "same_run.hpp"

#include <cstring>

#include "support/catch.hpp"

namespace flowsweep::test {

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

namespace {

bool same_verdict(const record::Verdict& a, const record::Verdict& b) {
  return a.kind == b.kind &&
         same({a.margin, a.predicted, a.measured, a.tolerance},
              {b.margin, b.predicted, b.measured, b.tolerance}) &&
         same(a.hypothesis_margins, b.hypothesis_margins) && same(a.conclusion_margins, b.conclusion_margins);
}

}  // namespace

void check_same(const record::RunRecord& a, const record::RunRecord& b) {
  CHECK(a.status == b.status);
  CHECK(a.message == b.message);
  CHECK(a.steps == b.steps);
  CHECK(a.evaluations == b.evaluations);
  CHECK(a.products == b.products);
  CHECK(same({a.flow_time, a.largest_gradient_norm}, {b.flow_time, b.largest_gradient_norm}));
  CHECK(same(a.trajectory.flow_time, b.trajectory.flow_time));
  CHECK(same(a.trajectory.values, b.trajectory.values));
  CHECK(same(a.finals, b.finals));
  CHECK(same(a.weights, b.weights));
  REQUIRE(a.verdicts.size() == b.verdicts.size());
  for (std::size_t k = 0; k < a.verdicts.size(); ++k) {
    CHECK(same(a.measurements.at(k), b.measurements.at(k)));
    CHECK(same_verdict(a.verdicts[k], b.verdicts[k]));
  }
}

}  // namespace flowsweep::test
