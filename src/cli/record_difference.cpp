#include "cli/record_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace flowsweep::cli {
namespace {

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

class Comparison {
 public:
  template <class Item>
  void exact(const std::string& what, const Item& stored, const Item& now) {
    if (!(stored == now)) lines_.push_back(fmt::format("{}: {} stored, {} now", what, stored, now));
  }

  void number(const std::string& what, double stored, double now) {
    if (!same_bits(stored, now))
      lines_.push_back(fmt::format("{}: {:.17g} stored, {:.17g} now", what, stored, now));
  }

  /// `name` gives the label of an index.
  template <class Name>
  void numbers(const std::string& what, std::span<const double> stored, std::span<const double> now,
               const Name& name) {
    if (stored.size() != now.size() && !stored.empty() && !now.empty())
      return exact(what + " count", stored.size(), now.size());
    const auto at = [](std::span<const double> all, std::size_t k) {
      return all.empty() ? std::numeric_limits<double>::quiet_NaN() : all[k];
    };
    for (std::size_t k = 0; k < std::max(stored.size(), now.size()); ++k)
      number(what + "/" + name(k), at(stored, k), at(now, k));
  }

  std::vector<std::string> lines() && { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

std::string index_name(std::size_t k) {
  return std::to_string(k);
}

void compare_outcome(Comparison& compare, const record::RunRecord& stored, const record::RunRecord& now) {
  compare.exact("status", record::name(stored.status), record::name(now.status));
  // Long messages are cut in the store.
  if (stored.message.empty() != now.message.empty() || !now.message.starts_with(stored.message))
    compare.exact("message", stored.message, now.message);
  compare.exact("steps", stored.steps, now.steps);
  compare.exact("evaluations", stored.evaluations, now.evaluations);
  compare.exact("products", stored.products, now.products);
  compare.number("flow_time", stored.flow_time, now.flow_time);
  compare.number("largest_gradient_norm", stored.largest_gradient_norm, now.largest_gradient_norm);
}

void compare_verdict(Comparison& compare, const store::TheoremColumns& theorem, const record::Verdict& stored,
                     const record::Verdict& now) {
  compare.exact(theorem.name + "/verdict", record::name(stored.kind), record::name(now.kind));
  compare.number(theorem.name + "/margin", stored.margin, now.margin);
  compare.number(theorem.name + "/predicted", stored.predicted, now.predicted);
  compare.number(theorem.name + "/measured", stored.measured, now.measured);
  compare.number(theorem.name + "/tolerance", stored.tolerance, now.tolerance);
  compare.numbers(theorem.name + "/hypothesis", stored.hypothesis_margins, now.hypothesis_margins,
                  [&](std::size_t k) { return theorem.hypotheses.at(k); });
  compare.numbers(theorem.name + "/conclusion", stored.conclusion_margins, now.conclusion_margins,
                  [&](std::size_t k) { return theorem.conclusions.at(k); });
}

}  // namespace

std::vector<std::string> record_differences(const store::Schema& schema, const record::RunRecord& stored,
                                            const record::RunRecord& now) {
  Comparison compare;
  compare_outcome(compare, stored, now);
  const auto observable = [&](std::size_t k) {
    return schema.observables[k % schema.observables.size()].name;
  };
  compare.numbers("trajectory/flow_time", stored.trajectory.flow_time, now.trajectory.flow_time, index_name);
  compare.numbers("trajectory", stored.trajectory.values, now.trajectory.values, [&](std::size_t k) {
    return fmt::format("{}/{}", observable(k), k / schema.observables.size());
  });
  compare.numbers("finals", stored.finals, now.finals, observable);
  compare.numbers("weights", stored.weights, now.weights, index_name);
  const record::Verdict none{record::VerdictKind::failed, NAN, NAN, NAN, NAN, {}, {}};
  for (std::size_t t = 0; t < schema.theorems.size(); ++t) {
    const store::TheoremColumns& theorem = schema.theorems[t];
    const bool judged = !now.verdicts.empty();
    compare.numbers(theorem.name, stored.measurements[t],
                    judged ? now.measurements[t] : std::vector<double>{},
                    [&](std::size_t k) { return theorem.measurements.at(k).name; });
    compare_verdict(compare, theorem, stored.verdicts[t], judged ? now.verdicts[t] : none);
  }
  return std::move(compare).lines();
}

}  // namespace flowsweep::cli
