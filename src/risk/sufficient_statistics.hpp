#pragma once
#include <complex>
#include <vector>

#include "risk/empirical.hpp"
#include "risk/packed_sequences.hpp"
#include "risk/statistics_kernel.hpp"

namespace flowsweep::risk {

/// The kernel of active_instruction_set().
StatisticsKernel active_statistics_kernel();

/// The steps whose losses are summed.
enum class Steps { all, last };

/// All that the empirical risk of linear-attention knows of its sequences. With m = 2d, Gamma_t = E_t E_t^*,
/// means over the sequences and sums over t = 2..T-1 (or t = T-1 alone),
///
///   L = constant - Re sum P_ia Q_bc h[i, a, b, c] + 1/2 sum K_aa' W_uu' F[aa', uu'],
///   K = P^T conj(P) (m x m),   W = vec(Q) vec(Q)^*,   u = (b, c) (m^2 x m^2),
///   h = E conj(x_{t+1,i}) (Gamma_t)_ab e_c / (t-1),   F = E (Gamma_t)_ab (Gamma_t)_b'a' e_c conj(e_c') /
///   (t-1)^2.
///
/// A Hermitian H is written as the real matrix Re H + Im H, which loses nothing (the parts are symmetric and
/// antisymmetric) and keeps inner products. So the quadratic term is k^T G w / 2 with a real m^2 x m^4 matrix
///   G[aa', uu'] = Re F[aa', u'u] - Im F[aa', uu'],
/// half the numbers of F. With (B, A) alone the same with m = d, P = B and Q = A: a and c are upper halves of
/// a token, b is a lower one. Source: derived.
class SufficientStatistics {
 public:
  /// O(N (T d^6 + 64 d^6)) work, in the order of the sequences: equal inputs give equal bits with the same
  /// instruction set. Throws InputError as EmpiricalRisk does.
  explicit SufficientStatistics(const Sequences& sequences, Steps steps = Steps::all,
                                Trained trained = Trained::all);

  int dimension() const { return dimension_; }
  Trained trained() const { return trained_; }
  std::size_t width() const { return width(std::size_t(dimension_), trained_); }  ///< m
  static std::size_t width(std::size_t dimension, Trained trained) {
    return trained == Trained::all ? 2 * dimension : dimension;
  }
  double constant() const { return constant_; }
  /// h, [d][m][m^2]
  const std::vector<std::complex<double>>& linear() const { return linear_; }
  /// G, [form_rows][form_columns]: m^2 and m^4, padded with zeros to what BilinearPass takes.
  const double* form() const { return form_.get(); }
  static std::size_t form_rows(std::size_t m) { return (m * m + 3) / 4 * 4; }
  static std::size_t form_columns(std::size_t m) { return (m * m * m * m + 15) / 16 * 16; }
  /// Bytes of G and h.
  static std::size_t bytes(std::size_t dimension, Trained trained = Trained::all);
  /// Bytes that building them takes beside that.
  static std::size_t building_bytes(std::size_t dimension);

 private:
  int dimension_;
  Trained trained_;
  double constant_ = 0;
  std::vector<std::complex<double>> linear_;
  LaneArray<double> form_;
};

}  // namespace flowsweep::risk
