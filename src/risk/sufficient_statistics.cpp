#include "risk/sufficient_statistics.hpp"

#include <cstdint>
#include <initializer_list>

#include "core/instruction_set.hpp"
#include "risk/statistics_kernel.hpp"

namespace flowsweep::risk {
namespace {

using Complex = std::complex<double>;

constexpr std::size_t numbers_of_a_form =
    2 * pair_types * pair_types * pair_types;  // re and im of every type
constexpr std::size_t numbers_of_a_trace = 2 * pair_types * 2;

std::size_t quadratic_length(const StatisticsShape& shape) {
  return std::size_t(shape.forms()) * std::size_t(shape.outers()) * numbers_of_a_form;
}
std::size_t linear_length(const StatisticsShape& shape) {
  return std::size_t(shape.pairs()) * std::size_t(shape.pairs()) * numbers_of_a_trace;
}

// One index of a token: its half (0 upper, 1 lower) and its coordinate.
struct TokenIndex {
  int half, coordinate;
};

// An entry of a 2d x 2d matrix.
struct Entry {
  TokenIndex row, column;
  int pair(int d) const { return row.coordinate * d + column.coordinate; }
  int type() const { return 2 * row.half + column.half; }
  Entry transposed() const { return {column, row}; }
};

// What the kernel sums, and where in it an entry of F or h is.
class Sums {
 public:
  Sums(const Sequences& sequences, std::size_t count, Steps steps)
      : shape_{sequences.dimension}, quadratic_(quadratic_length(shape_)), linear_(linear_length(shape_)) {
    const StatisticsKernel kernel = active_statistics_kernel();
    const PackedSequences<double> packed(sequences, count, kernel.lanes);
    const LaneArray<double> workspace(std::size_t(kernel.workspace_vectors(shape_.dimension)) *
                                      std::size_t(kernel.lanes));
    const int first = steps == Steps::all ? 1 : sequences.context - 2;
    for (std::size_t block = 0; block < packed.blocks(); block += statistics_blocks) {
      const std::size_t blocks = std::min<std::size_t>(statistics_blocks, packed.blocks() - block);
      kernel.add_tile({shape_.dimension, sequences.context, first, static_cast<int>(blocks),
                       packed.block(block), workspace.get(), quadratic_.data(), linear_.data()});
    }
  }

  /// Sum of Gamma_x Gamma_y R_z.
  Complex form(const Entry& x, const Entry& y, const Entry& z) const {
    if (z.row.coordinate > z.column.coordinate)
      return std::conj(ordered_form(x.transposed(), y.transposed(), z.transposed()));
    return ordered_form(x, y, z);
  }

  /// Sum of Gamma_x e_c conj(x_{t+1,i}) / (t-1).
  Complex trace(const Entry& x, const TokenIndex& c, int i) const {
    const int d = shape_.dimension, z = c.coordinate * d + i;
    const std::size_t at =
        (std::size_t(x.pair(d)) * std::size_t(shape_.pairs()) + std::size_t(z)) * numbers_of_a_trace +
        std::size_t(4 * x.type() + 2 * c.half);
    return {linear_[at], linear_[at + 1]};
  }

 private:
  Complex ordered_form(const Entry& first, const Entry& second, const Entry& z) const {
    const int d = shape_.dimension;
    const bool swap = first.pair(d) > second.pair(d);
    const Entry &x = swap ? second : first, &y = swap ? first : second;
    const int pair = y.pair(d) * (y.pair(d) + 1) / 2 + x.pair(d);
    const int outer = z.column.coordinate * (z.column.coordinate + 1) / 2 + z.row.coordinate;
    const int type = (x.type() * pair_types + y.type()) * pair_types + z.type();
    const std::size_t at =
        (std::size_t(pair) * std::size_t(shape_.outers()) + std::size_t(outer)) * numbers_of_a_form +
        std::size_t(2 * type);
    return {quadratic_[at], quadratic_[at + 1]};
  }

