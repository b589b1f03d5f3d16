#include "core/rng.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace flowsweep {

CounterRng::CounterRng(std::uint64_t id, std::uint64_t stream) : key_{{id, stream}}, counter_{{0, 0, 0, 0}} {}

std::uint64_t CounterRng::bits() {
  if (used_ == 4) {
    block_ = philox_(counter_, key_);
    counter_.incr();
    used_ = 0;
  }
  return block_[used_++];
}

double CounterRng::uniform() {
  return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52;
}

double CounterRng::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

double CounterRng::exponential() {
  return -std::log(uniform());
}

int CounterRng::sign() {
  return (bits() >> 63) != 0 ? 1 : -1;
}

std::uint64_t CounterRng::below(std::uint64_t bound) {
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / bound * bound;
  std::uint64_t draw = bits();
  while (draw >= limit) draw = bits();
  return draw % bound;
}

}  // namespace flowsweep
