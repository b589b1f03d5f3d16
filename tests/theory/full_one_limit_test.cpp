#include "theory/full_one_limit.hpp"

#include <cmath>
#include <vector>

#include "risk/population.hpp"
#include "settings.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

constexpr double rounding = 1e-12;
constexpr double quoted = 1e-7;  // figures quoted to seven digits

// A = alpha on the diagonal and beta off it, B = u and w: (B, A) row-major.
std::vector<double> symmetric_weights(int d, const Eigen::Vector2d& a, const Eigen::Vector2d& b) {
  std::vector<double> weights;
  for (const auto& entries : {b, a})
    for (int i = 0; i < d; ++i)
      for (int j = 0; j < d; ++j) weights.push_back(i == j ? entries[0] : entries[1]);
  return weights;
}

double norm(const std::vector<double>& vector) {
  double squares = 0;
  for (const double x : vector) squares += x * x;
  return std::sqrt(squares);
}

}  // namespace

TEST_CASE("the reduced risk is the population risk of symmetric weights", "[full-one]") {
  const std::uint64_t seed = 31;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  for (const int d : {2, 3, 6})
    for (const int context : {3, 4, 50}) {
      const double scale = 0.8;
      const MesaSetting setting = test::setting_of("full-one", d, context, scale);
      const FullOneRisk reduced(d, scale, setting.sums);
      risk::PopulationRisk full(setting.law, context);
      const Eigen::Vector2d a(rng.normal(), rng.normal()), b(rng.normal(), rng.normal());
      const auto weights = symmetric_weights(d, a, b);
      std::vector<double> gradient(weights.size()), product(weights.size());
      CAPTURE(d, context);
      CHECK(reduced.value(a, b) == Approx(full.gradient(weights, gradient)).epsilon(rounding));
      // The Hessian on the set, direction by direction, in coordinates of unit length.
      const Eigen::Matrix4d hessian = reduced.hessian(a, b);
      const double size[] = {std::sqrt(d), std::sqrt(d * (d - 1)), std::sqrt(d), std::sqrt(d * (d - 1))};
      for (int k = 0; k < 4; ++k) {
        const Eigen::Vector4d unit = Eigen::Vector4d::Unit(k) / size[k];
        const auto direction = symmetric_weights(d, unit.tail<2>(), unit.head<2>());
        full.hessian_product(weights, direction, product);
        const auto entry = [&](bool of_a, int column) {
          return product[static_cast<std::size_t>((of_a ? d * d : 0) + column)];
        };
        const double expected[] = {size[0] * entry(false, 0), size[1] * entry(false, 1),
                                   size[2] * entry(true, 0), size[3] * entry(true, 1)};
        for (int l = 0; l < 4; ++l) CHECK(std::abs(hessian(l, k) - expected[l]) <= rounding * hessian.norm());
      }
    }
}

TEST_CASE("the limit of the published full-one setting", "[full-one]") {
  const auto sums = risk::context_sums(100);
  const FullOneLimit even = full_one_limit(5, 1, sums, 0);
  CHECK(even.product == Approx(0.8536317866).margin(1e-9));
  CHECK(even.a_diagonal == Approx(0.9223778).margin(quoted));
  CHECK(even.a_offdiagonal == Approx(-0.0485005).margin(quoted));
  CHECK(even.b_diagonal == Approx(0.9254687).margin(quoted));
  CHECK(even.b_offdiagonal == Approx(-0.0304050).margin(quoted));
  CHECK(even.risk == Approx(38.1795787).margin(quoted));
  const FullOneLimit uneven = full_one_limit(5, 1, sums, 5 * (0.5 * 0.5 - 1.5 * 1.5));
  CHECK(uneven.product == Approx(even.product).epsilon(rounding));
  CHECK(uneven.risk == Approx(even.risk).epsilon(rounding));
  CHECK(uneven.a_diagonal == Approx(0.5618).margin(5e-5));
  CHECK(uneven.a_offdiagonal == Approx(-0.0295).margin(5e-5));
  CHECK(uneven.b_diagonal == Approx(1.5196).margin(5e-5));
  CHECK(uneven.b_offdiagonal == Approx(-0.0499).margin(5e-5));
}

TEST_CASE("the predicted limit is stationary for the whole risk, and keeps the balance", "[full-one]") {
  for (const int d : {2, 5, 9})
    for (const int context : {4, 30, 10000})
      for (const double balance : {-3.0, 0.0, 2.0}) {
        const double scale = 1.4;
        const MesaSetting setting = test::setting_of("full-one", d, context, scale);
        const FullOneLimit limit = full_one_limit(d, scale, setting.sums, balance);
        risk::PopulationRisk risk(setting.law, context);
        const auto weights = symmetric_weights(d, {limit.a_diagonal, limit.a_offdiagonal},
                                               {limit.b_diagonal, limit.b_offdiagonal});
        std::vector<double> gradient(weights.size());
        CAPTURE(d, context, balance);
        CHECK(risk.gradient(weights, gradient) == Approx(limit.risk).epsilon(rounding));
        CHECK(norm(gradient) <= 1e-11 * limit.largest * norm(weights));
        CHECK(limit.curvature > 0);
        double difference = 0;
        for (std::size_t k = 0; k < weights.size(); ++k)
          difference += (k < weights.size() / 2 ? -1 : 1) * weights[k] * weights[k];
        CHECK(difference == Approx(balance).margin(1e-11));
      }
}

TEST_CASE("at T = 3 the minimum is not isolated", "[full-one]") {
  for (const int d : {2, 5}) {
    const FullOneLimit limit = full_one_limit(d, 1, risk::context_sums(3), 0);
    CAPTURE(d, limit.curvature, limit.largest);
    CHECK_FALSE(limit.curvature > 1e-9 * limit.largest);
  }
}
