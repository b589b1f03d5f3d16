#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "experiment/run_point.hpp"

namespace flowsweep::test {

/// What is wrong with entry k of theta: its gradient g becomes `scale` g + `stiffness` (theta_k - target).
struct EntryDefect {
  double scale = 1, stiffness = 0, target = 0;
};

/// Options under which a run descends a risk with this defect in entry k of n.
experiment::Options planted(std::function<EntryDefect(std::size_t k, std::size_t n)> defect);

/// The gradient of B alone is 10 % too long: ||A||^2 - ||B||^2 is no longer conserved, the limits stay.
experiment::Options uneven_gradient();
/// The whole gradient is 1 % too long: time runs faster, everything else stays.
experiment::Options fast_clock();
/// Every entry is drawn to 0: the minimiser moves.
experiment::Options weight_decay(double strength);
/// The off-diagonal entries of A and B (of the real layout) are drawn to 0.1.
experiment::Options off_diagonal_pull(int dimension);
/// The entries of Q12 (of the real layout of all blocks) are drawn to 0.1, all others to 0.
experiment::Options other_block_pull(int dimension);

/// Options under which the dual models of theorems are made of something else.
experiment::Options altered_duals(theory::DualAlteration alteration);

/// The first term of the dual loss counts one per mille more.
experiment::Options uneven_dual_loss();
/// The normaliser D is one per mille too large; W_0 keeps its own.
experiment::Options large_normaliser();
/// The start W_0 is one per mille too long.
experiment::Options long_dual_start();

}  // namespace flowsweep::test
