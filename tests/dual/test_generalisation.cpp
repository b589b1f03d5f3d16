// Finite populations of tokens: exact sums against expansions and against all samples, laws against draws.
#include <cmath>
#include <stdexcept>

#include "dual/generalisation.hpp"
#include "dual/random_matrix.hpp"
#include "support/catch.hpp"
#include "support/z_bound.hpp"

namespace flowsweep {
namespace {

using dual::DualClass;
using dual::KernelExpansion;
using dual::TokenPopulation;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using test::normal_matrix;
using Sample = std::vector<int>;

constexpr double tolerance = 1e-11;  // differences of sums of some thousand terms of order 1
const double deviations = test::z_bound(1.0 / 16000);

TokenPopulation population_of(CounterRng& rng, int size, int d, int outputs) {
  return {normal_matrix(rng, d, size, 0.5), normal_matrix(rng, outputs, size, 1)};
}

// Keys on a sphere of radius kappa, values a rotation-like map of them of length rho: M is not 0.
TokenPopulation sphere(CounterRng& rng, int size, int d, double kappa, double rho) {
  TokenPopulation population{normal_matrix(rng, d, size, 1), {}};
  population.keys.colwise().normalize();
  const MatrixXd map = normal_matrix(rng, d, d, 1);
  population.values = map * population.keys;
  population.values.colwise().normalize();
  population.values *= rho;
  population.keys *= kappa;
  return population;
}

std::vector<Sample> draws(const TokenPopulation& population, int count, int number, CounterRng& rng) {
  std::vector<Sample> samples;
  for (int s = 0; s < number; ++s) samples.push_back(dual::draw_tokens(population, count, rng));
  return samples;
}

KernelExpansion scaled_to(const KernelExpansion& expansion, double radius) {
  return scaled(expansion, radius / norm(expansion));
}

// Mean of the squared gaps and its standard error.
dual::MeanError mean_squared_gap(const dual::PopulationMoments& moments) {
  dual::RunningMean mean;
  for (std::size_t s = 0; s < moments.samples.size(); ++s) mean.add(moments.squared_gap(s));
  return mean.result();
}

}  // namespace

TEST_CASE("one pass over the kernel gives the norms of the means' expansions", "[dual]") {
  const std::uint64_t seed = 531;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const TokenPopulation population = population_of(rng, 40, 3, 2);
  std::vector<Sample> samples = draws(population, 60, 3, rng);
  samples.push_back({7});
  samples.push_back({39, 0, 39});
  const auto moments = population_moments(population, samples);
  const KernelExpansion mean = population_mean(population);
  double second = 0;
  for (int p = 0; p < 40; ++p)
    second += population.values.col(p).squaredNorm() * std::exp(population.keys.col(p).squaredNorm()) / 40;
  CHECK(moments.second_moment == Approx(second).epsilon(tolerance));
  CHECK(moments.squared_norm == Approx(inner_product(mean, mean)).epsilon(tolerance));
  for (std::size_t s = 0; s < samples.size(); ++s) {
    const KernelExpansion drawn = sample_mean(population, samples[s]);
    CHECK(moments.samples[s].cross == Approx(inner_product(mean, drawn)).epsilon(tolerance));
    CHECK(moments.samples[s].squared_norm == Approx(inner_product(drawn, drawn)).epsilon(tolerance));
    const double gap = norm(sum(mean, scaled(drawn, -1)));
    CHECK(moments.squared_gap(s) == Approx(gap * gap).epsilon(tolerance).margin(tolerance));
  }
  for (const Sample& wrong : {Sample{}, Sample{40}, Sample{-1, 3}}) {
    const std::vector<Sample> one = {wrong};
    CHECK_THROWS_AS(population_moments(population, one), std::invalid_argument);
  }
}

TEST_CASE("the law of the mean squared gap is the mean over all samples", "[dual]") {
  const std::uint64_t seed = 532;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const TokenPopulation population = population_of(rng, 5, 2, 2);
  std::vector<Sample> all, without_repetition;
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j)
      for (int k = 0; k < 5; ++k) {
        all.push_back({i, j, k});
        if (i != j && j != k && i != k) without_repetition.push_back({i, j, k});
      }
  const auto moments = population_moments(population, all);
  CHECK(mean_squared_gap(moments).mean == Approx(moments.expected_squared_gap(3)).epsilon(tolerance));
  // Samples that are not independent draws do not follow it.
  CHECK(mean_squared_gap(population_moments(population, without_repetition)).mean <
        0.7 * moments.expected_squared_gap(3));
}

