#include "theory/mesa_weights.hpp"

#include <cmath>
#include <vector>

#include "support/catch.hpp"

using namespace flowsweep::theory;

namespace {

constexpr double rounding = 1e-14;
constexpr int d = 2;

// B = [[1, 2], [3, 4]], A = [[5, 6], [7, 8]].
const std::vector<double> real_layout = {1, 2, 3, 4, 5, 6, 7, 8};

// P is 2 x 4, Q is 4 x 4, both complex and row-major.
std::size_t p(int row, int column) {
  return 2 * (4 * row + column);
}
std::size_t q(int row, int column) {
  return 16 + 2 * (4 * row + column);
}

std::vector<double> complex_layout() {
  std::vector<double> weights(12 * d * d, 0.0);
  weights[p(0, 0)] = 1;
  weights[p(0, 1)] = 2;
  weights[p(1, 0)] = 3;
  weights[p(1, 1)] = 4;
  weights[q(2, 0)] = 5;
  weights[q(2, 1)] = 6;
  weights[q(3, 0)] = 7;
  weights[q(3, 1)] = 8;
  return weights;
}

// The same positions without imaginary parts.
std::vector<double> real_layout_of_all() {
  const std::vector<double> complex = complex_layout();
  std::vector<double> weights(complex.size() / 2);
  for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = complex[2 * k];
  return weights;
}

void check_example(const DiagonalStructure& s) {
  CHECK(s.a_diagonal == 6.5);
  CHECK(s.a_offdiagonal == 6.5);
  CHECK(s.b_diagonal == 2.5);
  CHECK(s.b_offdiagonal == 2.5);
  CHECK(s.product == 18.5);         // (5 x 1 + 8 x 4) / 2
  CHECK(s.product_spread == 13.5);  // 32 - 18.5
  CHECK(s.off_diagonal == 7);
  CHECK(s.off_diagonal_norm == Approx(std::sqrt(98.0)).epsilon(rounding));  // 4 + 9 + 36 + 49
  CHECK(s.diagonal_spread == Approx(3).epsilon(rounding));                  // 2 (1.5^2 + 1.5^2)
  CHECK(s.other_blocks == 0);
  CHECK(s.norm_other == 0);
  CHECK(s.negative == 0);
  CHECK(s.norm_a == Approx(std::sqrt(174.0)).epsilon(rounding));
  CHECK(s.norm_b == Approx(std::sqrt(30.0)).epsilon(rounding));
  CHECK(s.balance == 144);
}

}  // namespace

TEST_CASE("diagonal structure of (B, A), real", "[weights]") {
  check_example(diagonal_structure(real_layout, d));
}

TEST_CASE("diagonal structure of all blocks, the same matrices embedded", "[weights]") {
  check_example(diagonal_structure(complex_layout(), d));
}

TEST_CASE("diagonal structure of all blocks, real", "[weights]") {
  check_example(diagonal_structure(real_layout_of_all(), d));
  std::vector<double> weights = real_layout_of_all();
  for (const auto& [entry, sign] : {std::pair{p(0, 2), -1}, {p(1, 3), -1}, {q(0, 0), 1}, {q(3, 3), 1}}) {
    weights[entry / 2] = 0.5;
    CHECK(diagonal_structure(weights, d).balance == 144 + sign * 0.25);
    CHECK(diagonal_structure(weights, d).norm_other == 0.5);
    weights[entry / 2] = 0;
  }
  weights[p(0, 3) / 2] = 3;
  weights[q(2, 2) / 2] = -4;
  CHECK(diagonal_structure(weights, d).norm_other == 5);
  CHECK(diagonal_structure(weights, d).other_blocks == 4);
  CHECK(diagonal_structure(std::vector{-1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, 1.0}, d).negative == 1);
}

TEST_CASE("ab is the real part of the complex product, not the product of real parts", "[weights]") {
  std::vector<double> weights = complex_layout();
  weights[p(0, 0)] = 0;
  weights[p(0, 0) + 1] = 1;  // B_11 = i
  weights[q(2, 0)] = 0;
  weights[q(2, 0) + 1] = -5;  // A_11 = -5 i
  const DiagonalStructure s = diagonal_structure(weights, d);
  CHECK(s.product == 18.5);
  CHECK(s.b_diagonal == 2);
  CHECK(s.balance == 144);
}

