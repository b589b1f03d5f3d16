#pragma once
#include <cstddef>
#include <memory>
#include <span>

#include "core/differentiable.hpp"

namespace flowsweep::risk {

/// Type of the numbers in the sum over sequences. Weights, gradient and risk are double in either case.
enum class Precision { double_precision, single_precision };

/// N sequences x_1 = v, x_{t+1} = diag(e^{i phase_j}) x_t, t = 1..T, given by v and the phases alone.
struct Sequences {
  int dimension = 0;                ///< d >= 1
  int context = 0;                  ///< T >= 3
  std::span<const double> initial;  ///< v, [N][d], finite
  std::span<const double> phase;    ///< [N][d] in radians, finite
};

/// The blocks that a flow trains: all six, or B = P1 and A = Q21 alone while the others are 0.
enum class Trained { all, ba };

/// Settings of an empirical risk.
struct EmpiricalOptions {
  Precision precision = Precision::double_precision;
  /// Train only the diagonals of P1 and Q21 within these two blocks; P2, Q11, Q12 and Q22 stay free. The
  /// gradient of the off-diagonal entries of P1 and Q21 is reported as 0, so that they keep their start
  /// value. From a start at which they are 0 this is gradient descent that zeroes them after each step (the
  /// clipped run of Zheng et al. 2024).
  bool diagonal_mask = false;
};

/// Losses of a model on sequences, means over the N sequences.
struct EmpiricalLosses {
  double summed = 0;     ///< sum_{t=2}^{T-1} 1/2 ||yhat_t - x_{t+1}||^2
  double last_step = 0;  ///< 1/2 ||yhat_t - x_{t+1}||^2 at t = T-1
};

/// The risk of linear-attention (model/linear_attention.hpp) on N sampled sequences,
///
///     L(P, Q) = 1/N sum_n sum_{t=2}^{T-1} 1/2 || yhat_t - x_{t+1} ||^2,
///
/// over all 12 d^2 real numbers of P and Q in the flat layout of that header; the gradient is with respect to
/// real and imaginary parts.
///
/// Work: about 8 N (T-2) (7.5 d^2 + 6 d) flops an evaluation. Memory: O(N d); sequences are never stored.
/// Sums over sequences have a fixed order: equal inputs give equal bits with the same instruction set. The
/// kernel is that of active_instruction_set() when the object is made. Values beyond the range of the
/// precision come out as infinity or NaN.
class EmpiricalRisk final : public Differentiable {
 public:
  /// Copies what it needs of the sequences. Throws InputError if N = 0, d < 1, T < 3, the lengths of
  /// `initial` and `phase` are not N d, or a number is not finite.
  explicit EmpiricalRisk(const Sequences& sequences, const EmpiricalOptions& options = {});
  ~EmpiricalRisk() override;

  std::size_t size() const override;  ///< 12 d^2
  double gradient(std::span<const double> theta, std::span<double> gradient) override;

  /// On fresh sequences: the test risk and the test loss at the last step.
  EmpiricalLosses losses(std::span<const double> theta);

  std::size_t sequences() const;        ///< N
  std::size_t allocated_bytes() const;  ///< packed sequences and workspace

  class Evaluator;

 private:
  std::unique_ptr<Evaluator> evaluator_;
  int dimension_;
  std::size_t sequences_;
  bool diagonal_mask_;
};

}  // namespace flowsweep::risk
