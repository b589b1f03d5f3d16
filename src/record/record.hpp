#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace flowsweep::record {

/// How a run of a grid point ended. The integers are the store's encoding.
enum class Status : std::int8_t {
  not_run = 0,    ///< no committed row
  converged = 1,  ///< gradient norm <= gradient_tolerance x the largest seen on this flow, or within its
                  ///< rounding error
  horizon_reached = 2,  ///< flow time reached the horizon first
  step_limit = 3,       ///< the integrator took step_limit steps first
  diverged = 4,  ///< the risk, the gradient or a weight became non-finite or exceeded the divergence bound
  step_underflow = 5,  ///< the integrator could not meet its tolerance with any representable step
  timed_out = 6,       ///< the per-point time limit passed
  set_aside = 7,       ///< the point took its worker down three times
  failed = 8,          ///< an exception; the message says which
};
inline constexpr std::array<std::string_view, 9> status_names = {"not-run",    "converged", "horizon-reached",
                                                                 "step-limit", "diverged",  "step-underflow",
                                                                 "timed-out",  "set-aside", "failed"};
std::string_view name(Status status);

/// Whether a run that ended so may end otherwise when it is repeated.
constexpr bool repeatable(Status status) {
  return status == Status::failed || status == Status::timed_out || status == Status::set_aside;
}

/// What a theorem says of a run. The integers are the store's encoding.
enum class VerdictKind : std::int8_t {
  holds = 0,             ///< every hypothesis and every conclusion has a margin >= 0
  violated = 1,          ///< hypotheses met, the run is finished, and a conclusion has a negative margin
  hypothesis_unmet = 2,  ///< a hypothesis has a negative margin: the theorem does not speak about this point
  inconclusive = 3,      ///< the run is unfinished (horizon, step limit) or the measurement too coarse
  failed = 4,            ///< the run ended early for another reason: nothing can be measured
};
inline constexpr std::array<std::string_view, 5> verdict_names = {"holds", "violated", "hypothesis-unmet",
                                                                  "inconclusive", "failed"};
std::string_view name(VerdictKind kind);

/// A named number with its meaning; the store writes unit and long name as attributes.
struct Quantity {
  std::string name;       ///< dataset and CSV name, e.g. "gradient_norm"
  std::string unit;       ///< "1" where dimensionless
  std::string long_name;  ///< formula or one-line meaning
};

/// Judgement of one theorem on one run. Margins are signed: positive inside, negative outside.
struct Verdict {
  VerdictKind kind = VerdictKind::failed;
  double margin = 0;                       ///< smallest conclusion margin (NaN if nothing was measured)
  double predicted = 0;                    ///< the theorem's number
  double measured = 0;                     ///< the run's number
  double tolerance = 0;                    ///< absolute, on |measured - predicted|
  std::vector<double> hypothesis_margins;  ///< in the order of the theorem's hypotheses
  std::vector<double> conclusion_margins;  ///< in the order of the theorem's conclusions
};

/// Observables along a flow, row-major [record][observable]; row 0 is the start, the last row the end.
struct Trajectory {
  std::vector<double> flow_time;
  std::vector<double> values;
};

/// Everything a run of one grid point leaves behind.
struct RunRecord {
  Status status = Status::not_run;
  std::string message;  ///< empty, or why the run ended as it did (at most 160 bytes are stored)
  std::string host;     ///< where it ran (at most 64 bytes are stored)
  double wall_seconds = 0;
  std::int32_t attempts = 1;
  std::int64_t steps = 0;        ///< integrator steps
  std::int64_t evaluations = 0;  ///< gradient evaluations
  std::int64_t products = 0;     ///< Hessian-vector products
  double flow_time = 0;          ///< flow time at the end
  /// Largest |grad L| on this flow, NaN before a run: the unit of the gradient tolerance.
  double largest_gradient_norm = std::numeric_limits<double>::quiet_NaN();
  Trajectory trajectory;
  std::vector<double> finals;   ///< the observables at the end
  std::vector<double> weights;  ///< final weights, the model's own flat layout
  std::vector<std::vector<double>>
      measurements;               ///< [theorem][measurement], in the registry's order for this sweep
  std::vector<Verdict> verdicts;  ///< [theorem]
};

}  // namespace flowsweep::record
