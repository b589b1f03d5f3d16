#pragma once
#include <functional>
#include <memory>
#include <span>

#include "core/differentiable.hpp"
#include "experiment/checkpoints.hpp"
#include "record/record.hpp"
#include "sweep/grid.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::experiment {

/// What a run needs beside its point.
struct Options {
  double time_limit = 0;  ///< wall seconds; 0: none
  /// Replaces the risk that the flow descends; for tests that plant a defect. Empty: the risk itself.
  std::function<std::unique_ptr<Differentiable>(std::unique_ptr<Differentiable>)> decorate = {};
  /// Changes the dual models that theorems build; for tests that plant a defect.
  theory::DualAlteration alter_duals = {};
  Checkpoints* checkpoints = nullptr;  ///< of this point; nullptr: none
  double checkpoint_seconds = 60;      ///< wall time between two saves, at least
};

/// Runs one grid point: start, gradient flow, measurements and verdicts of `theorems`, in their order.
/// Whatever goes wrong is a record with a status and a message, never an exception. Deterministic: the same
/// point gives the same bits with the same binary, libm and instruction set, also where it goes on from a
/// checkpoint. wall_seconds and time_limit count the time before that too. A point that is asked to stop
/// returns Status::not_run without numbers or verdicts; it must not be committed.
record::RunRecord run_point(const sweep::Point& point, std::span<const theory::Theorem* const> theorems,
                            const Options& options = {});

/// Judges again what a record holds, from its stored measurements.
void judge_again(const sweep::Point& point, record::RunRecord& run,
                 std::span<const theory::Theorem* const> theorems);

/// The theorems a sweep asks for; if it names none, those of the registry that speak about one of its points.
std::vector<const theory::Theorem*> theorems_of(const sweep::Sweep& sweep);

/// Those that a sweep names and that speak about none of its points.
std::vector<const theory::Theorem*> silent_theorems(const sweep::Sweep& sweep);

}  // namespace flowsweep::experiment
