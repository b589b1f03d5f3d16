#include <cmath>
#include <limits>

#include "risk/diagonal_minimiser.hpp"
#include "risk/sample_bias.hpp"
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

constexpr int largest_dimension = 8;  // of the bias: its work grows with the eighth power

enum Measurement { product, sample_minimiser, standard_error, bias };

double measured_bias(const sweep::Point& point, const risk::Sequences& sequences, double minimiser) {
  if (sequences.dimension > largest_dimension) return std::numeric_limits<double>::quiet_NaN();
  const auto count = static_cast<double>(point.integer("sequences"));
  return risk::sample_bias(sequences, minimiser, point.integer("mask") != 0) / count;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const double found = diagonal_structure(run.record.weights, setting.dimension).product;
  if (setting.population) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    return {found, none, none, none};
  }
  const auto sample =
      risk::sample_sequences(*setting.law, static_cast<std::size_t>(run.point.integer("sequences")),
                             run.point.id(), Stream::training_sequences);
  const risk::Sequences sequences{setting.dimension, static_cast<int>(setting.context), sample.initial,
                                  sample.phase};
  const risk::DiagonalMinimiser minimiser = risk::diagonal_minimiser(sequences);
  return {found, minimiser.product, minimiser.standard_error,
          measured_bias(run.point, sequences, minimiser.product)};
}

Findings judge_sampled(const sweep::Point& point, const record::RunRecord& run,
                       std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const double delta = setting.a0 * setting.a0 - setting.b0 * setting.b0;
  const double sequences = setting.population ? 0 : static_cast<double>(point.integer("sequences"));
  // A law whose sequences all have the same minimiser has no sampling error: its flow stops at the gradient
  // tolerance.
  const double tolerance = normal_quantile * measured[standard_error] + std::abs(measured[bias]) +
                           product_tolerance(setting, limit, delta, run.largest_gradient_norm);
  return {limit.product,
          measured[product],
          tolerance,
          {setting.population ? -1.0 : 1.0, diagonal_start_margin(setting), single_power_margin(*setting.law),
           equal_kappas_margin(*setting.law), invariance_margin(setting), sequences / least_sequences - 1,
           variance_margin(*setting.law)},
          {agreement_margin(measured[product], limit.product, tolerance)},
          limit.product};
}

}  // namespace

const Theorem& mesa_limit_sampled() {
  static const Theorem theorem = {
      "mesa.limit-sampled",
      "Limit of gradient descent on a finite sample",
      "Gradient descent or flow on the risk of N sampled sequences, all blocks free and complex, ends at the "
      "step size of "
      "Theorem 4.1 within the sampling error: the paper's own simulation. A run that has not converged is "
      "judged "
      "inconclusive unless it is within that error already.",
      "|ab - c| <= 3.2905 s.e. + bias,  s.e. = sd(s1_n - u s2_n) / (mean s2 sqrt(N)) of the sample's "
      "minimiser u on "
      "the diagonal set,  bias = ( d/du tr(H^-1 C) / (2 E s2) + sum_j cov(P_jj, Q_jj)/d ) / N across it",
      "derived; about the simulation of Zheng et al. 2024 (arXiv 2405.16845), Section 5",
      Standing::derived,
      {{"empirical risk", "the flow descends the risk of sampled sequences. Margin 1 or -1"},
       diagonal_start_condition(),
       single_power_condition(),
       equal_kappas_condition(),
       invariance_condition(),
       {"enough sequences", "N >= 1000. Margin N/1000 - 1"},
       {"finite variance",
        "moments of degree 12 are finite, so that the standard error means something: moments of degree "
        "below "
        "some D > 12 are. Margin D/12 - 1, 1 where all are finite, -1 where D <= 12"}},
      {{"product", "|ab - c| <= tolerance. Margin 1 - |ab - c| / tolerance"}},
      {{"product", "1", "ab = mean_j Re(A_jj B_jj) at the end"},
       {"sample_minimiser", "1", "the step size that minimises the sample's risk on the diagonal set"},
       {"standard_error", "1", "its standard error"},
       {"bias", "1",
        "what the blocks across the diagonal set add to the product, to the order 1/N; none above d = 8"}},
      "sampling: two-sided 99.9 % normal interval of the sample's minimiser on the diagonal set; plus the "
      "bias of the order 1/N that the other blocks add; plus the "
      "gradient at which "
      "the flow stops, as for mesa.limit",
      is_linear_attention,
      measure,
      judge_sampled};
  return theorem;
}

}  // namespace flowsweep::theory
