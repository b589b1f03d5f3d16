#include "theory/mesa_setting.hpp"

#include <cmath>
#include <limits>

namespace flowsweep::theory {
namespace {

double moment(const distribution::Law& law, std::initializer_list<distribution::Factor> factors) {
  return law.moment({factors.begin(), factors.size()});
}

}  // namespace

bool is_linear_attention(const sweep::Point& point) {
  const std::string& model = point.name("model");
  return model == "linear-attention" || (model == "causal-attention" && point.name("score") == "linear");
}

MesaSetting mesa_setting(const sweep::Point& point) {
  MesaSetting setting;
  setting.law = law_of(point);
  setting.dimension = static_cast<int>(point.integer("dimension"));
  setting.context = point.integer("context");
  setting.population = point.uses("risk") && point.name("risk") == "population";
  setting.masked = point.uses("mask") && point.integer("mask") != 0;
  setting.all_blocks = point.uses("blocks") && point.name("blocks") == "all";
  const bool dense = point.real("dense") > 0;
  if (!dense) {
    const sweep::Pair init = point.pair("init");
    setting.a0 = init.first;
    setting.b0 = init.second;
  }
  setting.perturbation = dense ? point.real("dense") : point.real("perturbation");
  setting.diagonal_start = setting.perturbation == 0;
  setting.error_controlled = point.name("integrator") != "euler";
  if (setting.error_controlled) {
    setting.relative_tolerance = point.real("relative_tolerance");
    setting.absolute_tolerance = point.real("absolute_tolerance");
  }
  setting.gradient_tolerance = point.real("gradient_tolerance");
  setting.sums = risk::context_sums(setting.context);
  return setting;
}

double scale_of(const sweep::Point& point) {
  return point.uses("scale") ? point.real("scale") : std::numeric_limits<double>::quiet_NaN();
}

Kappas kappas(const distribution::Law& law, int coordinate) {
  Kappas result{moment(law, {{coordinate, 4}}), moment(law, {{coordinate, 6}}), 0};
  for (int r = 0; r < law.dimension(); ++r)
    if (r != coordinate) result.kappa3 += moment(law, {{coordinate, 2}, {r, 4}});
  return result;
}

PredictedLimit predicted_limit(const MesaSetting& setting) {
  const Kappas k = kappas(*setting.law, 0);
  const double s1 = setting.sums.h0 * k.kappa1;
  const double s2 = setting.sums.h0 * k.kappa2 + setting.sums.h1 * k.kappa3;
  return {s1, s2, s1 / s2};
}

LimitWeights limit_weights(double product, double delta) {
  const double root = std::hypot(delta, 2 * product);
  // The larger of a^2 and b^2 is free of cancellation; the other follows from the product.
  const double larger = std::sqrt((std::abs(delta) + root) / 2);
  const double smaller = product / larger;
  return delta >= 0 ? LimitWeights{larger, smaller} : LimitWeights{smaller, larger};
}

}  // namespace flowsweep::theory
