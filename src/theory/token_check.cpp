#include "theory/token_check.hpp"

#include <algorithm>
#include <cmath>

#include "dual/layer_dual.hpp"
#include "theory/attention_setting.hpp"

namespace flowsweep::theory {
namespace {

constexpr int tokens_of_a_block = 1 << 21;

Eigen::MatrixXd drawn_tokens(const sweep::Point& point, const AttentionSetting& setting) {
  Eigen::MatrixXd tokens(setting.shape.input, point.integer("population"));
  CounterRng rng(point.id(), Stream::token_population);
  const auto d = static_cast<std::size_t>(setting.shape.input);
  for (Eigen::Index p = 0; p < tokens.cols(); ++p)
    setting.prompts.inputs->sample(rng, {tokens.col(p).data(), d});
  return tokens;
}

double largest_norm(const Eigen::MatrixXd& columns) {
  return columns.colwise().norm().maxCoeff<Eigen::PropagateNaN>();
}

int samples_of_a_block(int count, int draws) {
  return std::clamp(tokens_of_a_block / count, 1, draws);
}

void take(const dual::TokenPopulation& population, const std::vector<std::vector<int>>& block,
          SampleGaps& gaps) {
  gaps.moments = population_moments(population, block);
  for (std::size_t s = 0; s < block.size(); ++s) {
    const double gap = std::max(gaps.moments.squared_gap(s), 0.0);
    if (gap > gaps.widest_squared) {
      gaps.widest_squared = gap;
      gaps.widest = block[s];
    }
    gaps.squared_gaps.push_back(gap);
    gaps.traces.push_back(kernel_trace(population, block[s]));
  }
  gaps.moments.samples.clear();
}

dual::MeanError mean_square(const SampleGaps& gaps) {
  dual::RunningMean mean;
  for (const double squared : gaps.squared_gaps) mean.add(squared);
  return mean.result();
}

}  // namespace

bool has_token_source(const sweep::Point& point) {
  return is_prompt_attention(point) && point.uses("population");
}

TokenSource token_source(const sweep::Point& point, std::span<const double> weights) {
  const AttentionSetting setting = attention_setting(point);
  dual::LayerTokens tokens = dual::layer_tokens(setting.shape, weights, 0, drawn_tokens(point, setting));
  const double kappa = point.real("kappa"), longest = largest_norm(tokens.keys);
  if (longest != 0) tokens.keys *= kappa / longest;
  const dual::DualClass bounds{point.real("class_norm"), largest_norm(tokens.values), kappa};
  return {{std::move(tokens.keys), std::move(tokens.values)}, bounds};
}

double SampleGaps::rms() const {
  return std::sqrt(mean_square(*this).mean);
}

double SampleGaps::relative_deviation() const {
  const dual::MeanError mean = mean_square(*this);
  return mean.standard_error / (2 * mean.mean);
}

SampleGaps sample_gaps(const dual::TokenPopulation& population, int count, int draws, CounterRng rng,
                       const Drawing& draw) {
  SampleGaps gaps;
  gaps.count = count;
  for (int left = draws; left > 0;) {
    std::vector<std::vector<int>> block(
        static_cast<std::size_t>(std::min(left, samples_of_a_block(count, draws))));
    for (auto& sample : block) sample = draw(population, count, rng);
    take(population, block, gaps);
    left -= static_cast<int>(block.size());
  }
  return gaps;
}

double sample_gaps_seconds(const sweep::Point& point, double count) {
  constexpr double kernel_fixed = 7e-9, kernel_entry = 0.5e-9;  // seconds a kernel value
  constexpr double token = 45e-9;                               // drawn, sorted, its norm
  constexpr double pair = 0.9e-9;                               // of different tokens of a sample
  const AttentionSetting setting = attention_setting(point);
  const auto size = static_cast<double>(point.integer("population"));
  const auto draws = static_cast<double>(point.integer("draws"));
  const double blocks = std::ceil(draws / std::max(1.0, std::min(draws, tokens_of_a_block / count)));
  const double different = size * -std::expm1(-count / size);
  return blocks * size * size / 2 * (kernel_fixed + kernel_entry * 2 * setting.shape.width) +
         draws * (token * count + pair * different * different / 2);
}

}  // namespace flowsweep::theory
