#include <cmath>

#include "distribution/iid_law.hpp"
#include "distribution/law.hpp"
#include "distribution/paper_laws.hpp"

namespace flowsweep::distribution {
namespace {

using LawPointer = std::shared_ptr<const Law>;
using Parameters = std::span<const double>;

constexpr IidLaw::RawMoments normal_moments = {1, 0, 1, 0, 3, 0, 15};
constexpr IidLaw::RawMoments sign_moments = {1, 0, 1, 0, 1, 0, 1};
constexpr IidLaw::RawMoments uniform_moments = {1, 0, 1.0 / 3, 0, 1.0 / 5, 0, 1.0 / 7};
// E (X - 1)^n of a standard exponential X: the number of derangements of n.
constexpr IidLaw::RawMoments centred_exponential_moments = {1, 0, 1, 2, 9, 44, 265};

LawPointer iid(int dimension, const IidLaw::RawMoments& unit, double scale,
               double (*unit_sample)(CounterRng&)) {
  return std::make_shared<IidLaw>(dimension, scaled(unit, scale),
                                  [scale, unit_sample](CounterRng& rng) { return scale * unit_sample(rng); });
}

LawPointer gaussian(int d, Parameters p) {
  return iid(d, normal_moments, p[0], [](CounterRng& rng) { return rng.normal(); });
}
LawPointer rademacher(int d, Parameters p) {
  return iid(d, sign_moments, p[0], [](CounterRng& rng) { return static_cast<double>(rng.sign()); });
}
LawPointer uniform(int d, Parameters p) {
  return iid(d, uniform_moments, p[0], [](CounterRng& rng) { return 2 * rng.uniform() - 1; });
}
LawPointer skewed(int d, Parameters p) {
  return iid(d, centred_exponential_moments, p[0], [](CounterRng& rng) { return rng.exponential() - 1; });
}
LawPointer sparse(int d, Parameters p) {
  return std::make_shared<SparseLaw>(d, p[0]);
}
LawPointer full_one(int d, Parameters p) {
  return std::make_shared<FullOneLaw>(d, p[0]);
}

LawParameter scale(const char* symbol, const char* help) {
  return {"scale", symbol, help};
}

const std::vector<LawFamily>& registry() {
  static const std::vector<LawFamily> all = {
      {"gaussian",
       "v_j independent N(0, sigma^2)",
       "E v^2 = sigma^2, kappa1 = 3 sigma^4, kappa2 = 15 sigma^6, kappa3 = 3 (d-1) sigma^6",
       {scale("sigma", "standard deviation of a coordinate")},
       gaussian},
      {"sparse",
       "v = +-c e_j, coordinate j and sign uniform",
       "E v^2 = c^2/d, kappa1 = c^4/d, kappa2 = c^6/d, kappa3 = 0",
       {scale("c", "length of v")},
       sparse},
      {"rademacher",
       "v_j independent, +-c with equal probability",
       "E v^2 = c^2, kappa1 = c^4, kappa2 = c^6, kappa3 = (d-1) c^6",
       {scale("c", "magnitude of a coordinate")},
       rademacher},
      {"uniform",
       "v_j independent, uniform on (-c, c)",
       "E v^2 = c^2/3, kappa1 = c^4/5, kappa2 = c^6/7, kappa3 = (d-1) c^6/15",
       {scale("c", "half width of the interval")},
       uniform},
      {"full-one",
       "v = c (1, .., 1), deterministic",
       "E v^2 = c^2, kappa1 = c^4, kappa2 = c^6, kappa3 = (d-1) c^6; every moment is c^degree",
       {scale("c", "value of every coordinate")},
       full_one},
      {"skewed",
       "v_j independent, s (X - 1) with X exponential of mean 1",
       "E v^2 = s^2, E v^3 = 2 s^3, kappa1 = 9 s^4, E v^5 = 44 s^5, kappa2 = 265 s^6, kappa3 = 9 (d-1) s^6",
       {scale("s", "standard deviation of a coordinate")},
       skewed},
  };
  return all;
}

}  // namespace

std::span<const LawFamily> families() {
  return registry();
}

const LawFamily* find_family(std::string_view name) {
  for (const LawFamily& family : registry())
    if (family.name == name) return &family;
  return nullptr;
}

}  // namespace flowsweep::distribution
