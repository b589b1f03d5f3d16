#pragma once
#include <string>
#include <vector>

#include "experiment/run_point.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::test {

/// A sweep file of the linear model, as text: "name" and "model" are added to the keys given.
sweep::Sweep sweep_of(const std::string& top, const std::string& axes, const std::string& flow = "",
                      const std::string& empirical = "");

/// The same of causal attention.
sweep::Sweep causal_sweep_of(const std::string& axes, const std::string& flow, const std::string& empirical);
/// The same of any model.
sweep::Sweep sweep_of_model(const std::string& model, const std::string& top, const std::string& axes,
                            const std::string& flow = "", const std::string& empirical = "");

/// The only point of a sweep; throws if it has another number of points.
sweep::Point only_point(const sweep::Sweep& sweep);

/// Runs a point with one theorem.
record::RunRecord run(const sweep::Point& point, const std::string& theorem = "mesa.limit",
                      const experiment::Options& options = {});

/// The final observable of a name; NaN if the run has none.
double final_value(const record::RunRecord& run, const std::string& observable);

}  // namespace flowsweep::test
