#include "experiment/cost.hpp"

#include <cmath>

#include "distribution/law.hpp"
#include "points.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

double cost(const std::string& top, const std::string& axes, const std::string& flow = "",
            const std::string& empirical = "") {
  return experiment::predicted_seconds(test::only_point(test::sweep_of(top, axes, flow, empirical)));
}

/// Counts of single points scatter by the start; over a law's slice the model must hold.
constexpr double evaluations_factor = 2, products_factor = 3;

struct Counts {
  double evaluations = 0, products = 0;
};

void check_within(double predicted, double actual, double factor) {
  CAPTURE(predicted, actual);
  CHECK(predicted < factor * actual);
  CHECK(actual < factor * predicted);
}

// Dimensions 2 and 5; a law with a list of rows has one.
std::string sizes(const distribution::LawFamily& family) {
  if (!family.parameters.back().list) return "dimension = 2, 5\n";
  return "dimension = 3\n[law]\n" + family.parameters.back().key +
         " = 1,0.5,0,1, 0.5,2,1,2, 0,1,1.5,1, 1.2,0.3,1,0.5\n";
}

const std::string base = "distribution = gaussian\ncontext = 20\n";

}  // namespace

TEST_CASE("predicted costs are positive, finite and grow with the work", "[cost]") {
  const double small = cost("", base + "dimension = 2\n");
  CHECK(small > 0);
  CHECK(std::isfinite(small));
  CHECK(cost("", base + "dimension = 64\n") > 10 * small);
  CHECK(cost("", "distribution = gaussian\ncontext = 1000000\ndimension = 2\n") == small);
  const std::string euler = "integrator = euler\nstep = 1e-3\nsteps = ";
  CHECK(cost("", base + "dimension = 2\n", euler + "100000\n") >
        10 * cost("", base + "dimension = 2\n", euler + "100\n"));
  const double sampled =
      cost("risk = empirical", base + "dimension = 2\n", "", "statistics = direct\nsequences = 100\n");
  CHECK(cost("risk = empirical", base + "dimension = 2\n", "", "statistics = direct\nsequences = 100000\n") >
        100 * sampled);
}

TEST_CASE("a point that uses an explicit list of records has a cost", "[cost]") {
  CHECK(cost("", base + "dimension = 2\n", "record_times = 0.1, 1\n") > 0);
}

TEST_CASE("expected work is near that of the flows, for every law, with noise on the start and without",
          "[cost]") {
  for (const auto& family : distribution::families())
    for (const char* noise : {"0", "0.1"}) {
      if (family.name == "samples") continue;  // whatever its rows are
      Counts predicted, actual;
      const sweep::Sweep sweep = test::sweep_of(
          "", "distribution = " + family.name + "\nperturbation = " + noise +
                  "\ncontext = 20, 10000\nscale = 0.5, 1\ninit = 0.1:0.1, 0.5:1.5\n" + sizes(family));
      for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
        const experiment::ExpectedWork work = experiment::expected_work(sweep.grid.point(row));
        const record::RunRecord run = test::run(sweep.grid.point(row));
        predicted.evaluations += work.evaluations;
        predicted.products += work.products;
        actual.evaluations += static_cast<double>(run.evaluations);
        actual.products += static_cast<double>(run.products);
      }
      CAPTURE(family.name, noise);
      check_within(predicted.evaluations, actual.evaluations, evaluations_factor);
      check_within(predicted.products, actual.products, products_factor);
    }
}

TEST_CASE("expected work in all blocks is near that of the flows", "[cost]") {
  for (const char* law : {"gaussian", "uniform", "laplace"}) {
    Counts predicted, actual;
    const sweep::Sweep sweep =
        test::sweep_of("", std::string("distribution = ") + law +
                               "\nblocks = all\ncontext = 20, 1000\ndimension = 2, 5\ndense = 0.1, 0.5\n");
    for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
      const experiment::ExpectedWork work = experiment::expected_work(sweep.grid.point(row));
      const record::RunRecord run = test::run(sweep.grid.point(row));
      predicted.evaluations += work.evaluations;
      predicted.products += work.products;
      actual.evaluations += static_cast<double>(run.evaluations);
      actual.products += static_cast<double>(run.products);
    }
    CAPTURE(law);
    check_within(predicted.evaluations, actual.evaluations, evaluations_factor);
    check_within(predicted.products, actual.products, products_factor);
  }
}

TEST_CASE("a step limit bounds the expected work", "[cost]") {
  const std::string axes = base + "dimension = 5\n";
  const auto work = [&](const char* flow) {
    return experiment::expected_work(test::only_point(test::sweep_of("", axes, flow)));
  };
  CHECK(work("step_limit = 20\n").evaluations < 50);
  CHECK(work("step_limit = 20\n").products < work("").products);
  CHECK(work("integrator = euler\nstep = 1e-3\nsteps = 77\n").evaluations == 77);
}
