#include "flow/dormand_prince_tableau.hpp"

#include <cmath>
#include <functional>

#include "support/catch.hpp"

namespace {

namespace tableau = flowsweep::flow::dormand_prince_tableau;
using Row = std::array<double, tableau::stages>;

/// The coefficients are quotients of integers rounded once; sums of up to 49 products of size <= 12.
constexpr double rounding = 1e-13;

Row times_a(const Row& v) {
  Row out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) out[i] += tableau::a[i][j] * v[j];
  }
  return out;
}
Row times(const Row& x, const Row& y) {
  Row out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = x[i] * y[i];
  return out;
}
double sum(const Row& weights, const Row& v) {
  double total = 0;
  for (std::size_t i = 0; i < v.size(); ++i) total += weights[i] * v[i];
  return total;
}

struct Tree {
  int order;
  double density;
  Row weight;
};

/// The 17 rooted trees up to order 5: elementary weight Phi and density gamma (Butcher).
std::vector<Tree> trees() {
  const Row one = {1, 1, 1, 1, 1, 1, 1}, c = tableau::c;
  const Row ac = times_a(c), c2 = times(c, c), c3 = times(c2, c);
  const Row ac2 = times_a(c2), aac = times_a(ac);
  return {{1, 1, one},
          {2, 2, c},
          {3, 3, c2},
          {3, 6, ac},
          {4, 4, c3},
          {4, 8, times(c, ac)},
          {4, 12, ac2},
          {4, 24, aac},
          {5, 5, times(c2, c2)},
          {5, 10, times(c2, ac)},
          {5, 15, times(c, ac2)},
          {5, 20, times(ac, ac)},
          {5, 20, times_a(c3)},
          {5, 30, times(c, aac)},
          {5, 40, times_a(times(c, ac))},
          {5, 60, times_a(ac2)},
          {5, 120, times_a(aac)}};
}

/// Weights b_i(s) of the continuous extension, from its formula with k_i as unit vectors.
Row extension(double s) {
  Row weights{};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = tableau::b[i], first = i == 0, last = i == tableau::stages - 1;
    const double curvature = first - difference;
    weights[i] = s * (difference +
                      (1 - s) * (curvature + s * (difference - last - curvature + (1 - s) * tableau::d[i])));
  }
  return weights;
}

}  // namespace

TEST_CASE("Dormand-Prince: the rows of a sum to c") {
  const Row sums = times_a({1, 1, 1, 1, 1, 1, 1});
  for (std::size_t i = 0; i < sums.size(); ++i) CHECK(std::abs(sums[i] - tableau::c[i]) < rounding);
}

TEST_CASE("Dormand-Prince: order 5, the embedded formula order 4") {
  Row embedded{};
  for (std::size_t i = 0; i < embedded.size(); ++i) embedded[i] = tableau::b[i] - tableau::e[i];
  bool embedded_is_fifth_order = true;
  for (const Tree& tree : trees()) {
    CAPTURE(tree.order, tree.density);
    CHECK(std::abs(sum(tableau::b, tree.weight) - 1 / tree.density) < rounding);
    const double defect = std::abs(sum(embedded, tree.weight) - 1 / tree.density);
    if (tree.order <= 4) CHECK(defect < rounding);
    embedded_is_fifth_order &= defect < rounding;
  }
  CHECK_FALSE(embedded_is_fifth_order);
}

TEST_CASE("Dormand-Prince: the continuous extension has order 4 and joins smoothly") {
  for (double s : {0.1, 0.35, 0.5, 0.8}) {
    for (const Tree& tree : trees()) {
      CAPTURE(s, tree.order, tree.density);
      if (tree.order <= 4) {
        CHECK(std::abs(sum(extension(s), tree.weight) - std::pow(s, tree.order) / tree.density) < rounding);
      }
    }
  }
  const double h = 1e-6;
  for (std::size_t i = 0; i < tableau::stages; ++i) {
    CHECK(extension(0)[i] == 0);
    CHECK(std::abs(extension(1)[i] - tableau::b[i]) < rounding);
    CHECK(extension(h)[i] / h == Approx(i == 0 ? 1 : 0).margin(1e-4));
    CHECK((extension(1)[i] - extension(1 - h)[i]) / h == Approx(i == 6 ? 1 : 0).margin(1e-4));
  }
}