TEST_CASE("the gap's maximiser attains radius times gap, and nothing in the class exceeds it", "[dual]") {
  const std::uint64_t seed = 533;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const TokenPopulation population = population_of(rng, 60, 3, 2);
  const Sample sample = dual::draw_tokens(population, 20, rng);
  const double radius = 1.7;
  const auto moments = population_moments(population, std::vector<Sample>{sample});
  const double supremum = radius * std::sqrt(moments.squared_gap(0));
  const auto difference = [&](const KernelExpansion& weights) {
    return risk(population, weights) - empirical_risk(population, sample, weights);
  };
  const KernelExpansion best = gap_maximiser(population, sample, radius);
  CHECK(norm(best) == Approx(radius).epsilon(tolerance));
  CHECK(difference(best) == Approx(supremum).epsilon(tolerance));
  for (int trial = 0; trial < 20; ++trial) {
    const KernelExpansion noise{normal_matrix(rng, 2, 60, 0.02), VectorXd::Zero(60), population.keys};
    const KernelExpansion other = scaled_to(sum(best, noise), radius);
    CHECK(difference(other) < supremum);
  }
  Sample everyone(60);
  for (int p = 0; p < 60; ++p) everyone[static_cast<std::size_t>(p)] = p;
  CHECK_THROWS_AS(gap_maximiser(population, everyone, radius), std::invalid_argument);
}

TEST_CASE("the excess risk is that of the empirical minimiser as an expansion", "[dual]") {
  const std::uint64_t seed = 534;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const TokenPopulation population = population_of(rng, 50, 3, 2);
  const auto samples = draws(population, 12, 4, rng);
  const auto moments = population_moments(population, samples);
  const double least = risk(population, scaled_to(population_mean(population), 1.3));
  for (std::size_t s = 0; s < samples.size(); ++s) {
    const KernelExpansion minimiser = scaled_to(sample_mean(population, samples[s]), 1.3);
    CHECK(excess_risk(moments, s, 1.3) == Approx(risk(population, minimiser) - least).epsilon(tolerance));
    CHECK(excess_risk(moments, s, 1.3) >= 0);
  }
}

TEST_CASE("the Rademacher complexity agrees with all sign vectors and stays below its bound", "[dual]") {
  const std::uint64_t seed = 535;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const TokenPopulation population = sphere(rng, 30, 3, 0.8, 1.5);
  const DualClass bounds{2, 1.5, 0.8};
  const Sample sample = dual::draw_tokens(population, 8, rng);
  double exact = 0;
  for (unsigned signs = 0; signs < 256; ++signs) {
    KernelExpansion signed_sum = sample_mean(population, sample);
    for (int i = 0; i < 8; ++i) signed_sum.coefficients.col(i) *= (signs >> i & 1u) != 0 ? 1 : -1;
    exact += bounds.radius * norm(signed_sum) / 256;
  }
  const auto measured = rademacher_complexity(population, sample, bounds, 2000, rng);
  CHECK(std::abs(measured.estimate.mean - exact) <= deviations * measured.estimate.standard_error);
  CHECK(measured.estimate.standard_error < 0.02 * exact);
  CHECK(exact <= measured.bound);
  // On the sphere every token has the same norms, so the bound is w rho exp(kappa^2 / 2) / sqrt N.
  CHECK(measured.bound == Approx(bounds.loss_bound() / std::sqrt(8)).epsilon(tolerance));
  // A bound for smaller values than the population's is broken.
  CHECK(exact > rademacher_complexity(population, sample, {2, 0.7, 0.8}, 2, rng).bound);
  CHECK_THROWS_AS(rademacher_complexity(population, sample, bounds, 1, rng), std::invalid_argument);
}