  StatisticsShape shape_;
  std::vector<double> quadratic_, linear_;
};

std::vector<TokenIndex> token_indices(int d, std::initializer_list<int> halves) {
  std::vector<TokenIndex> indices;
  for (const int half : halves)
    for (int j = 0; j < d; ++j) indices.push_back({half, j});
  return indices;
}

// What a, b and c of P_ia Q_bc run over.
struct IndexRanges {
  std::vector<TokenIndex> a, b, c;
  IndexRanges(int d, Trained trained) {
    const bool all = trained == Trained::all;
    a = c = all ? token_indices(d, {0, 1}) : token_indices(d, {0});
    b = all ? a : token_indices(d, {1});
  }
};

std::vector<Complex> linear_term(const Sums& sums, int d, const IndexRanges& ranges, double count) {
  std::vector<Complex> linear;
  linear.reserve(std::size_t(d) * ranges.a.size() * ranges.b.size() * ranges.c.size());
  for (int i = 0; i < d; ++i)
    for (const TokenIndex& a : ranges.a)
      for (const TokenIndex& b : ranges.b)
        for (const TokenIndex& c : ranges.c) linear.push_back(sums.trace({a, b}, c, i) / count);
  return linear;
}

// Row (a, a2) of G.
void write_row(const Sums& sums, const IndexRanges& ranges, const TokenIndex& a, const TokenIndex& a2,
               double count, double* row) {
  for (const TokenIndex& b : ranges.b)
    for (const TokenIndex& c : ranges.c)
      for (const TokenIndex& b2 : ranges.b)
        for (const TokenIndex& c2 : ranges.c) {
          const double swapped = sums.form({a, b2}, {b, a2}, {c2, c}).real();
          *row++ = (swapped - sums.form({a, b}, {b2, a2}, {c, c2}).imag()) / count;
        }
}

void write_form(const Sums& sums, const IndexRanges& ranges, double count, double* form) {
  const std::size_t columns = SufficientStatistics::form_columns(ranges.a.size());
  for (const TokenIndex& a : ranges.a)
    for (const TokenIndex& a2 : ranges.a) {
      write_row(sums, ranges, a, a2, count, form);
      form += columns;
    }
}

// 1/2 E ||v||^2 for each step that counts; |x_t| = |v|.
double constant_term(const Sequences& sequences, std::size_t count, Steps steps) {
  double squares = 0;
  for (const double v : sequences.initial) squares += v * v;
  return (steps == Steps::all ? sequences.context - 2 : 1) * squares / (2 * static_cast<double>(count));
}

std::size_t form_count(std::size_t m) {
  return SufficientStatistics::form_rows(m) * SufficientStatistics::form_columns(m);
}

}  // namespace

StatisticsKernel active_statistics_kernel() {
  return for_active_set(baseline::statistics_kernel, avx2::statistics_kernel, avx512::statistics_kernel)();
}

SufficientStatistics::SufficientStatistics(const Sequences& sequences, Steps steps, Trained trained)
    : dimension_(sequences.dimension),
      trained_(trained),
      form_(form_count(width(std::size_t(std::max(sequences.dimension, 0)), trained))) {
  const std::size_t count = checked_count(sequences);
  const Sums sums(sequences, count, steps);
  constant_ = constant_term(sequences, count, steps);
  const IndexRanges ranges(dimension_, trained);
  linear_ = linear_term(sums, dimension_, ranges, static_cast<double>(count));
  write_form(sums, ranges, static_cast<double>(count), form_.get());
}

std::size_t SufficientStatistics::bytes(std::size_t dimension, Trained trained) {
  const std::size_t m = width(dimension, trained);
  return sizeof(double) * form_count(m) + sizeof(Complex) * dimension * m * m * m;
}

std::size_t SufficientStatistics::building_bytes(std::size_t dimension) {
  const StatisticsShape shape{static_cast<int>(dimension)};
  const StatisticsKernel kernel = active_statistics_kernel();
  return sizeof(double) *
         (quadratic_length(shape) + linear_length(shape) +
          std::size_t(kernel.workspace_vectors(shape.dimension)) * std::size_t(kernel.lanes));
}

}  // namespace flowsweep::risk
