#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"
#include "theory/recovery.hpp"
#include "theory/test_error.hpp"
#include "theory/trained_layer.hpp"

namespace flowsweep::theory {
namespace {

constexpr double rounding = 1e-11;  // of the four risks that the exact errors are solved from
constexpr std::array<double, 3> multiples = {1, 2, 10};  // test step over training context

enum Measurement { limit_share, first_share };  // then one share for each multiple, the rate, the gap

// Exponent of the part of the error that falls with t, between t and 10 t; NaN if there is none beyond
// rounding.
double decay_rate(const TestError& error, double t, double energy) {
  if (error.excess(t) <= 1e-13 * energy / t) return std::numeric_limits<double>::quiet_NaN();
  return std::log(error.excess(10 * t) / error.excess(t)) / std::log((10 * t - 1) / (t - 1));
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const double gap = recovery_gap(*setting.law), none = std::numeric_limits<double>::quiet_NaN();
  const auto weights = real_ab(trained_layer(run.record.weights, setting.dimension));
  if (!weights) return {none, none, none, none, none, gap};
  const TestError error(setting.law, *weights);
  const double energy = initial_energy(*setting.law), t = static_cast<double>(setting.context);
  std::vector<double> measured = {error.limit() / energy};
  for (const double multiple : multiples) measured.push_back(error.at(multiple * t) / energy);
  measured.push_back(decay_rate(error, t, energy));
  measured.push_back(gap);
  return measured;
}

// How far the share at ab = c + e may be from that at c, |e| <= error: the diagonal moves to first order,
// everything else to second.
template <typename Share>
double share_tolerance(const Share& share, int dimension, double c, double error) {
  const double up = share(c + error) - share(c), down = share(c - error) - share(c);
  return std::max(std::abs(up), std::abs(down)) + dimension * dimension * std::abs(up + down) + rounding;
}

Findings judge_gap(const sweep::Point& point, const record::RunRecord& run,
                   std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const auto& law = *setting.law;
  const PredictedLimit limit = predicted_limit(setting);
  const double delta = setting.delta(), c = limit.product;
  const LimitWeights end = limit_weights(c, delta);
  const double largest = std::max(end.a, end.b);
  const double error = product_tolerance(setting, limit, run.largest_gradient_norm) +
                       2 * largest * flow_tolerance(setting, run.steps, largest);
  const auto share = [&](double u) { return unexplained_energy(law, u); };
  const double tolerance = share_tolerance(share, setting.dimension, c, error);
  double finite = 1;
  for (std::size_t k = 0; k < multiples.size(); ++k) {
    const double t = multiples[k] * static_cast<double>(setting.context);
    const auto share_at = [&](double u) { return unexplained_energy(law, u, t); };
    finite = std::min(finite, agreement_margin(measured[first_share + k], share_at(c),
                                               share_tolerance(share_at, setting.dimension, c, error)));
  }
  return {share(c),
          measured[limit_share],
          tolerance,
          {population_margin(setting), diagonal_start_margin(setting), invariance_margin(setting)},
          {agreement_margin(measured[limit_share], share(c), tolerance), finite},
          1};
}

}  // namespace

const Theorem& mesa_recovery_gap() {
  static const Theorem theorem = {
      "mesa.recovery-gap",
      "What the trained model leaves unexplained",
      "From a diagonal start on an invariant diagonal set, the trained layer leaves the share below of the "
      "sequence's energy unexplained at test step t. As the test length grows the last term falls like "
      "1/(t-1); "
      "as the training context grows too, 1 - kappa1^2/(kappa2 E v_j^2) remains: gaussian and "
      "bernoulli-gaussian 2/5, laplace 3/5, uniform 4/25, sphere 2(d-1)/(5(d+2)), student-t "
      "2(nu-1)/(5(nu-4)), "
      "laws on {0, +-c} 0.",
      "E |yhat_t - x_{t+1}|^2 / E |v|^2 = 1 - (2 c kappa1 - c^2 kappa2)/E v_j^2 + c^2 kappa3 / ((t-1) E "
      "v_j^2)",
      "derived (E_W |yhat_tj - x_{t+1,j}|^2 = v_j^2 [(1 - c v_j^2)^2 + c^2 sum_{l != j} v_l^4 / (t-1)])",
      Standing::derived,
      {population_condition(), diagonal_start_condition(), invariance_condition()},
      {{"long tests", "the share as t grows is as predicted. Margin 1 - |difference| / tolerance"},
       {"finite tests",
        "so are the shares at t = T, 2T and 10T. Smallest margin 1 - |difference| / its tolerance"}},
      {{"limit_share", "1", "unexplained share of the energy at the final weights as t grows"},
       {"share", "1", "the same at t = T, the training context"},
       {"share_double", "1", "the same at t = 2T"},
       {"share_tenfold", "1", "the same at t = 10T"},
       {"rate", "1", "exponent of the share that falls with t, between T and 10T; NaN if there is none"},
       {"gap", "1", "1 - kappa1^2/(kappa2 E v_j^2), what remains as both contexts grow"}},
      "the error of ab (as for mesa.limit, plus accumulated local error) carried through the formula; "
      "rounding "
      "1e-11",
      is_linear_attention,
      measure,
      judge_gap};
  return theorem;
}

}  // namespace flowsweep::theory
