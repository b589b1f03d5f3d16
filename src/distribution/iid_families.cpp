#include "distribution/iid_families.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "distribution/iid_law.hpp"

namespace flowsweep::distribution {
namespace {

using RawMoments = IidLaw::RawMoments;

constexpr RawMoments normal_moments = {1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395};
constexpr RawMoments sign_moments = {1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
constexpr RawMoments uniform_moments = {1, 0,       1.0 / 3, 0,        1.0 / 5, 0,       1.0 / 7,
                                        0, 1.0 / 9, 0,       1.0 / 11, 0,       1.0 / 13};
constexpr RawMoments laplace_moments = {1, 0, 2, 0, 24, 0, 720, 0, 40320, 0, 3628800, 0, 479001600};
// E (X - 1)^n of a standard exponential X: the number of derangements of n.
constexpr RawMoments centred_exponential_moments = {1,    0,     1,      2,       9,        44,       265,
                                                    1854, 14833, 133496, 1334961, 14684570, 176214841};

constexpr double moments_needed = 6;  // of student-t: finite for nu above the degree

LawPointer iid(int dimension, const RawMoments& unit, double scale, IidLaw::Sampler unit_sample) {
  return std::make_shared<IidLaw>(
      dimension, scaled(unit, scale),
      [scale, draw = std::move(unit_sample)](CounterRng& rng) { return scale * draw(rng); });
}

// Moments of a variable that is 0 with probability 1 - p.
RawMoments diluted(RawMoments unit, double p) {
  for (std::size_t n = 1; n < unit.size(); ++n) unit[n] *= p;
  return unit;
}

// E (mu + sigma Z)^n by Stein's identity: m_{n+1} = mu m_n + n sigma^2 m_{n-1}.
RawMoments shifted_normal_moments(double mu, double sigma) {
  RawMoments raw = {1, mu};
  for (std::size_t n = 1; n + 1 < raw.size(); ++n)
    raw[n + 1] = mu * raw[n] + static_cast<double>(n) * sigma * sigma * raw[n - 1];
  return raw;
}

RawMoments student_moments(double nu) {
  RawMoments raw = {1};
  for (std::size_t n = 2; n < raw.size(); n += 2) {
    const auto degree = static_cast<double>(n);
    raw[n] = nu > degree ? (degree - 1) * nu * raw[n - 2] / (nu - degree)
                         : std::numeric_limits<double>::infinity();
  }
  return raw;
}

// sqrt(q/p) with probability p, -sqrt(p/q) with q = 1 - p.
RawMoments two_point_moments(double p) {
  const double q = 1 - p, pq = p * q, skewness = (q - p) / std::sqrt(pq);
  RawMoments raw = {1,
                    0,
                    1,
                    skewness,
                    (1 - 3 * pq) / pq,
                    skewness * (q * q + p * p) / pq,
                    (std::pow(p, 5) + std::pow(q, 5)) / (pq * pq)};
  // x^2 = 1 + skewness x for both values.
  for (std::size_t n = 7; n < raw.size(); ++n) raw[n] = raw[n - 2] + skewness * raw[n - 1];
  return raw;
}

// Bailey (1994): the polar method for Student's t, exact for every nu > 0.
double student(CounterRng& rng, double nu) {
  const double radius = std::sqrt(nu * std::expm1(-2 / nu * std::log(rng.uniform())));
  return radius * std::cos(2 * std::numbers::pi * rng.uniform());
}

double normal(CounterRng& rng) {
  return rng.normal();
}
double sign(CounterRng& rng) {
  return rng.sign();
}

// With probability p what `draw` draws, else 0.
IidLaw::Sampler diluted(double p, double (*draw)(CounterRng&)) {
  return [p, draw](CounterRng& rng) { return rng.uniform() < p ? draw(rng) : 0.0; };
}

}  // namespace

LawPointer make_gaussian(int d, Parameters p) {
  return iid(d, normal_moments, p[0], normal);
}
LawPointer make_rademacher(int d, Parameters p) {
  return iid(d, sign_moments, p[0], sign);
}
LawPointer make_uniform(int d, Parameters p) {
  return iid(d, uniform_moments, p[0], [](CounterRng& rng) { return 2 * rng.uniform() - 1; });
}
LawPointer make_skewed(int d, Parameters p) {
  return iid(d, centred_exponential_moments, p[0], [](CounterRng& rng) { return rng.exponential() - 1; });
}
LawPointer make_bernoulli_rademacher(int d, Parameters p) {
  return iid(d, diluted(sign_moments, p[1]), p[0], diluted(p[1], sign));
}
LawPointer make_bernoulli_gaussian(int d, Parameters p) {
  return iid(d, diluted(normal_moments, p[1]), p[0], diluted(p[1], normal));
}
LawPointer make_laplace(int d, Parameters p) {
  return iid(d, laplace_moments, p[0], [](CounterRng& rng) { return rng.sign() * rng.exponential(); });
}
LawPointer make_student_t(int d, Parameters p) {
  const double s = p[0], nu = p[1];
  return std::make_shared<IidLaw>(
      d, scaled(student_moments(nu), s), [=](CounterRng& rng) { return s * student(rng, nu); }, nu);
}
LawPointer make_shifted_gaussian(int d, Parameters p) {
  const double sigma = p[0], mu = p[1];
  return std::make_shared<IidLaw>(d, shifted_normal_moments(mu, sigma),
                                  [=](CounterRng& rng) { return mu + sigma * rng.normal(); });
}
LawPointer make_two_point(int d, Parameters p) {
  const double high = std::sqrt((1 - p[1]) / p[1]), low = -std::sqrt(p[1] / (1 - p[1]));
  return iid(d, two_point_moments(p[1]), p[0],
             [=, share = p[1]](CounterRng& rng) { return rng.uniform() < share ? high : low; });
}

std::optional<LawFault> student_t_fault(int /*dimension*/, Parameters p) {
  if (p[1] > moments_needed) return {};
  if (p[1] > 4) return LawFault{"nu", "kappa2 = E v^6 is infinite for nu <= 6"};
  if (p[1] > 2) return LawFault{"nu", "kappa1 = E v^4 and kappa2 = E v^6 are infinite for nu <= 4"};
  return LawFault{"nu", "E v^2, kappa1 = E v^4 and kappa2 = E v^6 are infinite for nu <= 2"};
}

std::optional<LawFault> two_point_fault(int /*dimension*/, Parameters p) {
  if (p[1] < 1) return {};
  return LawFault{"p", "two-point needs p < 1: its other value has probability 1 - p"};
}

}  // namespace flowsweep::distribution
