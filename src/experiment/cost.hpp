#pragma once
#include <span>

#include "distribution/sample_table.hpp"
#include "sweep/grid.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::experiment {

/// What a flow is expected to ask of its risk; the counts of record::RunRecord.
struct ExpectedWork {
  double evaluations;  ///< gradients
  double products;     ///< Hessian-vector products
};

/// Expected work of a point of linear causal attention by law, start and context: a fit to counts
/// (docs/decisions/cost-model.md), within a factor 2 over a law and kind of start, rarely off by more than 4
/// for one point.
ExpectedWork expected_work(const sweep::Point& point);

/// Predicted wall time of a point of linear causal attention.
double linear_attention_seconds(const sweep::Point& point);

/// Predicted wall time of one grid point in seconds, on one core: expected work times the measured cost of
/// its parts, plus records and what the theorems measure. Orders the sweep and feeds `plan`; it never decides
/// a result.
double predicted_seconds(const sweep::Point& point, std::span<const theory::Theorem* const> theorems = {});

/// Seconds for the moments of a table of rows, which a rank computes once, with its first point of that law.
double moment_seconds(const distribution::SampleTable& table);

}  // namespace flowsweep::experiment