TEST_CASE("the class of a bound covers a population by both norms", "[dual]") {
  CounterRng rng(536, 0);
  TokenPopulation population = sphere(rng, 30, 3, 0.8, 1.5);
  CHECK(DualClass{1, 1.5, 0.8}.covers(population));
  CHECK_FALSE(DualClass{1, 1.49, 0.8}.covers(population));
  CHECK_FALSE(DualClass{1, 1.5, 0.79}.covers(population));
  population.keys(1, 2) = std::nan("");
  CHECK_FALSE(DualClass{1, 1.5, 0.8}.covers(population));
}

TEST_CASE("gaps over N follow their law and both bounds, on a sphere of tokens", "[dual]") {
  const std::uint64_t seed = 537;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const double delta = 0.05;
  const DualClass bounds{1, 1, 0.7};
  const TokenPopulation population = sphere(rng, 300, 6, bounds.key, bounds.value);
  const std::vector<int> lengths = {5, 20, 80};
  std::vector<double> rms;
  for (const int n : lengths) {
    CAPTURE(n);
    const auto samples = draws(population, n, 400, rng);
    const auto moments = population_moments(population, samples);
    const auto mean = mean_squared_gap(moments);
    CHECK(std::abs(mean.mean - moments.expected_squared_gap(n)) <= deviations * mean.standard_error);
    CHECK(mean.standard_error < 0.03 * mean.mean);
    rms.push_back(std::sqrt(mean.mean));
    int direct = 0, by_complexity = 0, too_small = 0;
    for (std::size_t s = 0; s < samples.size(); ++s) {
      const double gap = bounds.radius * std::sqrt(moments.squared_gap(s));
      const double trace = kernel_trace(population, samples[s]);
      direct += gap > direct_bound(bounds, moments, n, delta);
      by_complexity += gap > complexity_bound(bounds, trace, n, delta);
      too_small += gap > dual::complexity_bound({0.05, 1, 0.7}, trace, n, delta);
    }
    CHECK(direct <= delta * 400);
    CHECK(by_complexity <= delta * 400);
    CHECK(too_small > delta * 400);  // a class twenty times smaller than the one the gap is taken over
  }
  // Each rms has a relative standard error below 0.015; over log 16 that is 0.008 in the slope.
  CHECK(std::log(rms[2] / rms[0]) / std::log(16) == Approx(-0.5).margin(deviations * 0.008));
}

TEST_CASE("samples from half of a population do not follow the law of its gaps", "[dual]") {
  CounterRng rng(538, 0);
  const TokenPopulation population = sphere(rng, 200, 6, 0.7, 1);
  const TokenPopulation half{population.keys.leftCols(20), population.values.leftCols(20)};
  const auto moments = population_moments(population, draws(half, 80, 200, rng));
  const auto mean = mean_squared_gap(moments);
  CHECK(mean.mean > moments.expected_squared_gap(80) + 10 * mean.standard_error);
}

TEST_CASE("constants of the two bounds", "[dual]") {
  // w = 2, rho = 3, kappa = 0: B = 6, Tr K_S = N = 100, delta with log(2 / delta) = 8 and log(1 / delta) = 2.
  const DualClass bounds{2, 3, 0};
  CHECK(bounds.loss_bound() == Approx(6));
  CHECK(complexity_bound(bounds, 100, 100, 2 * std::exp(-8.0)) == Approx(1.2 + 7.2));
  CHECK(direct_bound(bounds, {9, 5, {}}, 100, std::exp(-2.0)) == Approx(0.4 + 1.2));
}

}  // namespace flowsweep
