#include <cmath>

#include "points.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

// Absolute tolerances of figures as they are quoted.
constexpr double ten_digits = 1e-9;
constexpr double seven_digits = 1e-7;
constexpr double six_digits = 6e-7;
constexpr double five_digits = 6e-6;
constexpr double four_digits = 6e-5;

record::RunRecord run(const std::string& axes) {
  return test::run(test::only_point(test::sweep_of("", axes)));
}

void check(const record::RunRecord& run, const char* observable, double expected, double tolerance) {
  CAPTURE(observable);
  CHECK(test::final_value(run, observable) == Approx(expected).margin(tolerance).epsilon(0));
}

}  // namespace

TEST_CASE("the exact full-one flow leaves the diagonal set", "[figures]") {
  const auto small = run("distribution = full-one\ndimension = 5\ncontext = 100\ninit = 0.1:0.1\n");
  CHECK(small.status == record::Status::converged);
  check(small, "ab", 0.8536317866, ten_digits);
  check(small, "a_diagonal", 0.9223778, seven_digits);
  check(small, "a_offdiagonal", -0.0485005, seven_digits);
  check(small, "b_diagonal", 0.9254687, seven_digits);
  check(small, "b_offdiagonal", -0.0304050, seven_digits);
  check(small, "risk", 38.1795787, seven_digits);

  const auto uneven = run("distribution = full-one\ndimension = 5\ncontext = 100\ninit = 0.5:1.5\n");
  check(uneven, "ab", 0.8536317866, ten_digits);
  check(uneven, "risk", 38.1795787, seven_digits);
  check(uneven, "a_diagonal", 0.5618, four_digits);
  check(uneven, "a_offdiagonal", -0.0295, four_digits);
  check(uneven, "b_diagonal", 1.5196, four_digits);
  check(uneven, "b_offdiagonal", -0.0499, four_digits);
}

TEST_CASE("the exact gaussian and sparse flows end at the published limits", "[figures]") {
  const std::pair<const char*, double> gaussian[] = {{"0.5", 0.767620}, {"1", 0.191905}, {"2", 0.047976}};
  const std::pair<const char*, double> sparse[] = {{"0.5", 4}, {"1", 1}, {"2", 0.25}};
  for (const std::string start : {"0.1:0.1", "0.5:1.5", "2:2"}) {
    const auto end = [&](const std::string& law, const char* scale) {
      return run("distribution = " + law + "\nscale = " + scale +
                 "\ndimension = 5\ncontext = 100\ninit = " + start + "\n");
    };
    CAPTURE(start);
    for (const auto& [scale, limit] : gaussian) check(end("gaussian", scale), "ab", limit, six_digits);
    for (const auto& [scale, limit] : sparse) check(end("sparse", scale), "ab", limit, ten_digits);
  }
}

TEST_CASE("the skewed flow ends off the diagonal set", "[figures]") {
  const auto end = run("distribution = skewed\ndimension = 3\ncontext = 10\ninit = 0.2:0.3\n");
  CHECK(end.status == record::Status::converged);
  check(end, "a_diagonal", 0.12849, five_digits);
  check(end, "a_offdiagonal", -0.01392, five_digits);
}

TEST_CASE("flows of laws whose coordinates differ end at a step size for each coordinate", "[figures]") {
  // Each coordinate's A_jj B_jj, with both matrices diagonal.
  const auto check_ends = [](const record::RunRecord& end, const std::vector<double>& expected,
                             double tolerance) {
    const std::size_t d = expected.size();
    REQUIRE(end.status == record::Status::converged);
    for (std::size_t j = 0; j < d; ++j) {
      const std::size_t diagonal = j * (d + 1);
      CHECK(end.weights[diagonal] * end.weights[d * d + diagonal] ==
            Approx(expected[j]).margin(tolerance).epsilon(0));
    }
    check(end, "a_offdiagonal", 0, 1e-12);
  };
  check_ends(
      run("distribution = anisotropic-gaussian\nsigma_1 = 0.5\nsigma_d = 1.5\ndimension = 2\ncontext = 6\n"),
      {0.556033, 0.086744}, six_digits);
  // Equal kappas, unequal column sums; the formula of mesa.limit says .23232.
  check_ends(run("distribution = signed-pairs\ndimension = 3\ncontext = 5\ninit = 0.3:0.3\n[law]\npatterns = "
                 "2,1,0,1, 2,0,1,1, 1,2,0,.375, 1,0,2,.375, 0,1,2,.125, 0,2,1,.125, "
                 "0,2.011869540407391,0,1.4420242214532872, 0,0,2.011869540407391,1.4420242214532872\n"),
             {0.22455, 0.23745, 0.23745}, five_digits);
}

TEST_CASE("a context of a million costs no more steps than one of a hundred", "[figures]") {
  const std::string axes = "distribution = gaussian\ndimension = 5\ninit = 0.1:0.1\ncontext = ";
  const auto shorter = run(axes + "100\n"), longer = run(axes + "1000000\n");
  CHECK(longer.status == record::Status::converged);
  // 1 / (5 + 4 H1/H0), H1/H0 = 1.4392717e-5.
  check(longer, "ab", 1 / (5 + 4 * 1.4392717e-5), 1e-10);
  CHECK(static_cast<double>(longer.evaluations) <= 1.2 * static_cast<double>(shorter.evaluations));
}

TEST_CASE("the recorded distance to the limit falls to the end's rounding", "[figures]") {
  const auto end = run("distribution = gaussian\ndimension = 5\ncontext = 100\ninit = 0.5:1.5\n");
  CHECK(test::final_value(end, "limit_distance") <= 1e-8);
  CHECK(test::final_value(end, "balance") == Approx(-10).epsilon(1e-8));
  CHECK(std::isnan(test::final_value(end, "test_loss")));
}
