#include "risk/contraction_compiler.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace flowsweep::risk {
namespace {

using enum ContractionKind;

enum Family { first_family, second_family };

// A block of one family whose rows and columns carry these indices.
struct Factor {
  int block;
  int row, column;
  bool has(int index) const { return row == index || column == index; }
};

// What is left of a factor once the indices that occur nowhere else are summed.
struct Operand {
  enum Rank { scalar, vector, matrix } rank;
  Family family;
  int position;     // of a matrix: 2 block + transposed; else among the family's vectors or scalars
  int row, column;  // indices; a vector has a row only

  bool has(int index) const {
    return rank != scalar && (row == index || (rank == matrix && column == index));
  }
  // The position of this matrix, or of its transpose, with rows `index`.
  int with_rows(int index) const { return row == index ? position : position ^ 1; }
  int other_than(int index) const { return row == index ? column : row; }
};

struct Weighted {
  IndexWeight weight;
  int index;  // that occurs four or six times
};

Operand reduce(Family family, const Factor& factor, const Factor& other, const Factor& target,
               const Weighted& weighted) {
  const auto private_index = [&](int index) { return !other.has(index) && !target.has(index); };
  const int matrix = 2 * factor.block;
  const bool no_row = private_index(factor.row), no_column = private_index(factor.column);
  if (factor.row == factor.column) {
    if (no_row) return {Operand::scalar, family, matrix * operand_scalars + trace_scalar, -1, -1};
    const bool here = weighted.weight != IndexWeight::none && factor.row == weighted.index;
    const int vector = !here                                    ? diagonal_vector
                       : weighted.weight == IndexWeight::fourth ? fourth_vector
                                                                : sixth_vector;
    return {Operand::vector, family, matrix * operand_vectors + vector, factor.row, -1};
  }
  if (no_row && no_column) return {Operand::scalar, family, matrix * operand_scalars + total_scalar, -1, -1};
  if (no_column) return {Operand::vector, family, matrix * operand_vectors + row_vector, factor.row, -1};
  if (no_row)
    return {Operand::vector, family, (matrix + 1) * operand_vectors + row_vector, factor.column, -1};
  return {Operand::matrix, family, matrix, factor.row, factor.column};
}

bool carries_weight(const Operand& x) {
  const int vector = x.position % operand_vectors;
  return x.rank == Operand::vector && (vector == fourth_vector || vector == sixth_vector);
}

// One product of two operands into a target.
struct Product {
  ContractionKind kind;
  int target;
  Operand fixed, other;
  double coefficient;
};

// Lowers one contraction. `mirrored`: the target matrix of a transposed block is that of another block.
class Lowering {
 public:
  Lowering(const Factor& target, const Factor& u, const Factor& v, const Weighted& weighted, bool mirrored)
      : target_(target),
        mirrored_(mirrored),
        u_(reduce(first_family, u, v, target, weighted)),
        v_(reduce(second_family, v, u, target, weighted)) {
    if (weighted.weight != IndexWeight::none && carries_weight(u_) && carries_weight(v_)) drop_weight(v_);
    weighted_target_ = weighted.weight != IndexWeight::none && !carries_weight(u_) && !carries_weight(v_);
    if (weighted_target_ && (weighted.weight != IndexWeight::fourth || target.row != target.column))
      throw std::logic_error("contraction: no place for the weight");
  }

  Product product(double coefficient) const {
    Product result = rank() == Operand::matrix   ? into_matrix()
                     : rank() == Operand::vector ? into_vector()
                                                 : into_scalar();
    result.coefficient = coefficient;
    return result;
  }

 private:
  static void drop_weight(Operand& x) { x.position += diagonal_vector - x.position % operand_vectors; }

  bool used(int index) const { return u_.has(index) || v_.has(index); }
  bool diagonal() const { return target_.row == target_.column; }

  Operand::Rank rank() const {
    if (diagonal()) return used(target_.row) ? Operand::vector : Operand::scalar;
    const int both = used(target_.row) + used(target_.column);
    return both == 2 ? Operand::matrix : both == 1 ? Operand::vector : Operand::scalar;
  }

  int matrix_target(bool transposed) const {
    if (!mirrored_) return 2 * target_.block + transposed;
    const int swapped = target_.block % 2 * 2 + target_.block / 2;
    return transposed ? swapped : target_.block;
  }
  int vector_target(bool transposed) const {
    const TargetVector kind = !diagonal() ? row_target : weighted_target_ ? fourth_target : diagonal_target;
    return matrix_target(transposed) * target_vectors + kind;
  }

  static Operand oriented(Operand x, int rows) {
    return {x.rank, x.family, x.with_rows(rows), rows, x.other_than(rows)};
  }

  Product into_matrix() const {
    const int p = target_.row, q = target_.column;
    if (u_.rank == Operand::matrix && v_.rank == Operand::matrix) {
      if (u_.has(p) && u_.has(q))
        return {hadamard, matrix_target(false), oriented(u_, p), oriented(v_, p), 0};
      const Operand& left = u_.has(p) ? u_ : v_;
      const Operand& right = u_.has(p) ? v_ : u_;
      return {left_product, matrix_target(false), oriented(left, p), oriented(right, right.other_than(q)), 0};
    }
    if (u_.rank == Operand::vector && v_.rank == Operand::vector)
      return u_.row == p ? Product{outer, matrix_target(false), u_, v_, 0}
                         : Product{outer, matrix_target(true), u_, v_, 0};
    const Operand& matrix = u_.rank == Operand::matrix ? u_ : v_;
    const Operand& other = u_.rank == Operand::matrix ? v_ : u_;
    if (other.rank == Operand::scalar)
      return {add_matrix, matrix_target(false), oriented(matrix, p), other, 0};
    return {row_scaled, matrix_target(other.row != p), oriented(matrix, other.row), other, 0};
  }

