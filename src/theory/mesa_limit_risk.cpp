#include "theory/mesa_limit_risk.hpp"

#include <vector>

#include "theory/recovery.hpp"

namespace flowsweep::theory {
namespace {

double second_moment(const distribution::Law& law, int j) {
  return law.moment(std::vector<distribution::Factor>{{j, 2}});
}

}  // namespace

double limit_risk(const MesaSetting& setting) {
  const PredictedLimit limit = predicted_limit(setting);
  return (setting.sums.h0 * initial_energy(*setting.law) - setting.dimension * limit.s1 * limit.product) / 2;
}

double step_error(const distribution::Law& law, double product, std::int64_t step) {
  double sum = 0;
  const auto t = static_cast<double>(step);
  for (int j = 0; j < law.dimension(); ++j) {
    const Kappas k = kappas(law, j);
    sum += second_moment(law, j) + product * (product * (k.kappa2 + k.kappa3 / (t - 1)) - 2 * k.kappa1);
  }
  return sum;
}

}  // namespace flowsweep::theory
