#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/fresh_sequences.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/recovery.hpp"
#include "theory/trained_layer.hpp"

namespace flowsweep::theory {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t few = 4;
// At this test length the interference of other coordinates is below 1e-15 of the energy in the mean, so that
// more than `recovered` of it has probability below 1e-9 (Markov).
constexpr std::int64_t endless = 1000000000000000;
constexpr double recovered = 1e-6;
// An error of ab beyond this share of c could hide or feign recovery.
constexpr double coarse = 0.05;

enum Measurement { unexplained, interference, rate };

// Share of the energy of `count` fresh sequences that `stretch` times the prediction leaves at the far end.
double unexplained_share(const Run& run, const MesaSetting& setting, const model::LinearAttention& layer,
                         std::size_t count, double stretch) {
  double error = 0, energy = 0;
  FreshSequences fresh(*setting.law, run.point.id());
  fresh.visit(count, endless, [&](std::span<const double>, const model::SequenceStep& step) {
    error += (stretch * step.predict(layer) - step.next()).squaredNorm();
    energy += step.next().squaredNorm();
  });
  return error / energy;
}

// Share of the energy that prediction j holds beyond B_jj A_jj v_j^2 x_{t+1,j}: what the other coordinates
// add, and the only part of the error that depends on t.
double interference_share(const Run& run, const MesaSetting& setting, const model::LinearAttention& layer,
                          std::size_t count, std::int64_t t) {
  const Eigen::VectorXcd products = layer.P1().diagonal().cwiseProduct(layer.Q21().diagonal());
  double added = 0, energy = 0;
  FreshSequences fresh(*setting.law, run.point.id());
  fresh.visit(count, t, [&](std::span<const double> v, const model::SequenceStep& step) {
    const Eigen::Map<const Eigen::VectorXd> start(v.data(), static_cast<Eigen::Index>(v.size()));
    const Eigen::VectorXcd own = products.cwiseProduct(start.cwiseAbs2()).cwiseProduct(step.next());
    added += (step.predict(layer) - own).squaredNorm();
    energy += step.next().squaredNorm();
  });
  return added / energy;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const model::LinearAttention layer = trained_layer(run.record.weights, setting.dimension);
  const Kappas k = kappas(*setting.law, 0);
  // Carried from the run's training context to T_tr -> infinity: the step size c becomes kappa1/kappa2.
  const double stretch = k.kappa1 / k.kappa2 / predicted_limit(setting).product;
  const std::size_t asked = requested_sequences(run.point);
  const double left = unexplained_share(run, setting, layer, std::max(few, asked), stretch);
  if (asked == 0) return {left, none, none};
  const std::int64_t span = test_length(run.point) - 2;
  const double near = interference_share(run, setting, layer, asked, span + 1);
  const double far = interference_share(run, setting, layer, asked, 4 * span + 1);
  return {left, near, std::log(far / near) / std::log(4.0)};
}

Findings judge_recovery(const sweep::Point& point, const record::RunRecord& run,
                        std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const double delta = setting.a0 * setting.a0 - setting.b0 * setting.b0;
  const LimitWeights end = limit_weights(limit.product, delta);
  const double largest = std::max(end.a, end.b);
  const double error = (product_tolerance(setting, limit, delta, run.largest_gradient_norm) +
                        2 * largest * flow_tolerance(setting, run.steps, largest)) /
                       limit.product;
  const double threshold = std::max(recovered, 4 * setting.dimension * error * error);
  const double share = error < coarse ? measured[unexplained] : none;
  const double support = support_margin(*setting.law);
  const bool condition = support >= 0;
  return {std::isnan(support) ? none : (condition ? 1.0 : 0.0),
          std::isnan(share) ? none : (share <= threshold ? 1.0 : 0.0),
          0.5,
          {population_margin(setting), diagonal_start_margin(setting), single_power_margin(*setting.law),
           equal_kappas_margin(*setting.law)},
          {std::isnan(support) ? none : (condition ? 1 - share / threshold : share / threshold - 1)}};
}

}  // namespace

const Theorem& mesa_recovery() {
  static const Theorem theorem = {
      "mesa.recovery",
      "Recovery of the sequence, if and only if",
      "Under 3.1 and 4.1 the trained model recovers the next token as training and test context grow if and "
      "only if Assumption 4.2 holds. Derived: 4.2 says that |v_j| is 0 or sqrt(kappa2/kappa1) almost surely. "
      "The "
      "run's own predictor is put on fresh sequences of 10^15 tokens, its step size carried to T_tr -> "
      "infinity "
      "by (kappa1/kappa2)/c; it must recover them where the condition holds, and must not where it fails.",
      "[kappa1 / (kappa2 + kappa3 H1/(T_tr-2))] (1/(T_te-1)) sum_{s<T_te} x_s x_s^* x_{T_te} -> x_{T_te}  "
      "<=>  "
      "|v_j| in {0, sqrt(kappa2/kappa1)}  <=>  1 - kappa1^2/(kappa2 E v_j^2) = 0",
      "after Zheng et al. 2024 (arXiv 2405.16845), Assumption 4.2 and Theorem 4.2, as encoded here; "
      "equivalent "
      "condition derived",
      Standing::paper,
      {population_condition(), diagonal_start_condition(), single_power_condition(),
       equal_kappas_condition()},
      {{"recovers iff the condition holds",
        "predicted and measured are 1 (recovers) or 0. Margin 1 - unexplained / threshold where 4.2 holds, "
        "unexplained / threshold - 1 where it fails"}},
      {{"unexplained", "1",
        "share of the energy of fresh sequences of 10^15 tokens that the predictor leaves, its step size "
        "carried to T_tr -> infinity"},
       {"interference", "1",
        "share of the energy by which other coordinates disturb a prediction on the fresh sequences asked "
        "for, "
        "at their last step"},
       {"interference_rate", "1",
        "exponent of that share between that test length and four times it; -1 is expected"}},
      "threshold 1e-6, or 4 d (error of ab / c)^2 if larger: finite test length passes it with probability "
      "below 1e-9",
      is_linear_attention,
      measure,
      judge_recovery};
  return theorem;
}

}  // namespace flowsweep::theory
