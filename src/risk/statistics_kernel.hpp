#pragma once
// Plain data only: this header is also read by translation units compiled for AVX, which must not emit shared
// code.

namespace flowsweep::risk {

/// Lane blocks that are expanded together: sums over lanes are then rare.
inline constexpr int statistics_blocks = 8;

/// Types of a pair of tokens' halves (upper, lower) x (upper, lower): 00, 01, 10, 11.
inline constexpr int pair_types = 4;

/// Products of two entries of S_t and one of x x^*, for one dimension: how the base sums are numbered.
struct StatisticsShape {
  int dimension;                                                 ///< d
  constexpr int pairs() const { return dimension * dimension; }  ///< (p, q), number p d + q
  constexpr int forms() const {
    return pairs() * (pairs() + 1) / 2;
  }  ///< {X, Y}, number Y (Y+1)/2 + X, X <= Y
  constexpr int outers() const { return dimension * (dimension + 1) / 2; }  ///< r <= s, number s (s+1)/2 + r
};

/// Up to statistics_blocks lane blocks (a block holds `lanes` sequences, one a vector lane) and where their
/// sums go.
struct StatisticsTile {
  int dimension;            ///< d >= 1
  int context;              ///< T >= 3
  int first;                ///< the sums are over t-1 = first .. T-2, first >= 1
  int blocks;               ///< number of lane blocks, at most statistics_blocks
  const double* sequences;  ///< [blocks][5][d][lanes]: v, Re lambda, Im lambda, Re lambda^hop, Im lambda^hop
  double* workspace;  ///< [workspace_vectors(d)][lanes]; pointers to lanes are aligned to the vector size
  /// [forms][outers][4][4][4][2], added to: sums over sequences and t of Gamma_X Gamma_Y R_Z (re, im) for
  /// each type of X, Y and Z.
  double* quadratic;
  /// [pairs][pairs][4][2][2], added to: sums of Gamma_X e_r conj(x_{t+1,i}) / (t-1), by X, (r, i), type of X,
  /// half of e_r.
  double* linear;
};

/// w -> G w and k -> G^T k of one real matrix in one pass over it.
struct BilinearPass {
  const double* matrix;  ///< [rows][columns], rows a multiple of 4, columns a multiple of 16, aligned to 64
  long rows, columns;
  const double* left;    ///< k, [rows]
  const double* right;   ///< w, [columns], aligned to 64
  double* left_result;   ///< G w, [rows], overwritten
  double* right_result;  ///< G^T k, [columns], overwritten, aligned to 64
};

/// Kernels compiled for one instruction set.
struct StatisticsKernel {
  int lanes;                                 ///< sequences a vector
  long (*workspace_vectors)(int dimension);  ///< length of StatisticsTile::workspace in vectors
  void (*add_tile)(const StatisticsTile& tile);
  void (*pass)(const BilinearPass& pass);
};

#define FLOWSWEEP_DECLARE_KERNEL(set)   \
  namespace set {                       \
  StatisticsKernel statistics_kernel(); \
  }
FLOWSWEEP_DECLARE_KERNEL(baseline)
FLOWSWEEP_DECLARE_KERNEL(avx2)
FLOWSWEEP_DECLARE_KERNEL(avx512)
#undef FLOWSWEEP_DECLARE_KERNEL

}  // namespace flowsweep::risk
