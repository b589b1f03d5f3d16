#include "cli/replicate.hpp"

#include <algorithm>
#include <cmath>

namespace flowsweep::cli {
namespace {

constexpr double rounding_of_euler = 1e-12;

double largest(const std::vector<double>& numbers) {
  double most = 0;
  for (const double number : numbers) most = std::max(most, std::abs(number));
  return most;
}

double weight_tolerance(const sweep::Point& point, double scale) {
  if (!point.uses("relative_tolerance")) return replicate_factor * rounding_of_euler * scale;
  return replicate_factor * (point.real("absolute_tolerance") + point.real("relative_tolerance") * scale);
}

bool same_weights(const record::RunRecord& a, const record::RunRecord& b, const sweep::Point& point) {
  const double tolerance = weight_tolerance(point, std::max(largest(a.weights), largest(b.weights)));
  return std::ranges::equal(a.weights, b.weights, [&](double x, double y) {
    return (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= tolerance;
  });
}

}  // namespace

std::vector<std::string> replicate_differences(const store::Schema& schema, const sweep::Point& point,
                                               const record::RunRecord& kept,
                                               const record::RunRecord& other) {
  std::vector<std::string> names;
  if (kept.status != other.status) names.push_back("status");
  for (std::size_t t = 0; t < schema.theorems.size(); ++t)
    if (kept.verdicts[t].kind != other.verdicts[t].kind)
      names.push_back(schema.theorems[t].name + " verdict");
  if (kept.status != record::Status::diverged && !same_weights(kept, other, point))
    names.push_back("weights");
  return names;
}

}  // namespace flowsweep::cli
