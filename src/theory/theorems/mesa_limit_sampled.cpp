#include <algorithm>
#include <cmath>
#include <limits>

#include "model/linear_attention.hpp"
#include "risk/diagonal_minimiser.hpp"
#include "risk/gradient_evidence.hpp"
#include "risk/sampling.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

constexpr double normal_quantile = 3.2905;  // two-sided 99.9 %
constexpr double least_sequences =
    1000;  // below, the standard error of sixth moments is itself too uncertain

// The standard error is one of sixth moments, whose variance has degree twelve.
constexpr double degree_of_variance = 12;

double variance_margin(const distribution::Law& law) {
  const double finite = law.finite_degree();
  return std::isinf(finite) ? 1 : (finite > degree_of_variance ? finite / degree_of_variance - 1 : -1);
}

// Of fewer sequences the mean of v_j^6 has a relative standard error above 1/4: they may lack what carries it
// without a trace, and then refute the prediction.
double least_for_tail(const distribution::Law& law) {
  constexpr double most = 1.0 / 4;
  double needed = 0;
  for (int j = 0; j < law.dimension(); ++j) {
    const distribution::Factor sixth{j, 6}, twelfth{j, 12};
    const double mean = law.moment({&sixth, 1});
    needed = std::max(needed, law.moment({&twelfth, 1}) / (mean * mean * most * most));
  }
  return needed;
}

// Corrected t beyond which a sample refutes a mean of 0: 2e-9 where it is normal, for a sweep may hold many
// points; 1e-7 a component of the gradient, whose batch means have 63 degrees of freedom.
constexpr double refuting = 6;

enum Measurement { product, sample_minimiser, standard_error, step_evidence, gradient_evidence, risk_drop };

// By how much the end lies below the least risk on the diagonal set.
double measured_risk_drop(const risk::Sequences& sequences, double minimiser, std::span<const double> end) {
  risk::EmpiricalRisk risk(sequences);
  std::vector<double> diagonal(end.size());
  const double weight = std::sqrt(std::max(minimiser, 0.0));
  model::pack(model::diagonal_start(static_cast<std::size_t>(sequences.dimension), weight, weight), diagonal);
  return risk.losses(diagonal).summed - risk.losses(end).summed;
}

double measured_gradient_evidence(const MesaSetting& setting, const risk::Sequences& sequences) {
  const auto d = static_cast<std::size_t>(setting.dimension);
  const double weight = std::sqrt(predicted_limit(setting).product);
  std::vector<double> theta(model::weight_count(d));
  model::pack(model::diagonal_start(d, weight, weight), theta);
  return risk::gradient_evidence(sequences, theta, setting.masked);
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const double found = diagonal_structure(run.record.weights, setting.dimension).product;
  if (setting.population) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    return {found, none, none, none, none, none};
  }
  const auto sample =
      risk::sample_sequences(*setting.law, static_cast<std::size_t>(run.point.integer("sequences")),
                             run.point.id(), Stream::training_sequences);
  const risk::Sequences sequences{setting.dimension, static_cast<int>(setting.context), sample.initial,
                                  sample.phase};
  const risk::DiagonalStatistics statistics = risk::diagonal_statistics(sequences);
  const risk::DiagonalMinimiser minimiser = risk::diagonal_minimiser(statistics);
  return {found,
          minimiser.product,
          minimiser.standard_error,
          risk::step_size_evidence(statistics, predicted_limit(setting).product),
          measured_gradient_evidence(setting, sequences),
          measured_risk_drop(sequences, minimiser.product, run.record.weights)};
}

// Whether training all blocks on this sample may have moved the product beyond the interval of the diagonal
// set: the end fits the sample better than that set does, and the sample does not refute the prediction.
bool may_be_fitted(const MesaSetting& setting, const PredictedLimit& limit, double end_tolerance,
                   std::span<const double> measured) {
  const double excess = setting.dimension * limit.s2 * end_tolerance * end_tolerance / 2;
  return measured[risk_drop] >= -excess && std::abs(measured[step_evidence]) < refuting &&
         measured[gradient_evidence] < refuting;
}

// A mask keeps the diagonal set whatever the moments that would drive the entries it holds.
double free_single_power_margin(const MesaSetting& setting) {
  return setting.masked ? 1 : single_power_margin(*setting.law);
}

