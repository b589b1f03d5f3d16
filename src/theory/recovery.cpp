#include "theory/recovery.hpp"

#include <vector>

#include "theory/assumptions.hpp"
#include "theory/sample_tests.hpp"

namespace flowsweep::theory {
namespace {

using distribution::Factor;
using distribution::Law;

constexpr std::int64_t endless = 1000000000000000;

// Sums over coordinates of E v_j^2, kappa1, kappa2, kappa3; exchangeable laws need one coordinate.
struct Totals {
  double energy = 0;
  Kappas kappas{0, 0, 0};
};

Totals totals(const Law& law) {
  Totals sum;
  const int coordinates = law.exchangeable() ? 1 : law.dimension();
  for (int j = 0; j < coordinates; ++j) {
    const Kappas k = kappas(law, j);
    sum.energy += law.moment(std::vector<Factor>{{j, 2}});
    sum.kappas = {sum.kappas.kappa1 + k.kappa1, sum.kappas.kappa2 + k.kappa2, sum.kappas.kappa3 + k.kappa3};
  }
  return sum;
}

// E v_j^2 (1 - u v_j^2)^2 = E v_j^2 - 2 u kappa1 + u^2 kappa2, relative to E v_j^2.
double unexplained(const Totals& sum, double u) {
  return 1 - u * (2 * sum.kappas.kappa1 - u * sum.kappas.kappa2) / sum.energy;
}

double product_at(const Law& law, std::int64_t context) {
  const Kappas k = kappas(law, 0);
  const risk::ContextSums sums = risk::context_sums(context);
  return k.kappa1 / (k.kappa2 + k.kappa3 * sums.h1 / sums.h0);
}

}  // namespace

double initial_energy(const Law& law) {
  double energy = 0;
  for (int j = 0; j < law.dimension(); ++j) energy += law.moment(std::vector<Factor>{{j, 2}});
  return energy;
}

double mean_square(const Law& law) {
  return initial_energy(law) / law.dimension();
}

double unexplained_energy(const Law& law, double u) {
  return unexplained(totals(law), u);
}

double unexplained_energy(const Law& law, double u, double t) {
  const Totals sum = totals(law);
  return unexplained(sum, u) + u * u * sum.kappas.kappa3 / ((t - 1) * sum.energy);
}

double recovery_gap(const Law& law) {
  const Kappas k = kappas(law, 0);
  return unexplained(totals(law), k.kappa1 / k.kappa2);
}

double convergence_margin(const Law& law) {
  const double u = product_at(law, endless);
  return moment_tolerance * law.dimension() - unexplained_energy(law, u, static_cast<double>(endless));
}

double support_margin(const Law& law) {
  if (const auto* table = law.sample_table()) return support_test(*table).margin();
  return moment_tolerance - recovery_gap(law);
}

double exact_recovery_margin(const MesaSetting& setting) {
  return moment_tolerance - unexplained_energy(*setting.law, predicted_limit(setting).product);
}

}  // namespace flowsweep::theory
