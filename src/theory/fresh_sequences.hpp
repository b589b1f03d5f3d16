#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>

#include "distribution/law.hpp"
#include "model/sequence_step.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::theory {

/// Sequences that no training saw, keyed by the point's id and a stream of their own: what theorems measure a
/// trained predictor on.
class FreshSequences {
 public:
  FreshSequences(const distribution::Law& law, std::uint64_t id);

  using Visit = std::function<void(std::span<const double> v, const model::SequenceStep& step)>;

  /// Draws the next `count` sequences, O(d^2) each, and shows step t of every one. Sequences with v = 0 have
  /// nothing to predict: they are drawn again, 1000 times in all at most; returns how many were shown.
  std::size_t visit(std::size_t count, std::int64_t t, const Visit& visit);

 private:
  const distribution::Law& law_;
  CounterRng rng_;
};

/// Fresh sequences that the point asks for (`test_sequences`), 0 if none.
std::size_t requested_sequences(const sweep::Point& point);

/// Length T_te of fresh sequences: the point's `test_context`, or twice its training context.
std::int64_t test_length(const sweep::Point& point);

}  // namespace flowsweep::theory
