#include "risk/held_entries.hpp"

#include <cmath>
#include <set>
#include <vector>

#include "risk/population.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

using namespace flowsweep;

namespace {

std::shared_ptr<const distribution::Law> gaussian(int dimension) {
  const double scale = 1;
  return distribution::find_family("gaussian")->make(dimension, {&scale, 1});
}

std::vector<double> random_vector(CounterRng& rng, std::size_t n) {
  std::vector<double> values(n);
  for (double& value : values) value = 0.5 * rng.normal();
  return values;
}

risk::HeldEntries masked(int d, const std::vector<double>& start, std::vector<std::size_t> held) {
  return {std::make_unique<risk::PopulationRisk>(gaussian(d), 7), start, std::move(held)};
}

}  // namespace

TEST_CASE("the off-diagonal entries of B and A", "[held]") {
  CHECK(risk::off_diagonal_entries(1).empty());
  CHECK(risk::off_diagonal_entries(2) == std::vector<std::size_t>{1, 2, 5, 6});
  CHECK(risk::off_diagonal_entries(5).size() == 40);
}

TEST_CASE("a risk with held entries is a function of the others, gradient and Hessian included", "[held]") {
  for (const int d : {1, 2, 4}) {
    const std::uint64_t seed = 40 + d;
    CounterRng rng(seed, 0);
    CAPTURE(seed);
    const auto n = static_cast<std::size_t>(2 * d * d);
    const auto start = random_vector(rng, n), theta = random_vector(rng, n),
               direction = random_vector(rng, n);
    const auto held = risk::off_diagonal_entries(static_cast<std::size_t>(d));
    risk::HeldEntries risk = masked(d, start, held);
    CHECK(test::check_gradient(risk, theta).within(1e-9));
    CHECK(test::check_hessian_product(risk, theta, direction).within(1e-9));
    // On the entries that are free it is the risk itself.
    std::vector<double> mixed = theta, plain(n), gradient(n);
    for (const std::size_t k : held) mixed[k] = start[k];
    CHECK(risk.gradient(theta, gradient) == risk::PopulationRisk(gaussian(d), 7).gradient(mixed, plain));
    const std::set<std::size_t> fixed(held.begin(), held.end());
    for (std::size_t k = 0; k < n; ++k) CHECK(gradient[k] == (fixed.contains(k) ? 0 : plain[k]));
  }
}

TEST_CASE("the check of held entries fails on a gradient that forgets one", "[held]") {
  const std::uint64_t seed = 44;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const auto start = random_vector(rng, 8), theta = random_vector(rng, 8);
  // The free entry's derivative is there, the held risk's is not.
  class Forgetful : public Differentiable {
   public:
    Forgetful(risk::HeldEntries& held, risk::HeldEntries& more) : held_(held), more_(more) {}
    std::size_t size() const override { return held_.size(); }
    double gradient(std::span<const double> x, std::span<double> gradient) override {
      const double value = held_.gradient(x, gradient);
      std::vector<double> ignored(gradient.size());
      more_.gradient(x, ignored);
      gradient[1] = ignored[1];
      return value;
    }

   private:
    risk::HeldEntries &held_, &more_;
  };
  risk::HeldEntries all = masked(2, start, {1, 2, 5, 6}), fewer = masked(2, start, {2, 5, 6});
  Forgetful wrong(all, fewer);
  CHECK_FALSE(test::check_gradient(wrong, theta).within(1e-6));
}
