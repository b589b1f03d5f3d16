#include <algorithm>
#include <cmath>
#include <numeric>

#include "reference_laws.hpp"
#include "support/catch.hpp"
#include "support/z_bound.hpp"

using namespace flowsweep;

namespace {

constexpr std::uint64_t seed = 20261122;
constexpr int dimension = 3;
constexpr int sample_size = 30000;
constexpr int degree = 6;
constexpr int nodes = 7;  // exact up to degree 13: the variance of a moment of degree 6 has degree 12

// Probability that a correct sampler fails a case, shared by all moments and laws of the case (Bonferroni).
// Exact for the distribution functions; for moments nominal, since means of heavy sixth powers are not quite
// normal at this size.
constexpr double false_alarm = 1e-6;

std::vector<std::vector<double>> draw(const distribution::Law& law, std::uint64_t stream) {
  CounterRng rng(seed, stream);
  std::vector<std::vector<double>> sample(sample_size, std::vector<double>(dimension));
  for (std::vector<double>& v : sample) law.sample(rng, v);
  return sample;
}

double sample_moment(const std::vector<std::vector<double>>& sample, const std::vector<int>& powers) {
  double sum = 0;
  for (const std::vector<double>& v : sample) {
    double product = 1;
    for (int j = 0; j < dimension; ++j)
      for (int n = 0; n < powers[j]; ++n) product *= v[j];
    sum += product;
  }
  return sum / sample_size;
}

std::vector<int> doubled(std::vector<int> powers) {
  for (int& power : powers) power *= 2;
  return powers;
}

// Largest distance of the sample's distribution function of coordinate j from the law's, both sides of every
// jump.
double kolmogorov_distance(const test::ReferenceLaw& reference, std::vector<std::vector<double>> sample,
                           int j) {
  std::ranges::sort(sample, {}, [j](const std::vector<double>& v) { return v[j]; });
  const auto at = [&](int k) { return sample[k][j]; };
  const std::vector<double> parameters = reference.parameters(dimension);
  double largest = 0;
  for (int begin = 0; begin < sample_size;) {
    int end = begin;
    while (end < sample_size && at(end) == at(begin)) ++end;
    const double x = at(begin);
    const double before = reference.distribution(std::nextafter(x, -HUGE_VAL), j, parameters);
    const double after = reference.distribution(x, j, parameters);
    largest = std::max({largest, std::abs(double(begin) / sample_size - before),
                        std::abs(double(end) / sample_size - after)});
    begin = end;
  }
  return largest;
}

}  // namespace

TEST_CASE("sample moments lie within their intervals, up to degree 6", "[sampler]") {
  const auto exponents = test::power_vectors(dimension, degree);
  const auto laws = test::reference_laws();
  const double bound = test::z_bound(false_alarm / static_cast<double>(exponents.size() * laws.size()));
  CAPTURE(seed, sample_size, bound);
  for (std::size_t k = 0; k < laws.size(); ++k) {
    const auto law = laws[k].law(dimension);
    const auto atoms = laws[k].atoms_of(dimension, nodes);
    const auto sample = draw(*law, k);
    CAPTURE(laws[k].family);
    for (const std::vector<int>& powers : exponents) {
      // A mean is near normal if the summand has a fourth moment; where it has none, the moments of low
      // degree and the distribution functions stand for the law.
      if (4 * std::accumulate(powers.begin(), powers.end(), 0) > laws[k].finite_degree) continue;
      const double expected = law->moment(test::factors_of(powers));
      const double second = test::moment(atoms, doubled(powers));
      const double deviation = std::sqrt(std::max(0.0, second - expected * expected) / sample_size);
      CAPTURE(powers, expected);
      // A moment without variance (rademacher's even ones, full-one's) leaves only the rounding of the sum.
      CHECK(std::abs(sample_moment(sample, powers) - expected) <=
            bound * deviation + 1e-11 * std::sqrt(second));
    }
  }
}

TEST_CASE("marginal distribution functions lie within the Dvoretzky-Kiefer-Wolfowitz band", "[sampler]") {
  const auto laws = test::reference_laws();
  const double share = false_alarm / static_cast<double>(laws.size() * dimension);
  const double band = std::sqrt(std::log(2 / share) / (2.0 * sample_size));
  CAPTURE(seed, sample_size, band);
  for (std::size_t k = 0; k < laws.size(); ++k) {
    const auto sample = draw(*laws[k].law(dimension), 100 + k);
    for (int j = 0; j < dimension; ++j) {
      CAPTURE(laws[k].family, j);
      CHECK(kolmogorov_distance(laws[k], sample, j) <= band);
    }
  }
}

TEST_CASE("the same stream gives the same sample, bit for bit", "[sampler]") {
  for (const test::ReferenceLaw& reference : test::reference_laws()) {
    const auto law = reference.law(dimension);
    CounterRng first(seed, 7), second(seed, 7);
    std::vector<double> v(dimension), w(dimension);
    CAPTURE(reference.family);
    for (int k = 0; k < 20; ++k) {
      law->sample(first, v);
      law->sample(second, w);
      CHECK(v == w);
    }
  }
}
