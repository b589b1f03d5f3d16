#include "dual/token_population.hpp"

#include <algorithm>
#include <stdexcept>

namespace flowsweep::dual {
namespace {

// A sample as its different tokens in ascending order and how often each was drawn.
struct CountedSample {
  std::vector<int> tokens;
  std::vector<double> counts;
};

CountedSample counted(std::vector<int> sample, int population) {
  std::sort(sample.begin(), sample.end());
  if (sample.empty() || sample.front() < 0 || sample.back() >= population) {
    throw std::invalid_argument("a sample holds tokens of its population, at least one");
  }
  CountedSample result;
  for (const int token : sample) {
    if (result.tokens.empty() || token != result.tokens.back()) {
      result.tokens.push_back(token);
      result.counts.push_back(0);
    }
    result.counts.back() += 1;
  }
  return result;
}

// Row p of G from the diagonal on.
void fill_row(const TokenPopulation& population, Eigen::Index p, Eigen::VectorXd& row) {
  const Eigen::Index n = population.keys.cols() - p;
  row.noalias() = population.keys.rightCols(n).transpose() * population.keys.col(p);
  row = row.array().exp();
  row.array() *= (population.values.rightCols(n).transpose() * population.values.col(p)).array();
}

// The part of sum_ij G_ij over a sample that row p contributes, where p is its `position`-th token.
double row_sum(const CountedSample& sample, std::size_t position, const double* row) {
  const int* tokens = sample.tokens.data();
  const double* counts = sample.counts.data();
  const int p = tokens[position];
  double beyond = 0;
  for (std::size_t m = position + 1; m < sample.tokens.size(); ++m) beyond += counts[m] * row[tokens[m] - p];
  return counts[position] * (counts[position] * row[0] + 2 * beyond);
}

class MomentSums {
 public:
  MomentSums(const TokenPopulation& population, std::span<const std::vector<int>> samples)
      : alignments_(Eigen::VectorXd::Zero(population.size())),
        next_(samples.size(), 0),
        totals_(samples.size(), 0) {
    for (const auto& sample : samples) samples_.push_back(counted(sample, population.size()));
  }

  void add_row(Eigen::Index p, const Eigen::VectorXd& row) {
    diagonal_ += row[0];
    alignments_[p] += row.sum();
    alignments_.tail(row.size() - 1) += row.tail(row.size() - 1);
    for (std::size_t s = 0; s < samples_.size(); ++s) {
      const std::size_t position = next_[s];
      if (position == samples_[s].tokens.size() || samples_[s].tokens[position] != p) continue;
      totals_[s] += row_sum(samples_[s], position, row.data());
      ++next_[s];
    }
  }

  PopulationMoments result(std::span<const std::vector<int>> samples) const {
    const auto size = static_cast<double>(alignments_.size());
    PopulationMoments moments{diagonal_ / size, alignments_.sum() / (size * size), {}};
    for (std::size_t s = 0; s < samples_.size(); ++s) {
      const auto n = static_cast<double>(samples[s].size());
      double cross = 0;
      for (std::size_t m = 0; m < samples_[s].tokens.size(); ++m) {
        cross += samples_[s].counts[m] * alignments_[samples_[s].tokens[m]];
      }
      moments.samples.push_back({cross / (n * size), totals_[s] / (n * n)});
    }
    return moments;
  }

 private:
  std::vector<CountedSample> samples_;
  double diagonal_ = 0;
  Eigen::VectorXd alignments_;     // sum_q G_pq
  std::vector<std::size_t> next_;  // of each sample, its first token whose row is still to come
  std::vector<double> totals_;     // sum_ij G_ij over each sample
};

KernelExpansion mean_of(Eigen::MatrixXd values, Eigen::MatrixXd keys) {
  const Eigen::Index n = keys.cols();
  return {values / static_cast<double>(n), Eigen::VectorXd::Zero(n), std::move(keys)};
}

TokenPopulation members(const TokenPopulation& population, std::span<const int> sample) {
  const std::vector<int> indices(sample.begin(), sample.end());
  return {population.keys(Eigen::all, indices), population.values(Eigen::all, indices)};
}

}  // namespace

std::vector<int> draw_tokens(const TokenPopulation& population, int count, CounterRng& rng) {
  std::vector<int> sample(static_cast<std::size_t>(count));
  for (int& token : sample)
    token = static_cast<int>(rng.below(static_cast<std::uint64_t>(population.size())));
  return sample;
}

double PopulationMoments::squared_gap(std::size_t sample) const {
  const SampleMoments& at = samples[sample];
  return squared_norm - 2 * at.cross + at.squared_norm;
}

double PopulationMoments::expected_squared_gap(int count) const {
  return (second_moment - squared_norm) / count;
}

PopulationMoments population_moments(const TokenPopulation& population,
                                     std::span<const std::vector<int>> samples) {
  MomentSums sums(population, samples);
  Eigen::VectorXd row;
  for (int p = 0; p < population.size(); ++p) {
    fill_row(population, p, row);
    sums.add_row(p, row);
  }
  return sums.result(samples);
}

KernelExpansion population_mean(const TokenPopulation& population) {
  return mean_of(population.values, population.keys);
}

KernelExpansion sample_mean(const TokenPopulation& population, std::span<const int> sample) {
  TokenPopulation drawn = members(population, sample);
  return mean_of(std::move(drawn.values), std::move(drawn.keys));
}

double risk(const TokenPopulation& population, const KernelExpansion& weights) {
  const Eigen::MatrixXd outputs = weights.predict_all(population.keys);
  return -population.values.cwiseProduct(outputs).sum() / population.size();
}

double empirical_risk(const TokenPopulation& population, std::span<const int> sample,
                      const KernelExpansion& weights) {
  return risk(members(population, sample), weights);
}

}  // namespace flowsweep::dual
