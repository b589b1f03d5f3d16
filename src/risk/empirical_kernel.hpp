#pragma once
// Plain data only: this header is also read by translation units compiled for AVX, which must not emit shared
// code.

namespace flowsweep::risk {

/// Steps after which the kernel replaces the recurrence x <- Lambda x by Lambda^hop_length applied to the
/// previous block's start, so that rounding grows with T / hop_length + hop_length instead of T.
inline constexpr int hop_length = 64;

/// A run of lane blocks (a block holds `lanes` sequences, one a vector lane) and where their sums go.
template <typename Scalar>
struct EmpiricalTile {
  int dimension;            ///< d >= 1
  int context;              ///< T >= 3
  int blocks;               ///< number of lane blocks
  const Scalar* sequences;  ///< [blocks][5][d][lanes]: v, Re lambda, Im lambda, Re lambda^hop, Im lambda^hop
  const Scalar* weights;    ///< [12 d^2]: P, then Q, row-major, (re, im) interleaved
  Scalar* workspace;  ///< [workspace_vectors(d, T)][lanes]; pointers to lanes are aligned to the vector size
  double*
      sums;  ///< [12 d^2 + 2], overwritten: gradient of the summed risk, summed risk, loss of the last step
};

/// One kernel, compiled for one instruction set and one type of numbers.
template <typename Scalar>
struct EmpiricalKernel {
  int lanes;                                              ///< sequences a vector
  long (*workspace_vectors)(int dimension, int context);  ///< length of EmpiricalTile::workspace in vectors
  void (*sum_tile)(const EmpiricalTile<Scalar>& tile);    ///< sums over the sequences of a tile
};

#define FLOWSWEEP_DECLARE_KERNEL(set)                \
  namespace set {                                    \
  EmpiricalKernel<double> empirical_kernel_double(); \
  EmpiricalKernel<float> empirical_kernel_float();   \
  }
FLOWSWEEP_DECLARE_KERNEL(baseline)
FLOWSWEEP_DECLARE_KERNEL(avx2)
FLOWSWEEP_DECLARE_KERNEL(avx512)
#undef FLOWSWEEP_DECLARE_KERNEL

}  // namespace flowsweep::risk
