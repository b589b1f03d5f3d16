#include "verify/agreement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace flowsweep::verify {
namespace {

using record::Verdict;

std::array<double, 3> values(const Verdict& verdict) {
  return {verdict.predicted, verdict.measured, verdict.tolerance};
}

constexpr auto same_number = [](double a, double b) { return identical(a, b); };
constexpr auto close_number = [](double a, double b) { return equivalent(a, b); };

bool all_nan(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isnan(x); });
}

}  // namespace

bool identical(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

bool equivalent(double a, double b) {
  if (identical(a, b)) return true;
  return std::abs(a - b) <= build_tolerance * std::max(std::abs(a), std::abs(b));
}

bool identical(const Verdict& a, const Verdict& b) {
  return a.kind == b.kind && identical(a.margin, b.margin) &&
         std::ranges::equal(values(a), values(b), same_number) &&
         std::ranges::equal(a.hypothesis_margins, b.hypothesis_margins, same_number) &&
         std::ranges::equal(a.conclusion_margins, b.conclusion_margins, same_number);
}

bool equivalent(const Verdict& a, const Verdict& b) {
  return a.kind == b.kind && std::ranges::equal(values(a), values(b), close_number);
}

bool absent(const Verdict& verdict) {
  return verdict.kind == record::VerdictKind::failed && std::isnan(verdict.margin) &&
         std::ranges::all_of(values(verdict), [](double x) { return std::isnan(x); }) &&
         all_nan(verdict.hypothesis_margins) && all_nan(verdict.conclusion_margins);
}

}  // namespace flowsweep::verify
