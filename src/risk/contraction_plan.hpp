#pragma once

// What the kernel of the population risk in all blocks executes (full_population_kernel.inc). Plain data and
// pointers only: a translation unit compiled for AVX must hold no shared inline code.

namespace flowsweep::risk {

/// A bilinear map of two families of d x d matrices, that commutes with permutations of the coordinates, as
/// a list of steps. Every step takes one fixed thing of one family and a linear combination of things of the
/// other. Matrix 2 n + 1 of a family is the transpose of matrix 2 n.
enum class ContractionKind : int {
  left_product,   ///< matrix += fixed x combination
  right_product,  ///< matrix += combination x fixed
  hadamard,       ///< matrix += fixed o combination
  row_scaled,     ///< matrix += diag(combined vector) x fixed
  add_matrix,     ///< matrix += combined scalar x fixed
  outer,          ///< matrix += fixed vector x combined vector^T
  row_sums,       ///< vector += row sums of (fixed o combination)
  matrix_vector,  ///< vector += fixed x combined vector
  elementwise,    ///< vector += fixed vector o combined vector
  add_vector,     ///< vector += combined scalar x fixed vector
  inner,          ///< every entry of vector += <fixed, combination>
  dot,            ///< every entry of vector += <fixed vector, combined vector>
  add_scalar,     ///< every entry of vector += fixed scalar x combined scalar
};

struct ContractionTerm {
  int operand;  ///< position in the other family's matrices, vectors or scalars
  double coefficient;
};

struct ContractionStep {
  ContractionKind kind;
  int target;        ///< position among the target's matrices or vectors
  int fixed_family;  ///< 0: the first family is fixed, 1: the second
  int fixed;         ///< position in its matrices, vectors or scalars
  int first, count;  ///< terms of the combination
};

struct ContractionPlan {
  const ContractionStep* steps;
  int count;
  const ContractionTerm* terms;
};

/// Vectors of matrix r stand at r x operand_vectors: its diagonal, the diagonal times the weights of fourth
/// and of sixth powers, its row sums. Scalars at r x operand_scalars: trace, sum of all entries.
constexpr int operand_vectors = 4, operand_scalars = 2;
enum OperandVector : int { diagonal_vector, fourth_vector, sixth_vector, row_vector };
enum OperandScalar : int { trace_scalar, total_scalar };

/// Vectors of target matrix r stand at r x target_vectors: what is added to its diagonal, to its diagonal
/// times the weights of fourth powers, and to every entry of a row.
constexpr int target_vectors = 3;
enum TargetVector : int { diagonal_target, fourth_target, row_target };

}  // namespace flowsweep::risk
