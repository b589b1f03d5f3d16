#pragma once
#include <span>

#include "record/record.hpp"

namespace flowsweep::theory {

/// A number read off the records of a flow, and how far it may be off. NaN: the records do not resolve it.
struct Reading {
  double value, error;
};

/// First flow time at which L - L_end <= level (L_0 - L_end), 0 < level < 1, L_end the risk at the last
/// record. Between two records ln(e/(1-e)), e = (L - L_end)/(L_0 - L_end), is interpolated by the cubic that
/// has the slopes dL/dtau = -|grad L|^2 of the flow; error: its largest difference from the straight line
/// between the two, plus the rounding of L.
Reading decrease_time(const record::Trajectory& trajectory, double level);

/// Records from which a rate may be read: those with reach[k] <= near x norm and amplitude[k] >= 100 noise.
struct TailWindow {
  std::span<const double> flow_time, amplitude;
  std::span<const double> reach;  ///< how far the flow still is from its end
  double norm;                    ///< of the end
  double near;                    ///< largest reach of a record in the tail, over the norm
  double noise;                   ///< absolute error of an amplitude
};

/// Decay rate -d ln(amplitude)/dtau between the last two of four successive records in the window. Error:
/// twice the changes from pair to pair (what faster modes still add), plus the rate times reach / norm at
/// the last pair (what is of second order in the distance; the changes miss it where it turns), plus what
/// `noise` can do to the amplitudes.
Reading tail_rate(const TailWindow& window);

}  // namespace flowsweep::theory