  Product into_vector() const {
    const bool transposed = !used(target_.row);
    const int p = transposed ? target_.column : target_.row;
    const int target = vector_target(transposed);
    if (u_.rank == Operand::matrix && v_.rank == Operand::matrix)
      return {row_sums, target, oriented(u_, p), oriented(v_, p), 0};
    if (u_.rank == Operand::matrix) return {matrix_vector, target, oriented(u_, p), v_, 0};
    if (v_.rank == Operand::matrix) return {matrix_vector, target, oriented(v_, p), u_, 0};
    if (u_.rank == Operand::vector && v_.rank == Operand::vector) return {elementwise, target, u_, v_, 0};
    return u_.rank == Operand::vector ? Product{add_vector, target, u_, v_, 0}
                                      : Product{add_vector, target, v_, u_, 0};
  }

  Product into_scalar() const {
    const int target = vector_target(false);
    if (u_.rank == Operand::matrix) return {inner, target, u_, oriented(v_, u_.row), 0};
    if (u_.rank == Operand::vector) return {dot, target, u_, v_, 0};
    return {add_scalar, target, u_, v_, 0};
  }

  Factor target_;
  bool mirrored_;
  Operand u_, v_;
  bool weighted_target_ = false;
};

Weighted weighted_index(const FreeContraction& c) {
  int powers[6] = {};
  for (const int index : c.pattern) ++powers[index];
  return {c.weight, static_cast<int>(std::max_element(powers, powers + 6) - powers)};
}

// Products with one fixed side are one step; of a matrix product either side may be fixed, whichever leaves
// fewer products.
class Steps {
 public:
  void add(const Product& product) { products_.push_back(product); }

  CompiledPlan compile() {
    fix_right_sides();
    using Key = std::tuple<ContractionKind, int, Family, int>;
    std::map<Key, std::map<int, double>> groups;
    for (const Product& p : products_)
      groups[{p.kind, p.target, p.fixed.family, p.fixed.position}][p.other.position] += p.coefficient;
    std::vector<ContractionStep> steps;
    std::vector<ContractionTerm> terms;
    for (const auto& [key, combination] : groups) {
      const auto& [kind, target, family, fixed] = key;
      steps.push_back({kind, target, family, fixed, static_cast<int>(terms.size()),
                       static_cast<int>(combination.size())});
      for (const auto& [position, coefficient] : combination) terms.push_back({position, coefficient});
    }
    return {std::move(steps), std::move(terms)};
  }

 private:
  void fix_right_sides() {
    std::map<std::pair<int, Family>, std::pair<std::set<int>, std::set<int>>> sides;
    for (const Product& p : products_)
      if (p.kind == left_product) {
        auto& [left, right] = sides[{p.target, p.fixed.family}];
        left.insert(p.fixed.position);
        right.insert(p.other.position);
      }
    for (Product& p : products_) {
      if (p.kind != left_product) continue;
      const auto& [left, right] = sides[{p.target, p.fixed.family}];
      if (left.size() <= right.size()) continue;
      p.kind = right_product;
      std::swap(p.fixed, p.other);
    }
  }

  std::vector<Product> products_;
};

struct Factors {
  Factor gram, term, conjugate;
};
Factors factors_of(const FreeContraction& c) {
  const auto& p = c.pattern;
  return {{2 * c.term.value + c.conjugate.value, p[0], p[3]},
          {2 * c.term.key + c.term.query, p[1], p[2]},
          {2 * c.conjugate.key + c.conjugate.query, p[4], p[5]}};
}

// Orders a contraction against its mirror image (primed and other indices exchanged): -1, 0, 1.
int mirror_order(const FreeContraction& c) {
  QuadraticPattern mirror{};
  std::array<int, 6> renamed;
  renamed.fill(-1);
  int used = 0;
  for (std::size_t k = 0; k < 6; ++k) {
    int& name = renamed[c.pattern[(k + 3) % 6]];
    if (name < 0) name = used++;
    mirror[k] = static_cast<std::uint8_t>(name);
  }
  const auto here = std::tuple(c.term.code(), c.conjugate.code(), c.pattern);
  const auto there = std::tuple(c.conjugate.code(), c.term.code(), mirror);
  return here < there ? -1 : there < here ? 1 : 0;
}

}  // namespace

CompiledPlan compile_gram(std::span<const FreeContraction> contractions) {
  Steps steps;
  for (const FreeContraction& c : contractions) {
    const int order = mirror_order(c);
    if (order > 0) continue;
    const Factors f = factors_of(c);
    steps.add(Lowering(f.gram, f.term, f.conjugate, weighted_index(c), true)
                  .product(order == 0 ? 0.5 * c.coefficient : c.coefficient));
  }
  return steps.compile();
}

CompiledPlan compile_adjoint(std::span<const FreeContraction> contractions) {
  Steps steps;
  for (const FreeContraction& c : contractions) {
    const Factors f = factors_of(c);
    steps.add(Lowering(f.conjugate, f.gram, f.term, weighted_index(c), false).product(c.coefficient));
  }
  return steps.compile();
}

}  // namespace flowsweep::risk
