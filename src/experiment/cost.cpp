#include "experiment/cost.hpp"

#include <algorithm>
#include <cmath>

namespace flowsweep::experiment {
namespace {

// Measured on one core of a 2-core Xeon with AVX-512; `flowsweep bench` prints the current figures.
constexpr double start_up = 20e-6;            // allocation, law, integrator memory
constexpr double per_evaluation = 0.1e-6;     // population risk: fixed part of a gradient or Hessian product
constexpr double per_square = 6e-9;           // times d^2
constexpr double per_cube = 0.6e-9;           // times d^3
constexpr double per_sequence_step = 2.5e-9;  // empirical risk: times N T d^2
constexpr double adaptive_steps = 350;        // steps of an adaptive integrator to the default tolerances
constexpr double products_a_step = 4;         // gradients and Hessian products a step

double evaluations(const sweep::Point& point) {
  const double records = point.uses("records") ? static_cast<double>(point.integer("records")) : 64;
  if (point.uses("steps")) return static_cast<double>(point.integer("steps")) + records;
  // Off the diagonal set the Krylov space of a step is larger.
  const bool off_diagonal =
      point.real("dense") > 0 || (point.uses("perturbation") && point.real("perturbation") > 0);
  const double steps = std::min(adaptive_steps, static_cast<double>(point.integer("step_limit")));
  return steps * products_a_step * (off_diagonal ? 2 : 1) + records;
}

}  // namespace

double predicted_seconds(const sweep::Point& point) {
  const auto d = static_cast<double>(point.integer("dimension"));
  double one = per_evaluation + per_square * d * d + per_cube * d * d * d;
  if (point.name("risk") == "empirical")
    one = per_sequence_step * static_cast<double>(point.integer("sequences")) *
          static_cast<double>(point.integer("context")) * d * d;
  return start_up + evaluations(point) * one;
}

}  // namespace flowsweep::experiment
