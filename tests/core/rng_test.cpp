#include "core/rng.hpp"

#include <array>
#include <cmath>
#include <set>
#include <vector>

#include "support/catch.hpp"
#include "support/z_bound.hpp"

using namespace flowsweep;

namespace {

constexpr std::uint64_t seed = 20261122;
constexpr int sample_size = 200000;

// Probability that a correct generator fails one of this file's statistical cases.
constexpr double false_alarm = 1e-9;

struct Mean {
  const char* what;
  double expected, variance;  // of one draw
  double sum = 0;
};

// Every mean within its normal interval; `false_alarm` is shared by all of them (Bonferroni). The seed is
// fixed, so that a failure repeats.
template <std::size_t n, typename Draw>
void check_means(std::array<Mean, n> means, Draw draw) {
  CAPTURE(seed, sample_size);
  for (int k = 0; k < sample_size; ++k) {
    const std::array<double, n> values = draw();
    for (std::size_t i = 0; i < n; ++i) means[i].sum += values[i];
  }
  const double bound = test::z_bound(false_alarm / n);
  for (const Mean& mean : means) {
    CAPTURE(mean.what);
    CHECK(std::abs(mean.sum / sample_size - mean.expected) <= bound * std::sqrt(mean.variance / sample_size));
  }
}

}  // namespace

TEST_CASE("bits are Philox 4x64-10 of (counter, id, stream)", "[rng]") {
  // First words: the published known answer for key 0 and counter 0 (Salmon et al. 2011); the others from an
  // independent implementation in integer arithmetic.
  CounterRng zero(0, 0);
  for (const std::uint64_t word :
       {0x16554d9eca36314cull, 0xdb20fe9d672d0fdcull, 0xd7e772cee186176bull, 0x7e68b68aec7ba23bull})
    CHECK(zero.bits() == word);
  CounterRng rng(0x0123456789abcdef, Stream::training_sequences);
  for (const std::uint64_t word :
       {0xa07f67a4eb2cc7b6ull, 0x1e873443fddc08e8ull, 0x452c72f3fe58fb00ull, 0x506ba1ca1c93bf2bull,
        0x90007bca03c68192ull, 0x5b0af2e61da9ec8aull, 0xe7e701e1efa19e0aull, 0xfa5e05b08681e0d5ull})
    CHECK(rng.bits() == word);
}

TEST_CASE("the numbers of the streams are what stores hold", "[rng]") {
  CHECK(static_cast<int>(Stream::initial_weights) == 1);
  CHECK(static_cast<int>(Stream::training_sequences) == 2);
  CHECK(static_cast<int>(Stream::test_sequences) == 3);
}

TEST_CASE("equal keys repeat the sequence, other ids and streams give another", "[rng]") {
  std::set<std::uint64_t> seen;
  constexpr int keys = 16, draws = 64;
  for (std::uint64_t id = 0; id < keys; ++id)
    for (std::uint64_t stream = 0; stream < keys; ++stream) {
      CounterRng rng(id, stream), again(id, stream);
      for (int k = 0; k < draws; ++k) {
        const std::uint64_t word = rng.bits();
        REQUIRE(again.bits() == word);
        seen.insert(word);
      }
    }
  // 16384 words of 64 bits: two equal ones with probability 1e-11.
  CHECK(seen.size() == keys * keys * draws);
}

TEST_CASE("uniform numbers are the leading bits, inside the open interval", "[rng]") {
  CounterRng rng(seed, 1), words(seed, 1);
  CAPTURE(seed);
  for (int k = 0; k < 20000; ++k) {
    const double u = rng.uniform();
    REQUIRE(u > 0);
    REQUIRE(u < 1);
    REQUIRE(std::abs(u - static_cast<double>(words.bits()) * 0x1p-64) <= 0x1p-52);
  }
}

TEST_CASE("uniform, sign and exponential moments", "[rng]") {
  CounterRng rng(seed, 2);
  // E u = 1/2, variance 1/12; E u^2 = 1/3, variance 4/45; E sign = 0; exponential E x = 1, E x^2 = 2
  // (variance 20).
  check_means(std::array<Mean, 5>{{{"E u", 0.5, 1.0 / 12},
                                   {"E u^2", 1.0 / 3, 4.0 / 45},
                                   {"E sign", 0, 1},
                                   {"E x, exponential", 1, 1},
                                   {"E x^2, exponential", 2, 20}}},
              [&] {
                const double u = rng.uniform(), x = rng.exponential();
                return std::array<double, 5>{u, u * u, double(rng.sign()), x, x * x};
              });
}

TEST_CASE("normal moments, and no correlation between neighbours", "[rng]") {
  CounterRng rng(seed, 3);
  double previous = rng.normal();
  // Variances: E z^2n - (E z^n)^2; the product of neighbours has variance 1, that of their squares 8 and
  // twice the covariance 2 with the next.
  check_means(std::array<Mean, 6>{{{"E z", 0, 1},
                                   {"E z^2", 1, 2},
                                   {"E z^3", 0, 15},
                                   {"E z^4", 3, 96},
                                   {"E z z'", 0, 1},
                                   {"E z^2 z'^2", 1, 12}}},
              [&] {
                const double z = rng.normal(), p = previous, s = z * z;
                previous = z;
                return std::array<double, 6>{z, s, s * z, s * s, z * p, s * p * p};
              });
}

TEST_CASE("the normal distribution function at five quantiles", "[rng]") {
  CounterRng rng(seed, 4);
  std::array<Mean, 5> means;
  constexpr double quantiles[5] = {-3, -1, 0, 1, 3};
  for (std::size_t k = 0; k < means.size(); ++k) {
    const double p = 0.5 * std::erfc(-quantiles[k] / std::sqrt(2.0));
    means[k] = {"P(z < quantile)", p, p * (1 - p)};
  }
  check_means(means, [&] {
    const double z = rng.normal();
    std::array<double, 5> below;
    for (std::size_t k = 0; k < below.size(); ++k) below[k] = z < quantiles[k];
    return below;
  });
}

TEST_CASE("below() is uniform over every value under its bound", "[rng]") {
  CounterRng rng(seed, 5);
  check_means(
      std::array<Mean, 5>{
          {{"0", 0.2, 0.16}, {"1", 0.2, 0.16}, {"2", 0.2, 0.16}, {"3", 0.2, 0.16}, {"4", 0.2, 0.16}}},
      [&] {
        std::array<double, 5> hit{};
        hit.at(rng.below(5)) = 1;
        return hit;
      });
  for (int k = 0; k < 100; ++k) CHECK(rng.below(1) == 0);
}

TEST_CASE("below() rejects what would favour small values", "[rng]") {
  // With bound 3 x 2^62 the upper quarter of the words must be drawn again: a plain remainder would give
  // values under 2^62 twice as often as the others.
  CounterRng rng(seed, 6);
  constexpr std::uint64_t third = 1ull << 62;
  check_means(
      std::array<Mean, 3>{
          {{"lowest third", 1.0 / 3, 2.0 / 9}, {"middle", 1.0 / 3, 2.0 / 9}, {"highest", 1.0 / 3, 2.0 / 9}}},
      [&] {
        std::array<double, 3> hit{};
        hit.at(rng.below(3 * third) / third) = 1;
        return hit;
      });
}
