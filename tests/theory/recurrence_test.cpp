#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "model/recall.hpp"
#include "risk/causal_risk.hpp"
#include "support/catch.hpp"
#include "theory/recall_layer.hpp"
#include "theory/recurrence.hpp"

using namespace flowsweep;

namespace {

constexpr double rounding = 1e-9;  // of V, of scores times 1e6

struct Sequence {
  std::vector<double> v, phase;
};

Sequence random_sequence(int d, std::mt19937_64& generator) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> angle(-3.14159, 3.14159);
  Sequence sequence;
  for (int j = 0; j < d; ++j) {
    sequence.v.push_back(normal(generator));
    sequence.phase.push_back(angle(generator));
  }
  return sequence;
}

}  // namespace

TEST_CASE("softmax recall stays within its bounds on every sequence, and recalls exactly as a grows",
          "[recurrence]") {
  const int d = GENERATE(1, 2, 3), t = GENERATE(2, 3, 20, 200);
  const unsigned seed = static_cast<unsigned>(100 * d + t);
  CAPTURE(d, t, seed);
  std::mt19937_64 generator(seed);
  double nearest = std::numeric_limits<double>::infinity();
  for (int n = 0; n < 50; ++n) {
    const Sequence sequence = random_sequence(d, generator);
    const Eigen::MatrixXcd x = model::sequence_states(sequence.v, sequence.phase, t + 1);
    const double V = x.col(0).squaredNorm();
    for (const double a : {0.1, 1.0, 10.0, 1000.0}) {
      const theory::RecurrenceBound found = theory::recurrence_bound(x, a);
      CAPTURE(n, a, found.error, found.bound);
      CHECK(found.error <= found.bound + rounding * V);
      CHECK(found.recalled <= found.recurrence + rounding * V);
      nearest = std::min(nearest, found.recurrence / found.recalled);
    }
    const model::Recall recall = model::recall(x.leftCols(t));
    if (recall.likeness < 1e-3 * V) continue;  // e_1 has score 0 and is not yet outweighed
    const theory::RecurrenceBound sharp = theory::recurrence_bound(x, 1e9 / V);
    const double copied = (x.col(recall.after) - x.col(t)).squaredNorm();
    CHECK(std::abs(sharp.recalled - copied) < rounding * V);
    CHECK(std::abs(sharp.error - copied) < 1e-6 * V);  // scores of equals differ by their rounding
  }
  // The constant is not far off where there is one phase: 4 pi^2 against the worst of 50 sequences.
  if (d == 1 && t == 200) CHECK(nearest < 40);
}

TEST_CASE("the best recall layer is the best of a fine grid", "[recurrence]") {
  const unsigned seed = 17;
  CAPTURE(seed);
  std::mt19937_64 generator(seed);
  const int d = 2, T = 12;
  std::vector<double> v, phase;
  for (int n = 0; n < 40; ++n) {
    const Sequence sequence = random_sequence(d, generator);
    v.insert(v.end(), sequence.v.begin(), sequence.v.end());
    phase.insert(phase.end(), sequence.phase.begin(), sequence.phase.end());
  }
  risk::CausalRisk risk({d, T, v, phase}, model::CausalScore::softmax);
  const theory::RecallLayer best = theory::best_recall_layer(risk, d);
  const auto at = [&](double a, double b) {
    std::vector<double> theta(risk.size());
    model::pack(model::diagonal_start(d, a, b), theta);
    return risk.losses(theta).summed;
  };
  CHECK(best.risk == Approx(at(best.a, best.b)).epsilon(1e-12));
  CHECK(best.risk < at(best.a * 1.05, best.b));
  CHECK(best.risk < at(best.a / 1.05, best.b));
  CHECK(best.risk < at(best.a, best.b * 1.01));
  CHECK(best.risk < at(best.a, best.b / 1.01));
  for (double a = 0.1; a < 1e4; a *= 1.3)
    for (double b = 0.1; b < 3; b += 0.1) CHECK(best.risk <= at(a, b));
}

TEST_CASE("at zero weights softmax attention couples B and A less steeply than linear attention",
          "[recurrence]") {
  // One coordinate of size c; phases at roots of unity, so that means over them are exact.
  const int T = 12, roots = 64;
  const double c = 1.3, step = 1e-3, pi = 3.141592653589793;
  const std::vector<double> v(roots, c);
  std::vector<double> phase;
  for (int k = 0; k < roots; ++k) phase.push_back(2 * pi * k / roots);
  risk::CausalRisk risk({1, T, v, phase}, model::CausalScore::softmax);
  double inverse = 0, shifted = 0, pairs = 0;
  for (int t = 2; t < T; ++t) {
    inverse += 1.0 / t;
    shifted += (t - 1.0) / (t * t);
    pairs += (t - 1.0) * (t - 1.0) / (t * t);
  }
  const double coupling = std::pow(c, 4) * pairs / (2 * std::sqrt(2.0));
  const auto slope = [&](std::size_t moved, std::size_t watched) {
    std::vector<double> theta(risk.size()), gradient(risk.size());
    theta[moved] = step;
    risk.gradient(theta, gradient);
    const double above = gradient[watched];
    theta[moved] = -step;
    risk.gradient(theta, gradient);
    return (above - gradient[watched]) / (2 * step);
  };
  const std::size_t b = model::p1_index(1, 0, 0), p2 = model::p2_index(1, 0, 0),
                    a = model::q21_index(1, 0, 0);
  constexpr double differences = 1e-5;  // step^2 times third derivatives of size 10
  CHECK(slope(b, b) == Approx(c * c * inverse).epsilon(differences));
  CHECK(slope(b, p2) == Approx(c * c * shifted).epsilon(differences));
  CHECK(slope(p2, p2) == Approx(c * c * shifted).epsilon(differences));
  CHECK(slope(b, a) == Approx(-coupling).epsilon(differences));
  CHECK(std::abs(slope(a, a)) < differences);
}
