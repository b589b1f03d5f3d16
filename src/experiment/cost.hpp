#pragma once
#include "sweep/grid.hpp"

namespace flowsweep::experiment {

/// Predicted wall time of one grid point in seconds, on one core: the number of gradient evaluations and
/// Hessian products expected from the settings times the measured cost of one. Orders the sweep and feeds
/// `plan`; it never decides a result.
double predicted_seconds(const sweep::Point& point);

}  // namespace flowsweep::experiment
