#include "theory/mesa_limit_findings.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

enum Measurement { product, product_spread, off_diagonal, largest_weight };

}  // namespace

const char* const limit_tolerance_source =
    "the gradient at which the flow stops: 10 x gradient_tolerance x largest |grad L| / (sqrt(d) S2 "
    "sqrt(a*^2 + b*^2)), plus rounding 1e-13 c, plus the sampling error of the rows where the law is "
    "samples(FILE)";

std::vector<record::Quantity> limit_measurements() {
  return {{"product", "1", "ab = mean_j A_jj B_jj at the end"},
          {"product_spread", "1", "max_j |A_jj B_jj - ab| at the end"},
          {"off_diagonal", "1",
           "largest modulus at the end of an off-diagonal entry of A or B, or of an entry of another block"},
          {"largest_weight", "1", "largest modulus of a weight at the end"}};
}

std::vector<Condition> limit_conclusions() {
  return {{"product", "|ab - c| <= tolerance, ab = mean_j A_jj B_jj. Margin 1 - |ab - c| / tolerance"},
          {"diagonal structure",
           "every A_jj B_jj equals ab, every off-diagonal entry and every other block is 0, within the "
           "tolerance plus the "
           "integrator's accumulated local error. Margin 1 - deviation / that"}};
}

std::vector<double> measure_limit(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const DiagonalStructure end = diagonal_structure(run.record.weights, setting.dimension);
  double largest = 0;
  for (const double weight : run.record.weights) largest = std::max(largest, std::abs(weight));
  return {end.product, end.product_spread, std::max(end.off_diagonal, end.other_blocks), largest};
}

Findings limit_findings(const MesaSetting& setting, const record::RunRecord& run,
                        std::span<const double> measured, std::vector<double> hypothesis_margins) {
  const PredictedLimit limit = predicted_limit(setting);
  const double tolerance = product_tolerance(setting, limit, run.largest_gradient_norm);
  // Under euler the fixed points are those of the flow; what it may add off the diagonal set is rounding.
  const double structure = tolerance + flow_tolerance(setting, run.steps, measured[largest_weight]);
  return {limit.product,
          measured[product],
          tolerance,
          std::move(hypothesis_margins),
          {agreement_margin(measured[product], limit.product, tolerance),
           agreement_margin(std::max(measured[product_spread], measured[off_diagonal]), 0, structure)},
          limit.product,
          true};
}

}  // namespace flowsweep::theory
