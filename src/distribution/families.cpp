#include "distribution/finite_laws.hpp"
#include "distribution/gaussian_laws.hpp"
#include "distribution/iid_families.hpp"
#include "distribution/law.hpp"
#include "distribution/paper_laws.hpp"
#include "distribution/sample_table.hpp"
#include "distribution/sphere_law.hpp"

namespace flowsweep::distribution {
namespace {

template <typename L>
LawPointer from_one(int d, Parameters p) {
  return std::make_shared<L>(d, p[0]);
}
template <typename L>
LawPointer from_two(int d, Parameters p) {
  return std::make_shared<L>(d, p[0], p[1]);
}
template <typename L>
LawPointer from_list(int d, Parameters p) {
  return std::make_shared<L>(d, p);
}

LawParameter scale(const char* symbol, const char* help) {
  return {"scale", symbol, help};
}

// Laws of one parameter, the scale.
void add_scales(std::vector<LawFamily>& all) {
  all.push_back({"gaussian",
                 "v_j independent N(0, sigma^2)",
                 "E v^2 = sigma^2, kappa1 = 3 sigma^4, kappa2 = 15 sigma^6, kappa3 = 3 (d-1) sigma^6",
                 {scale("sigma", "standard deviation of a coordinate")},
                 make_gaussian});
  all.push_back({"sparse",
                 "v = +-c e_j, coordinate j and sign uniform",
                 "E v^2 = c^2/d, kappa1 = c^4/d, kappa2 = c^6/d, kappa3 = 0",
                 {scale("c", "length of v")},
                 from_one<SparseLaw>});
  all.push_back({"rademacher",
                 "v_j independent, +-c with equal probability",
                 "E v^2 = c^2, kappa1 = c^4, kappa2 = c^6, kappa3 = (d-1) c^6",
                 {scale("c", "magnitude of a coordinate")},
                 make_rademacher});
  all.push_back({"uniform",
                 "v_j independent, uniform on (-c, c)",
                 "E v^2 = c^2/3, kappa1 = c^4/5, kappa2 = c^6/7, kappa3 = (d-1) c^6/15",
                 {scale("c", "half width of the interval")},
                 make_uniform});
  all.push_back({"full-one",
                 "v = c (1, .., 1), deterministic",
                 "E v^2 = c^2, kappa1 = c^4, kappa2 = c^6, kappa3 = (d-1) c^6; every moment is c^degree",
                 {scale("c", "value of every coordinate")},
                 from_one<FullOneLaw>});
  all.push_back({"skewed",
                 "v_j independent, s (X - 1) with X exponential of mean 1",
                 "E v^2 = s^2, E v^3 = 2 s^3, kappa1 = 9 s^4, E v^5 = 44 s^5, kappa2 = 265 s^6, kappa3 = 9 "
                 "(d-1) s^6",
                 {scale("s", "standard deviation of a coordinate")},
                 make_skewed});
  all.push_back({"laplace",
                 "v_j independent, of density exp(-|x|/b) / (2b)",
                 "E v^2 = 2 b^2, kappa1 = 24 b^4, kappa2 = 720 b^6, kappa3 = 48 (d-1) b^6",
                 {scale("b", "mean magnitude of a coordinate")},
                 make_laplace});
  all.push_back({"sphere",
                 "v uniform on the sphere of radius r",
                 "E v^2 = r^2/d, kappa1 = 3 r^4/(d (d+2)), kappa2 = 15 r^6/(d (d+2) (d+4)), kappa3 = 3 (d-1) "
                 "r^6/(d (d+2) (d+4))",
                 {scale("r", "radius")},
                 from_one<SphereLaw>});
}

// Laws of a scale and a parameter of shape.
void add_shapes(std::vector<LawFamily>& all) {
  all.push_back({"bernoulli-rademacher",
                 "v_j independent, 0 with probability 1 - p, else +-c with equal probability",
                 "E v^2 = p c^2, kappa1 = p c^4, kappa2 = p c^6, kappa3 = (d-1) p^2 c^6",
                 {scale("c", "magnitude of a coordinate that is not 0"),
                  {"p", "p", "probability that a coordinate is not 0"}},
                 make_bernoulli_rademacher});
  all.push_back(
      {"bernoulli-gaussian",
       "v_j independent, 0 with probability 1 - p, else N(0, sigma^2)",
       "E v^2 = p sigma^2, kappa1 = 3 p sigma^4, kappa2 = 15 p sigma^6, kappa3 = 3 (d-1) p^2 sigma^6",
       {scale("sigma", "standard deviation of a coordinate that is not 0"),
        {"p", "p", "probability that a coordinate is not 0"}},
       make_bernoulli_gaussian});
  all.push_back({"student-t",
                 "v_j independent, s times Student's t with nu > 6 degrees of freedom",
                 "E v^2 = s^2 nu/(nu-2), kappa1 = 3 s^4 nu^2/((nu-2) (nu-4)), kappa2 = 15 s^6 nu^3/((nu-2) "
                 "(nu-4) (nu-6)), kappa3 = 3 (d-1) s^6 nu^3/((nu-2)^2 (nu-4))",
                 {scale("s", "factor of t"), {"nu", "nu", "degrees of freedom, above 6"}},
                 make_student_t,
                 student_t_fault});
  all.push_back(
      {"two-point",
       "v_j independent, s sqrt(q/p) with probability p, else -s sqrt(p/q), q = 1 - p",
       "E v^2 = s^2, kappa1 = s^4 (1 - 3 p (1-p))/(p (1-p)), kappa2 = s^6 (p^5 + (1-p)^5)/(p (1-p))^2, "
       "kappa3 = (d-1) s^6 (1 - 3 p (1-p))/(p (1-p)); E v^3 = s^3 (1-2p)/sqrt(pq)",
       {scale("s", "standard deviation of a coordinate"),
        {"p", "p", "probability of the positive value, below 1"}},
       make_two_point,
       two_point_fault});
  all.push_back(
      {"shifted-gaussian",
       "v_j independent N(mu, sigma^2)",
       "E v^2 = mu^2 + sigma^2, kappa1 = mu^4 + 6 mu^2 sigma^2 + 3 sigma^4, kappa2 = mu^6 + 15 mu^4 "
       "sigma^2 + 45 mu^2 sigma^4 + 15 sigma^6, kappa3 = (d-1) (mu^2 + sigma^2) (mu^4 + 6 mu^2 "
       "sigma^2 + 3 sigma^4)",
       {scale("sigma", "standard deviation of a coordinate"), {"mu", "mu", "mean of a coordinate"}},
       make_shifted_gaussian});
  all.push_back({"equicorrelated-gaussian",
                 "v ~ N(0, sigma^2 ((1 - rho) I + rho 1 1^T)), -1/(d-1) <= rho <= 1",
                 "E v^2 = sigma^2, kappa1 = 3 sigma^4, kappa2 = 15 sigma^6, kappa3 = (d-1) (3 + 12 rho^2) "
                 "sigma^6",
                 {scale("sigma", "standard deviation of a coordinate"),
                  {"rho", "rho", "correlation of two coordinates"}},
                 from_two<EquicorrelatedGaussianLaw>,
                 equicorrelated_fault});
}

// Laws whose coordinates differ.
void add_unequal(std::vector<LawFamily>& all) {
  all.push_back({"anisotropic-gaussian",
                 "v_j independent N(0, sigma_j^2), sigma_j in geometric progression from sigma_1 to sigma_d",
                 "; E v_j^2 = sigma_j^2, kappa1(j) = 3 sigma_j^4, kappa2(j) = 15 sigma_j^6, kappa3(j) = 3 "
                 "sigma_j^2 sum_{r != j} sigma_r^4",
                 {{"sigma_1", "sigma_1", "standard deviation of the first coordinate"},
                  {"sigma_d", "sigma_d", "standard deviation of the last coordinate (d >= 2)"}},
                 from_two<AnisotropicGaussianLaw>});
  all.push_back(
      {"signed-pairs",
       "|v| one of finitely many patterns with probabilities in proportion to their weights, signs "
       "independent and uniform",
       "; averages over the patterns, 0 where a power is odd",
       {scale("s", "factor of every magnitude"),
        {"patterns", "w", "for each pattern |v_1|, .., |v_d| and its weight, one after the other", true}},
       from_list<SignedPairsLaw>,
       signed_pairs_fault});
  all.push_back({"finite",
                 "v one of finitely many atoms with probabilities in proportion to their weights",
                 "; averages over the atoms",
                 {scale("s", "factor of every atom"),
                  {"atoms", "w", "for each atom v_1, .., v_d and its weight, one after the other", true}},
                 from_list<FiniteLaw>,
                 finite_fault});
  all.push_back({"samples",
                 "v one of the rows of a table, each as likely as any other; written samples(FILE)",
                 "; averages over the rows",
                 {{"rows", "n", "hash of the rows, set by samples(FILE)"}},
                 make_samples,
                 samples_fault});
}

const std::vector<LawFamily>& registry() {
  static const std::vector<LawFamily> all = [] {
    std::vector<LawFamily> families;
    add_scales(families);
    add_shapes(families);
    add_unequal(families);
    return families;
  }();
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
