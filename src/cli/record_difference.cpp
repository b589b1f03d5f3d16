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

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Where a number stands.
struct Place {
  std::string column, entry;
};

double relative(double deviation, double stored, double now) {
  const double size = std::max(std::abs(stored), std::abs(now));
  return std::isinf(size) ? infinity : deviation / size;
}

/// In what the two runs of a point differ.
class Comparison {
 public:
  void word(const std::string& column, std::string_view stored, std::string_view now) {
    if (stored != now)
      found_.push_back({column, "", std::string(stored), std::string(now), infinity, infinity});
  }

  void count(const std::string& column, std::int64_t stored, std::int64_t now) {
    const auto x = static_cast<double>(stored), y = static_cast<double>(now);
    if (stored != now)
      found_.push_back({column, "", std::to_string(stored), std::to_string(now), std::abs(x - y),
                        relative(std::abs(x - y), x, y)});
  }

  void number(const Place& place, double stored, double now) {
    if (same_bits(stored, now)) return;
    const bool comparable = std::isfinite(stored) && std::isfinite(now);
    const double deviation = comparable ? std::abs(stored - now) : infinity;
    found_.push_back({place.column, place.entry, fmt::format("{:.17g}", stored), fmt::format("{:.17g}", now),
                      deviation, deviation > 0 ? relative(deviation, stored, now) : 0});
  }

  /// `place` gives that of an index.
  template <class PlaceOf>
  void numbers(const std::string& what, std::span<const double> stored, std::span<const double> now,
               const PlaceOf& place) {
    if (stored.size() != now.size() && !stored.empty() && !now.empty())
      return count(what + " count", std::ssize(stored), std::ssize(now));
    const auto at = [](std::span<const double> all, std::size_t k) {
      return all.empty() ? std::numeric_limits<double>::quiet_NaN() : all[k];
    };
    for (std::size_t k = 0; k < std::max(stored.size(), now.size()); ++k)
      number(place(k), at(stored, k), at(now, k));
  }

  std::vector<Difference> found() && { return std::move(found_); }

 private:
  std::vector<Difference> found_;
};

/// The places of a column's numbers.
auto entries_of(const std::string& column) {
  return [column](std::size_t k) { return Place{column, std::to_string(k)}; };
}

void compare_outcome(Comparison& compare, const record::RunRecord& stored, const record::RunRecord& now) {
  compare.word("status", record::name(stored.status), record::name(now.status));
  // Long messages are cut in the store.
  if (stored.message.empty() != now.message.empty() || !now.message.starts_with(stored.message))
    compare.word("message", stored.message, now.message);
  compare.count("steps", stored.steps, now.steps);
  compare.count("evaluations", stored.evaluations, now.evaluations);
  compare.count("products", stored.products, now.products);
  compare.number({"flow_time", ""}, stored.flow_time, now.flow_time);
  compare.number({"largest_gradient_norm", ""}, stored.largest_gradient_norm, now.largest_gradient_norm);
}

void compare_verdict(Comparison& compare, const store::TheoremColumns& theorem, const record::Verdict& stored,
                     const record::Verdict& now) {
  compare.word(theorem.name + "/verdict", record::name(stored.kind), record::name(now.kind));
  compare.number({theorem.name + "/margin", ""}, stored.margin, now.margin);
  compare.number({theorem.name + "/predicted", ""}, stored.predicted, now.predicted);
  compare.number({theorem.name + "/measured", ""}, stored.measured, now.measured);
  compare.number({theorem.name + "/tolerance", ""}, stored.tolerance, now.tolerance);
  compare.numbers(theorem.name + "/hypothesis", stored.hypothesis_margins, now.hypothesis_margins,
                  [&](std::size_t k) {
                    return Place{theorem.name + "/hypothesis/" + theorem.hypotheses.at(k), ""};
                  });
  compare.numbers(theorem.name + "/conclusion", stored.conclusion_margins, now.conclusion_margins,
                  [&](std::size_t k) {
                    return Place{theorem.name + "/conclusion/" + theorem.conclusions.at(k), ""};
                  });
}

}  // namespace

std::string to_text(const Difference& difference) {
  const std::string place = difference.column + (difference.entry.empty() ? "" : "/" + difference.entry);
  return fmt::format("{}: {} stored, {} now", place, difference.stored, difference.now);
}

std::vector<Difference> record_differences(const store::Schema& schema, const record::RunRecord& stored,
                                           const record::RunRecord& now) {
  Comparison compare;
  compare_outcome(compare, stored, now);
  const auto observable = [&](std::size_t k) {
    return schema.observables[k % schema.observables.size()].name;
  };
  compare.numbers("trajectory/flow_time", stored.trajectory.flow_time, now.trajectory.flow_time,
                  entries_of("trajectory/flow_time"));
  compare.numbers("trajectory", stored.trajectory.values, now.trajectory.values, [&](std::size_t k) {
    return Place{"trajectory/" + observable(k), std::to_string(k / schema.observables.size())};
  });
  compare.numbers("finals", stored.finals, now.finals, [&](std::size_t k) {
    return Place{"finals/" + observable(k), ""};
  });
  compare.numbers("weights", stored.weights, now.weights, entries_of("weights"));
  const record::Verdict none{record::VerdictKind::failed, NAN, NAN, NAN, NAN, {}, {}};
  for (std::size_t t = 0; t < schema.theorems.size(); ++t) {
    const store::TheoremColumns& theorem = schema.theorems[t];
    const bool judged = !now.verdicts.empty();
    compare.numbers(theorem.name, stored.measurements[t],
                    judged ? now.measurements[t] : std::vector<double>{}, [&](std::size_t k) {
                      return Place{theorem.name + "/" + theorem.measurements.at(k).name, ""};
                    });
    compare_verdict(compare, theorem, stored.verdicts[t], judged ? now.verdicts[t] : none);
  }
  return std::move(compare).found();
}

}  // namespace flowsweep::cli
