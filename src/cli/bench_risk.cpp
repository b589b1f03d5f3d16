#include <fmt/format.h>

#include <cmath>

#include "cli/bench_cases.hpp"
#include "core/rng.hpp"
#include "distribution/law.hpp"
#include "distribution/sample_table.hpp"
#include "risk/empirical.hpp"
#include "risk/full_population.hpp"
#include "risk/population.hpp"
#include "risk/precomputed.hpp"
#include "risk/sampling.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::uint64_t seed = 1;
constexpr double weight_deviation = 0.1;

std::shared_ptr<const distribution::Law> gaussian(int dimension) {
  const std::vector<double> scale = {1.0};
  return distribution::find_family("gaussian")->make(dimension, scale);
}

std::vector<double> random_numbers(std::size_t count) {
  CounterRng rng(seed, Stream::initial_weights);
  std::vector<double> numbers(count);
  for (double& number : numbers) number = weight_deviation * rng.normal();
  return numbers;
}

// Atoms without any symmetry: no moment vanishes, and the risk is a list of them.
std::shared_ptr<const distribution::Law> atoms(int dimension) {
  constexpr std::size_t count = 20;
  std::vector<double> parameters = random_numbers(1 + count * (static_cast<std::size_t>(dimension) + 1));
  for (double& parameter : parameters) parameter = std::abs(parameter);
  return distribution::find_family("finite")->make(dimension, parameters);
}

// Every moment that the risk of a table of rows needs; a table keeps what it has computed.
Figure table_figure(int dimension, std::size_t rows, const Repetition& repetition) {
  Figure figure{"samples_moments",
                "moments of the rows of a table",
                fmt::format("d={}, {} rows", dimension, rows),
                "ms",
                0,
                0,
                0,
                0,
                {{"moments", distribution::moments_up_to_six(dimension)}}};
  const auto columns = static_cast<std::size_t>(dimension);
  const std::vector<double> values = random_numbers(rows * columns);
  time_work(figure, repetition, 1e3, [&] {
    const auto table = std::make_shared<distribution::SampleTable>("rows", columns, values);
    risk::PopulationRisk(std::make_shared<distribution::SampleLaw>(table), 100).size();
  });
  return figure;
}

// One gradient and one Hessian product of a population risk.
void add_population(Differentiable& risk, const std::string& key, const std::string& what, int dimension,
                    const Repetition& repetition, std::vector<Figure>& figures) {
  const std::size_t n = risk.size();
  const std::vector<double> theta = random_numbers(n), direction(n, 1.0);
  std::vector<double> other = theta, result(n);
  other.front() += 1;
  const std::string size = fmt::format("d={}", dimension);
  const std::vector<std::pair<std::string, double>> counts = {{"parameters", static_cast<double>(n)}};
  Figure gradient{
      fmt::format("{}_gradient_d{}", key, dimension), what + " gradient", size, "ns", 0, 0, 0, 0, counts};
  // Two points in turn: a gradient at the point of the last one might be remembered.
  bool turn = false;
  time_work(gradient, repetition, 1e9, [&] { risk.gradient((turn = !turn) ? theta : other, result); });
  Figure product{fmt::format("{}_product_d{}", key, dimension),
                 what + " Hessian product",
                 size,
                 "ns",
                 0,
                 0,
                 0,
                 0,
                 counts};
  risk.gradient(theta, result);
  time_work(product, repetition, 1e9, [&] { risk.hessian_product(theta, direction, result); });
  figures.push_back(gradient);
  figures.push_back(product);
}

struct SampleSize {
  int dimension, context;
  std::size_t sequences;

  std::string text() const { return fmt::format("d={}, T={}, N={}", dimension, context, sequences); }
  // As the task is counted: 26 d^2 complex multiply-adds, 8 flops each, a sequence and step.
  double flops() const {
    return 8.0 * static_cast<double>(sequences) * (context - 2) * 26.0 * dimension * dimension;
  }
};

Figure empirical_figure(const std::string& key, const SampleSize& size, risk::Precision precision,
                        const Repetition& repetition) {
  const bool is_double = precision == risk::Precision::double_precision;
  Figure figure{
      key,         std::string("empirical gradient, all blocks, complex ") + (is_double ? "double" : "float"),
      size.text(), "ms",
      0,           0,
      0,           0,
      {}};
  const auto sample =
      risk::sample_sequences(*gaussian(size.dimension), size.sequences, seed, Stream::training_sequences);
  risk::EmpiricalOptions options;
  options.precision = precision;
  double allocated = 0;
  const double growth = peak_growth([&] {
    risk::EmpiricalRisk risk({size.dimension, size.context, sample.initial, sample.phase}, options);
    const std::vector<double> theta = random_numbers(risk.size());
    std::vector<double> gradient(risk.size());
    time_work(figure, repetition, 1e3, [&] { risk.gradient(theta, gradient); });
    allocated = static_cast<double>(risk.allocated_bytes());
  });
  figure.counts = {{"gflops", 1e-6 * size.flops() / figure.median},
                   {"flops", size.flops()},
                   {"allocated_bytes", allocated},
                   {"peak_growth_bytes", growth}};
  return figure;
}

