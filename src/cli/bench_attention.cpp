#include <fmt/format.h>

#include "cli/bench_cases.hpp"
#include "core/rng.hpp"
#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"
#include "risk/regression.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::uint64_t seed = 1;
constexpr double weight_deviation = 0.1;

std::vector<double> normal_numbers(Stream stream, std::size_t count, double deviation) {
  CounterRng rng(seed, stream);
  std::vector<double> numbers(count);
  for (double& number : numbers) number = deviation * rng.normal();
  return numbers;
}

model::Prompts normal_prompts(std::size_t count) {
  model::Prompts prompts{12, 15, 1, {}, {}};
  prompts.tokens = normal_numbers(Stream::training_sequences, count * prompts.tokens_of_one(), 1);
  prompts.targets = normal_numbers(Stream::test_sequences, count, 1);
  return prompts;
}

Figure gradient_figure(const std::string& key, const std::string& what, const model::AttentionShape& shape,
                       const model::Prompts& prompts, const Repetition& repetition) {
  risk::RegressionRisk risk(shape, prompts);
  const std::vector<double> theta = normal_numbers(Stream::initial_weights, risk.size(), weight_deviation);
  std::vector<double> gradient(risk.size());
  Figure figure{key,
                what + " gradient",
                fmt::format("d={}, N={}, T={}, prompts={}", prompts.dimension, prompts.demonstrations,
                            prompts.queries, prompts.count()),
                "ms",
                0,
                0,
                0,
                0,
                {{"allocated_bytes", static_cast<double>(risk.allocated_bytes())},
                 {"parameters", static_cast<double>(risk.size())}}};
  time_work(figure, repetition, 1e3, [&] { risk.gradient(theta, gradient); });
  return figure;
}

// Training on in-context regression as sweeps/dual-training.ini has it.
Figure training_figure(bool quick) {
  const int prompts = quick ? 200 : 5000;
  const std::string text = fmt::format(
      "name = bench\nmodel = softmax-attention\n[axes]\ndistribution = gaussian\ndimension = 12\n"
      "weight_scale = 0.3\n[flow]\nhorizon = {}\nrelative_tolerance = 1e-6\nabsolute_tolerance = 1e-7\n"
      "gradient_tolerance = 1e-6\n[empirical]\nprompts = {}\ntest_prompts = {}\n",
      quick ? 3 : 300, prompts, prompts);
  const sweep::Point point = sweep::parse_sweep(text, "bench", {}, experiment::vocabulary()).grid.point(0);
  Figure figure{"softmax_training",
                "training flow of softmax attention",
                fmt::format("d=12, N=15, prompts={}", prompts),
                "s",
                0,
                0,
                0,
                0,
                {}};
  record::RunRecord run;
  time_work(figure, {1, 0}, 1, [&] { run = experiment::run_point(point, {}); });
  figure.counts = {{"converged", run.status == record::Status::converged ? 1 : 0},
                   {"flow_time", run.flow_time},
                   {"evaluations", static_cast<double>(run.evaluations)}};
  return figure;
}

}  // namespace

std::vector<Figure> bench_attention(bool quick) {
  const Repetition repetition{quick ? 1 : 31, 0};
  const model::Prompts prompts = normal_prompts(quick ? 100 : 10000);
  const model::AttentionShape layer{.input = 12, .width = 12, .modifications = {}};
  model::AttentionShape transformer = layer, three_layers = layer, negative = layer;
  transformer.hidden = 48;
  three_layers.layers = 3;
  negative.modifications.beta = 0.3;
  return {
      gradient_figure("softmax_gradient", "softmax attention", layer, prompts, repetition),
      gradient_figure("softmax_negative_gradient", "softmax attention with negative samples", negative,
                      prompts, repetition),
      gradient_figure("transformer_gradient", "transformer layer (d_h=48)", transformer, prompts, repetition),
      gradient_figure("three_layer_gradient", "three layers of softmax attention", three_layers, prompts,
                      repetition),
      training_figure(quick)};
}

}  // namespace flowsweep::cli
