#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/fresh_sequences.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/recovery.hpp"
#include "theory/sample_tests.hpp"
#include "theory/test_error.hpp"
#include "theory/trained_layer.hpp"

namespace flowsweep::theory {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
// At this test length the interference of other coordinates is below 1e-15 of the energy in the mean, so that
// more than `recovered` of it has probability below 1e-9 (Markov).
constexpr std::int64_t endless = 1000000000000000;
constexpr double recovered = 1e-6;
// An error of ab beyond this share of c could hide or feign recovery.
constexpr double coarse = 0.05;

enum Measurement { unexplained, sampled, interference, rate, convergence, support, gap, rows_needed };

// Exact share of the energy that `stretch` times the prediction leaves as the test length grows.
double exact_share(const MesaSetting& setting, const model::LinearAttention& layer, double stretch) {
  auto weights = setting.population ? real_ab(layer) : std::nullopt;
  if (!weights) return none;
  const std::size_t half = weights->size() / 2;
  for (std::size_t k = 0; k < half; ++k) (*weights)[k] *= stretch;  // B
  return TestError(setting.law, *weights).limit() / initial_energy(*setting.law);
}

// Share of the energy of `count` fresh sequences that `stretch` times the prediction leaves at the far end.
double sampled_share(const Run& run, const MesaSetting& setting, const model::LinearAttention& layer,
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

double rows_that_decide(const distribution::Law& law) {
  const auto* table = law.sample_table();
  return table == nullptr ? 0 : support_test(*table).rows_needed;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const auto& law = *setting.law;
  const model::LinearAttention layer = trained_layer(run.record.weights, setting.dimension);
  const Kappas k = kappas(law, 0);
  // Carried from the run's training context to T_tr -> infinity: the step size c becomes kappa1/kappa2.
  const double stretch = k.kappa1 / k.kappa2 / predicted_limit(setting).product;
  const std::size_t asked = requested_sequences(run.point);
  double left = none, near = none, far = none;
  if (asked > 0) {
    const std::int64_t span = test_length(run.point) - 2;
    left = sampled_share(run, setting, layer, asked, stretch);
    near = interference_share(run, setting, layer, asked, span + 1);
    far = interference_share(run, setting, layer, asked, 4 * span + 1);
  }
  return {exact_share(setting, layer, stretch),
          left,
          near,
          std::log(far / near) / std::log(4.0),
          convergence_margin(law),
          support_margin(law),
          recovery_gap(law),
          rows_that_decide(law)};
}

// Where 4.2 holds, every fresh sequence must be recovered too; where it fails, a few of them may happen to
// be.
double recovers_margin(std::span<const double> measured, double threshold) {
  const double share = std::max(measured[unexplained], measured[sampled]);
  return 1 - (std::isnan(measured[sampled]) ? measured[unexplained] : share) / threshold;
}

// No layer leaves less than the gap: one below the threshold cannot be told from recovery.
double fails_margin(std::span<const double> measured, double threshold) {
  return measured[gap] > threshold ? measured[unexplained] / threshold - 1 : none;
}

Findings judge_recovery(const sweep::Point& point, const record::RunRecord& run,
                        std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const LimitWeights end = limit_weights(limit.product, setting.delta());
  const double largest = std::max(end.a, end.b);
  const double error = (product_tolerance(setting, limit, run.largest_gradient_norm) +
                        2 * largest * flow_tolerance(setting, run.steps, largest)) /
                       limit.product;
  const double threshold = std::max(recovered, 4 * setting.dimension * error * error);
  // The error above is that of a finished flow.
  const bool readable = error < coarse && run.status == record::Status::converged;
  const bool undecided = std::isnan(measured[support]), condition = measured[support] >= 0;
  const double margin = condition ? recovers_margin(measured, threshold) : fails_margin(measured, threshold);
  const double share = measured[unexplained];
  return {undecided ? none : (condition ? 1.0 : 0.0),
          !readable || std::isnan(share) ? none : (share <= threshold ? 1.0 : 0.0),
          0.5,
          {population_margin(setting), diagonal_start_margin(setting), single_power_margin(*setting.law),
           equal_kappas_margin(*setting.law)},
          {undecided || !readable ? none : margin}};
}

}  // namespace

const Theorem& mesa_recovery() {
  static const Theorem theorem = {
      "mesa.recovery",
      "Recovery of the sequence, if and only if",
      "Under 3.1 and 4.1 the trained model recovers the next token as training and test context grow if and "
      "only if Assumption 4.2 holds. Derived: 4.2 says that |v_j| is 0 or sqrt(kappa2/kappa1) almost surely. "
      "The "
      "run's own predictor is looked at with its step size carried to T_tr -> infinity by (kappa1/kappa2)/c: "
      "the share of the energy that it leaves as the test length grows, exact for every law, must vanish "
      "where the condition holds, and must not where it fails.",
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
        "predicted and measured are 1 (recovers) or 0. Margin 1 - unexplained / threshold where 4.2 holds "
        "(on "
        "fresh sequences too, where there are any), unexplained / threshold - 1 where it fails; NaN for a "
        "run "
        "that did not converge, and where 4.2 fails by less than the threshold"}},
      {{"unexplained", "1",
        "exact share of the energy that the predictor leaves as the test length grows, its step size carried "
        "to T_tr -> infinity"},
       {"sampled_unexplained", "1",
        "the same share on the fresh sequences asked for, each of 10^15 tokens; NaN if there are none"},
       {"interference", "1",
        "share of the energy by which other coordinates disturb a prediction on the fresh sequences asked "
        "for, at their last step"},
       {"interference_rate", "1",
        "exponent of that share between that test length and four times it; -1 is expected"},
       {"convergence_margin", "1",
        "Assumption 4.2 as it stands, at contexts of 10^15: 1e-12 d - the unexplained share"},
       {"support_margin", "1",
        "its equivalent on the law's support: 1e-12 - gap; of a sample the margin of a test at 99 %, NaN "
        "where "
        "it is undecided"},
       {"gap", "1", "1 - kappa1^2/(kappa2 E v_j^2), which no layer falls below"},
       {"rows_needed", "1", "rows after which a sample would decide the condition; 0 where it is decided"}},
      "threshold 1e-6, or 4 d (error of ab / c)^2 if larger; on fresh sequences finite test length passes it "
      "with probability below 1e-9",
      is_linear_attention,
      measure,
      judge_recovery};
  return theorem;
}

}  // namespace flowsweep::theory
