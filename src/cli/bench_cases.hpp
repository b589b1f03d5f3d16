#pragma once
#include <vector>

#include "cli/bench_figure.hpp"
#include "schedule/mpi.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::cli {

/// The sweep of one law's exact flow with these [axes] lines.
sweep::Sweep bench_sweep(const std::string& axes, const std::string& law = "gaussian");

/// Exact flows: d = 5 at T = 100 and 1e6, many parameters from a diagonal and a dense start, all blocks.
std::vector<Figure> bench_flows(bool quick);

/// One gradient and one Hessian product of the population risk, of (B, A), of all blocks, by dimension, and
/// of a law of listed moments; the moments of a table of rows.
std::vector<Figure> bench_population(bool quick);

/// The gradient of the empirical risk, double and float, and how it grows with N, T and d;
/// sufficient statistics built, and their gradient and Hessian product.
std::vector<Figure> bench_empirical(bool quick);

/// The gradient of softmax attention on prompts of in-context regression: one layer, with negative samples, a
/// transformer layer, three layers; a training flow of the first.
std::vector<Figure> bench_attention(bool quick);

/// Dispatch and commit of a point in both modes of durability, checksums and verdicts of a store.
std::vector<Figure> bench_store(const schedule::Mpi& mpi, bool quick);

/// A checkpoint by size of its flow, and what restarts cost a long flow.
std::vector<Figure> bench_checkpoints(bool quick);

}  // namespace flowsweep::cli