TEST_CASE("each of the other blocks is seen, and counts on its side of the balance", "[weights]") {
  for (const bool imaginary : {false, true})
    for (const auto& [entry, sign] : {std::pair{p(0, 2), -1},
                                      {p(1, 3), -1},
                                      {q(0, 0), 1},
                                      {q(1, 1), 1},
                                      {q(0, 2), 1},
                                      {q(1, 3), 1},
                                      {q(2, 2), 1},
                                      {q(3, 3), 1}}) {
      std::vector<double> weights = complex_layout();
      weights[entry + imaginary] = 0.5;
      const DiagonalStructure s = diagonal_structure(weights, d);
      CAPTURE(entry, imaginary);
      CHECK(s.other_blocks == 0.5);
      CHECK(s.balance == 144 + sign * 0.25);
      CHECK(s.product == 18.5);
      CHECK(s.off_diagonal == 7);
    }
}

TEST_CASE("one dimension has no off-diagonal entries", "[weights]") {
  const DiagonalStructure s = diagonal_structure(std::vector{3.0, -2.0}, 1);
  CHECK(s.product == -6);
  CHECK(s.a_offdiagonal == 0);
  CHECK(s.b_offdiagonal == 0);
  CHECK(s.off_diagonal == 0);
  CHECK(s.product_spread == 0);
  CHECK(s.balance == -5);
}

TEST_CASE("distance from the limit, over all blocks and the signs of the columns", "[weights]") {
  const LimitWeights limit{2, 0.5};
  CHECK(limit_distance(std::vector{0.5, 0.0, 0.0, 0.5, 2.0, 0.0, 0.0, 2.0}, d, limit) == 0);
  CHECK(limit_distance(std::vector{-0.5, 0.0, 0.0, -0.5, -2.0, 0.0, 0.0, -2.0}, d, limit) == 0);
  CHECK(limit_distance(std::vector{0.5, 0.0, 0.0, -0.5, 2.0, 0.0, 0.0, -2.0}, d, limit) == 0);
  CHECK(limit_distance(std::vector{0.5, 0.0, 0.0, -0.5, 2.0, 0.0, 0.0, 2.0}, d, limit) == Approx(1));
  // (B, A) of the example: squares .25 + 4 + 9 + 12.25 and 9 + 36 + 49 + 36.
  CHECK(limit_distance(real_layout, d, limit) == Approx(std::sqrt(155.5)).epsilon(rounding));
  CHECK(limit_distance(real_layout_of_all(), d, limit) == Approx(std::sqrt(155.5)).epsilon(rounding));
  std::vector<double> all = complex_layout();
  CHECK(limit_distance(all, d, limit) == Approx(std::sqrt(155.5)).epsilon(rounding));
  all[p(0, 3) + 1] = 1;
  all[q(0, 1)] = 2;
  all[q(1, 2)] = 1;
  all[q(3, 3) + 1] = -3;
  all[q(2, 0) + 1] = 1;  // the imaginary part of A_11
  CHECK(limit_distance(all, d, limit) == Approx(std::sqrt(155.5 + 16)).epsilon(rounding));
}

TEST_CASE("the distance resolves what is far below the weights' rounding in squares", "[weights]") {
  const double tiny = 1e-14;
  CHECK(limit_distance(std::vector{0.5, tiny, 0.0, 0.5, 2.0, 0.0, 0.0, 2.0}, d, {2, 0.5}) == Approx(tiny));
}

TEST_CASE("the spread of the diagonals does not see the signs of columns", "[weights]") {
  const auto spread = [](std::vector<double> weights) {
    return diagonal_structure(weights, d).diagonal_spread;
  };
  CHECK(spread({0.5, 9, 9, -0.5, 2, 9, 9, -2}) == 0);
  CHECK(spread({0.5, 0, 0, -0.5, 2, 0, 0, -3}) == Approx(std::sqrt(0.5)));
  CHECK(spread({0.5, 0, 0, 0.5, 2, 0, 0, -2}) == Approx(std::sqrt(0.5)));  // B against A: no common sign
}
