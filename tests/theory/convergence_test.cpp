#include "theory/convergence.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "theory/mesa_records.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

// Excess 1/(1 + s exp(2 tau)) - the same at the end: a plateau, then decay at rate 2, with its exact slope.
record::Trajectory logistic(double ratio, double small, double end) {
  record::Trajectory path;
  const auto risk = [&](double tau) { return 3 + 7 / (1 + small * std::exp(2 * tau)); };
  const auto add = [&](double tau) {
    const double grown = small * std::exp(2 * tau);
    std::vector<double> row(12, 0.0);
    row[static_cast<std::size_t>(Column::risk)] = risk(tau);
    row[static_cast<std::size_t>(Column::gradient_norm)] = std::sqrt(14 * grown) / (1 + grown);
    path.flow_time.push_back(tau);
    path.values.insert(path.values.end(), row.begin(), row.end());
  };
  add(0);
  for (double tau = 0.01; tau < end; tau *= ratio) add(tau);
  add(end);
  return path;
}

double exact_time(double small, double level) {
  return std::log((1 / level - 1) / small) / 2;  // up to the excess at 0 and at the end
}

}  // namespace

TEST_CASE("times of the risk's decrease lie within their errors", "[convergence]") {
  for (const double ratio : {1.05, 1.2, 1.8})
    for (const double small : {1e-6, 1e-9})
      for (const double level : {0.9, 0.5, 1e-6}) {
        const Reading found = decrease_time(logistic(ratio, small, 40), level);
        CAPTURE(ratio, small, level, found.value, found.error);
        // 1e-5: the excess at 0 is 1/(1 + small), not 1.
        CHECK(std::abs(found.value - exact_time(small, level)) <= found.error + 1e-5);
        CHECK(found.error < 0.2 * found.value);
      }
}

TEST_CASE("records that do not resolve a decrease give no time", "[convergence]") {
  const auto unresolved = [](const record::Trajectory& path, double level) {
    return std::isnan(decrease_time(path, level).value);
  };
  CHECK(unresolved({}, 0.5));
  CHECK(unresolved(logistic(1.2, 0, 40), 0.5));     // a risk that stays
  CHECK(unresolved(logistic(100, 1e-9, 40), 0.5));  // one step from the plateau to the end
  CHECK(!unresolved(logistic(1.2, 1e-9, 40), 0.5));
}

TEST_CASE("tail rates are those of the slowest exponential, within their errors", "[convergence]") {
  for (const double ratio : {1.05, 1.15, 1.25})
    for (const double faster : {1.7, 3.0, 10.0})
      for (const double share : {-0.5, 0.5, 3.0}) {
        std::vector<double> time, amplitude;
        for (double tau = 0.01; tau < 30; tau *= ratio) {
          time.push_back(tau);
          amplitude.push_back(std::abs(std::exp(-tau) + share * std::exp(-faster * tau)));
        }
        const Reading found = tail_rate({time, amplitude, amplitude, 1, 0.03, 1e-9});
        CAPTURE(ratio, faster, share, found.value, found.error);
        CHECK(std::abs(found.value - 1) <= found.error);
        CHECK(found.error < 0.25);
      }
}

TEST_CASE("a rate whose terms of second order turn is within its error", "[convergence]") {
  // x' = -x (1 - x + x^2 / 0.06): the rate has a minimum at 0.03, where its changes vanish.
  const auto rate_at = [](double x) { return 1 - x + x * x / 0.06; };
  std::vector<double> time = {0}, amplitude = {0.031};
  for (const double step : {0.02, 0.02, 0.02}) {
    double x = amplitude.back();
    for (int k = 0; k < 1000; ++k) x -= step / 1000 * x * rate_at(x);
    time.push_back(time.back() + step);
    amplitude.push_back(x);
  }
  const Reading found = tail_rate({time, amplitude, amplitude, 1, 0.04, 1e-9});
  CHECK(std::abs(found.value - 1) > 0.01);
  CHECK(std::abs(found.value - 1) <= found.error);
}

TEST_CASE("no rate is read above the window, below the noise or from three records", "[convergence]") {
  const std::vector<double> time = {1, 2, 3, 4, 5}, small = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
  const auto read = [&](double near, double noise) {
    return tail_rate({time, small, small, 1, near, noise}).value;
  };
  CHECK(read(1, 1e-9) == Approx(std::log(10.0)));
  CHECK(std::isnan(read(5e-4, 1e-9)));
  CHECK(std::isnan(read(1, 1e-6)));
  CHECK(read(1, 1e-7) == Approx(std::log(10.0)));
  CHECK(std::isnan(tail_rate({std::span(time).first(3), small, small, 1, 1, 1e-9}).value));
}

TEST_CASE("columns of a trajectory", "[convergence]") {
  const record::Trajectory path{{0, 1}, {1, 2, 3, 4}};
  CHECK(values_of(path, Column::risk) == std::vector<double>{1, 3});
  CHECK(values_of(path, Column::product) == std::vector<double>{2, 4});
  CHECK(std::isnan(values_of(path, Column::off_diagonal_norm).at(1)));
  CHECK(values_of({}, Column::risk).empty());
}