Findings judge_sampled(const sweep::Point& point, const record::RunRecord& run,
                       std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const double sequences = setting.population ? 0 : static_cast<double>(point.integer("sequences"));
  // A law whose sequences all have the same minimiser has no sampling error: its flow stops at the gradient
  // tolerance.
  const double end_tolerance = product_tolerance(setting, limit, run.largest_gradient_norm);
  const double tolerance = normal_quantile * measured[standard_error] + end_tolerance;
  double margin = agreement_margin(measured[product], limit.product, tolerance);
  if (margin < 0 && may_be_fitted(setting, limit, end_tolerance, measured))
    margin = std::numeric_limits<double>::quiet_NaN();
  return {limit.product,
          measured[product],
          tolerance,
          {setting.population ? -1.0 : 1.0, diagonal_start_margin(setting), free_single_power_margin(setting),
           equal_kappas_margin(*setting.law), invariance_margin(setting),
           sequences / std::max(least_sequences, least_for_tail(*setting.law)) - 1,
           variance_margin(*setting.law)},
          {margin},
          // From a start within the tolerance no descent would be needed to agree.
          std::min(limit.product, std::abs(setting.a0 * setting.b0 - limit.product))};
}

}  // namespace

const Theorem& mesa_limit_sampled() {
  static const Theorem theorem = {
      "mesa.limit-sampled",
      "Limit of gradient descent on a finite sample",
      "Gradient descent or flow on the risk of N sampled sequences, all blocks (or B and A alone) free and "
      "complex, ends at the step size of Theorem 4.1 within the sampling error: the paper's own simulation. "
      "Beyond it the verdict "
      "is violated where the sample itself refutes the prediction, or the run fits the sample worse than the "
      "diagonal set does; else the blocks that fit the sample may have moved the product: inconclusive. So "
      "is a "
      "run from a start within that error, and one that has not converged and is not within it. Under a mask "
      "on the off-diagonal entries of A and B the step size is that which minimises the risk on the diagonal "
      "set, S1/S2 again, for every exchangeable law.",
      "|ab - c| <= 3.2905 s.e.,  s.e. = sd(s1_n - u s2_n) / (mean s2 sqrt(N)) of the sample's minimiser u on "
      "the diagonal set; violated beyond it if |t(s1_n - c s2_n)| >= 6, or |t| >= 6 of a component of the "
      "gradient at the prediction, or L_N(end) > L_N(u)",
      "derived; about the simulation of Zheng et al. 2024 (arXiv 2405.16845), Section 5",
      Standing::derived,
      {{"empirical risk", "the flow descends the risk of sampled sequences. Margin 1 or -1"},
       diagonal_start_condition(),
       {single_power_condition().name,
        "Assumption 4.1 as encoded here, or a mask on the off-diagonal entries of A and B, which makes it "
        "needless. Margin as for mesa.limit, 1 under a mask"},
       equal_kappas_condition(),
       {invariance_condition().name,
        "derived: the gradient of the population risk, masked where the flow is, is tangent to {A = aI, B = "
        "bI} everywhere on it. Margin 1e-12 - largest relative violation"},
       {"enough sequences",
        "N >= M = max(1000, 16 E v_j^12 / (E v_j^6)^2): of fewer the mean of v_j^6 has a relative standard "
        "error above 1/4. Margin N/M - 1"},
       {"finite variance",
        "moments of degree 12 are finite, so that the standard error means something: moments of degree "
        "below "
        "some D > 12 are. Margin D/12 - 1, 1 where all are finite, -1 where D <= 12"}},
      {{"product",
        "|ab - c| <= tolerance. Margin 1 - |ab - c| / tolerance; not decided (NaN) where that is negative "
        "and "
        "fitting the sample may have moved ab"}},
      {{"product", "1", "ab = mean_j Re(A_jj B_jj) at the end"},
       {"sample_minimiser", "1", "the step size that minimises the sample's risk on the diagonal set"},
       {"standard_error", "1", "its standard error"},
       {"step_evidence", "1",
        "t of the mean of s1_n - c s2_n, which is 0 if c minimises the law's risk on the diagonal set; "
        "corrected for skewness"},
       {"gradient_evidence", "1",
        "largest |t| of a component of the gradient at the prediction, from 64 batches; corrected for "
        "skewness"},
       {"risk_drop", "risk", "L_N of the sample's minimiser on the diagonal set minus L_N at the end"}},
      "sampling: two-sided 99.9 % normal interval of the sample's minimiser on the diagonal set; plus the "
      "gradient at which the flow stops, as for mesa.limit",
      is_linear_attention,
      measure,
      judge_sampled};
  return theorem;
}

}  // namespace flowsweep::theory
