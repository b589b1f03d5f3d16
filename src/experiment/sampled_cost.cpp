#include "experiment/sampled_cost.hpp"

#include <algorithm>
#include <cmath>

#include "risk/precomputed.hpp"

namespace flowsweep::experiment {

risk::Trained trained_blocks(const sweep::Point& point) {
  return point.uses("train") ? risk::Trained::ba : risk::Trained::all;
}

namespace {

// Seconds on one core with AVX-512 (docs/decisions/cost-model.md).
constexpr double direct_step = 1.2e-9;                   // direct gradient: times N T d^2
constexpr double building_step = 9e-11;                  // times N d^6 for each step whose loss counts
constexpr double building_sequence = 6e-9;               // times N d^6
constexpr double building_entry = 5e-8;                  // times 64 d^6
constexpr double pass_fixed = 1e-6, pass_entry = 5e-10;  // gradient or product of statistics: times 64 d^6
constexpr std::size_t largest_automatic = std::size_t{1} << 28;

// Losses of a sample, and how often they are asked for.
struct Losses {
  risk::Trained trained;
  double dimension, sequences, context;
  double steps;  // whose loss counts
  double evaluations;
};

double entries(const Losses& losses) {
  return std::pow((losses.trained == risk::Trained::all ? 2 : 1) * losses.dimension, 6);
}

double direct_seconds(const Losses& losses) {
  return direct_step * losses.sequences * losses.context * losses.dimension * losses.dimension;
}

double pass_seconds(const Losses& losses) {
  return pass_fixed + pass_entry * entries(losses);
}

double building_seconds(const Losses& losses) {
  return std::pow(losses.dimension, 6) * losses.sequences *
             (building_step * losses.steps + building_sequence) +
         building_entry * entries(losses);
}

bool precomputes(const sweep::Point& point, const Losses& losses) {
  const std::string choice = point.name("statistics");
  if (choice != "auto") return choice == "precomputed";
  const std::size_t bytes =
      risk::SufficientStatistics::bytes(static_cast<std::size_t>(losses.dimension), losses.trained);
  return bytes <= largest_automatic && building_seconds(losses) + losses.evaluations * pass_seconds(losses) <
                                           losses.evaluations * direct_seconds(losses);
}

double descent_evaluations(const sweep::Point& point) {
  if (point.uses("steps")) return static_cast<double>(point.integer("steps"));
  return std::min(direct_evaluations, static_cast<double>(point.integer("step_limit")));
}

Losses training_losses(const sweep::Point& point) {
  const auto context = static_cast<double>(point.integer("context"));
  return {trained_blocks(point),
          static_cast<double>(point.integer("dimension")),
          static_cast<double>(point.integer("sequences")),
          context,
          context,
          descent_evaluations(point) + expected_records(point)};
}

Losses test_losses(const sweep::Point& point) {
  const std::int64_t asked = point.uses("test_context") ? point.integer("test_context") : 0;
  const auto context = static_cast<double>(asked > 0 ? asked : point.integer("context"));
  return {risk::Trained::all,
          static_cast<double>(point.integer("dimension")),
          static_cast<double>(point.integer("test_sequences")),
          context,
          1,
          expected_records(point)};
}

bool tested(const sweep::Point& point) {
  return point.uses("test_sequences") && point.integer("test_sequences") > 0;
}

}  // namespace

double expected_records(const sweep::Point& point) {
  return point.uses("records") ? static_cast<double>(point.integer("records")) : 64;
}

bool precomputes_training(const sweep::Point& point) {
  return point.name("precision") != "float" && precomputes(point, training_losses(point));
}

bool precomputes_test(const sweep::Point& point) {
  return tested(point) && precomputes(point, test_losses(point));
}

double sampled_gradient_seconds(const sweep::Point& point) {
  const Losses losses = training_losses(point);
  return precomputes_training(point) ? pass_seconds(losses) : direct_seconds(losses);
}

double sampled_overhead_seconds(const sweep::Point& point) {
  if (point.name("risk") != "empirical") return 0;
  double seconds = precomputes_training(point) ? building_seconds(training_losses(point)) : 0;
  if (!tested(point)) return seconds;
  const Losses losses = test_losses(point);
  if (precomputes_test(point))
    return seconds + building_seconds(losses) + losses.evaluations * pass_seconds(losses);
  return seconds + losses.evaluations * direct_seconds(losses);
}

std::uint64_t statistics_bytes(const sweep::Point& point) {
  if (point.name("risk") != "empirical") return 0;
  const auto d = static_cast<std::size_t>(point.integer("dimension"));
  const bool training = precomputes_training(point), test = precomputes_test(point);
  if (!training && !test) return 0;
  return (training ? risk::PrecomputedRisk::bytes(d, trained_blocks(point)) : 0) +
         (test ? risk::PrecomputedRisk::bytes(d) : 0) + risk::SufficientStatistics::building_bytes(d);
}

}  // namespace flowsweep::experiment
