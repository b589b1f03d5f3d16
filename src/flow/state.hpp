#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flow/flow.hpp"

namespace flowsweep::flow {

/// What a recorder holds on the way.
struct Records {
  std::vector<double> times;   ///< times[0] = 0 is the start
  std::vector<double> states;  ///< [row][parameter]
  std::uint64_t next = 0;      ///< index of the next time: into record_times, or the exponent k of t_1 r^k
  double first_time = 0;       ///< t_1 of geometric times
  std::uint32_t halvings = 0;  ///< how often every second row was dropped and r squared
};

/// A flow between two steps: everything that its continuation depends on beside risk, start and settings. A
/// flow continued from it gives the bits of one that was never interrupted.
struct State {
  double flow_time = 0;
  std::int64_t steps = 0;
  std::int64_t evaluations = 0;
  std::int64_t products = 0;
  double largest_gradient_norm = 0;
  double elapsed_seconds = 0;  ///< wall time spent so far; decides time limits, never bits
  std::vector<double> theta;
  std::vector<double> memory;  ///< numbers of the integrator's own; empty at a start
  Records records;
};

/// The state as bytes of this machine's byte order.
std::string encode(const State& state);

/// Inverse of encode(); nothing for bytes of another layout or length. Never reads beyond `bytes` and
/// allocates no more than their size.
std::optional<State> decode(std::string_view bytes);

/// Whether a flow of `size` parameters under `settings` can be in this state, as far as that can be told
/// without its history: sizes, ranges, finite numbers. Every state that passes can be continued without harm.
bool fits(const State& state, std::size_t size, const Settings& settings);

}  // namespace flowsweep::flow