// Building sufficient statistics, and a gradient and a Hessian product of them.
std::vector<Figure> statistics_figures(const SampleSize& size, const Repetition& repetition) {
  const auto sample =
      risk::sample_sequences(*gaussian(size.dimension), size.sequences, seed, Stream::training_sequences);
  const risk::Sequences sequences{size.dimension, size.context, sample.initial, sample.phase};
  const auto d = static_cast<std::size_t>(size.dimension);
  const auto figure = [&](const char* key, const char* what, std::size_t bytes) {
    return Figure{
        key, what, size.text(), "ms", 0, 0, 0, 0, {{"allocated_bytes", static_cast<double>(bytes)}}};
  };
  Figure building =
      figure("statistics_building", "sufficient statistics built",
             risk::SufficientStatistics::bytes(d) + risk::SufficientStatistics::building_bytes(d));
  time_work(building, repetition, 1e3, [&] { risk::SufficientStatistics(sequences).dimension(); });
  Figure gradient = figure("statistics_gradient", "empirical gradient of sufficient statistics",
                           risk::PrecomputedRisk::bytes(d));
  Figure product = gradient;
  product.key = "statistics_product";
  product.what = "empirical Hessian product of sufficient statistics";
  risk::PrecomputedRisk risk{risk::SufficientStatistics(sequences)};
  const std::vector<double> theta = random_numbers(risk.size()), direction(risk.size(), 1.0);
  std::vector<double> other = theta, result(risk.size());
  other.front() += 1;
  bool turn = false;  // a gradient at the point of the last one is remembered
  time_work(gradient, repetition, 1e3, [&] { risk.gradient((turn = !turn) ? theta : other, result); });
  time_work(product, repetition, 1e3, [&] { risk.hessian_product(theta, direction, result); });
  Figure small =
      figure("statistics_gradient_ba", "empirical gradient of (B, A) alone of sufficient statistics",
             risk::PrecomputedRisk::bytes(d, risk::Trained::ba));
  risk::PrecomputedRisk pair{risk::SufficientStatistics(sequences, risk::Steps::all, risk::Trained::ba)};
  time_work(small, repetition, 1e3, [&] { pair.gradient((turn = !turn) ? theta : other, result); });
  return {building, gradient, product, small};
}

Figure growth_figure(const std::string& key, const std::string& what, const SampleSize& smaller,
                     const SampleSize& larger, const Repetition& repetition) {
  const auto precision = risk::Precision::double_precision;
  const Figure first = empirical_figure(key, smaller, precision, repetition);
  const Figure second = empirical_figure(key, larger, precision, repetition);
  return {key,
          "empirical gradient, time ratio of " + what,
          fmt::format("{} against {}", larger.text(), smaller.text()),
          "ratio",
          second.median / first.median,
          second.smallest / first.largest,
          second.largest / first.smallest,
          first.repetitions,
          {{"flops_ratio", larger.flops() / smaller.flops()}}};
}

}  // namespace

std::vector<Figure> bench_population(bool quick) {
  const Repetition repetition{quick ? 3 : 11, quick ? 1e-4 : 5e-3};
  std::vector<Figure> figures;
  for (const int dimension : {2, 5, 8, 16, 64}) {
    risk::PopulationRisk risk(gaussian(dimension), 100);
    add_population(risk, "population", "population", dimension, repetition, figures);
  }
  for (const int dimension : {5, 16}) {
    risk::FullPopulationRisk risk(*gaussian(dimension), 100);
    add_population(risk, "all_blocks", "population, all blocks:", dimension, repetition, figures);
  }
  risk::PopulationRisk listed(atoms(5), 100);
  add_population(listed, "listed", "population, law of listed moments:", 5, repetition, figures);
  figures.push_back(table_figure(5, quick ? 500 : 10000, {quick ? 1 : 5, 0}));
  return figures;
}

std::vector<Figure> bench_empirical(bool quick) {
  const Repetition repetition{quick ? 1 : 9, 0};
  const std::size_t n = quick ? 200 : 10000;
  const int t = quick ? 20 : 100;
  using enum risk::Precision;
  std::vector<Figure> figures = {
      empirical_figure("empirical_gradient_double", {5, t, n}, double_precision, repetition),
      empirical_figure("empirical_gradient_float", {5, t, n}, single_precision, repetition),
      growth_figure("empirical_growth_n", "twice N", {5, t, n / 2}, {5, t, n}, repetition),
      growth_figure("empirical_growth_t", "twice T", {5, t / 2, n}, {5, t, n}, repetition),
      growth_figure("empirical_growth_d", "twice d", {4, t, n / 2}, {8, t, n / 2}, repetition)};
  const std::vector<Figure> statistics = statistics_figures({5, t, n}, repetition);
  figures.insert(figures.end(), statistics.begin(), statistics.end());
  return figures;
}

}  // namespace flowsweep::cli
