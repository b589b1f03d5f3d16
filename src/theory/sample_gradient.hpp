#pragma once
#include <vector>

#include "distribution/sample_table.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Gradient of the population risk at A = a I, B = b I as an average over the rows of a table, and the
/// standard errors of its entries. Layout (B, A), each d x d row-major.
struct SampleGradient {
  std::vector<double> mean, standard_error;
};
SampleGradient sample_gradient(const distribution::SampleTable& table, const risk::ContextSums& sums,
                               const LimitWeights& weights);

/// How far an entry of the limit may lie from the predicted one because the law is known by a sample only:
/// twice (the limit errs, and so do the kappas of the prediction) the norm of the gradient's simultaneous
/// intervals at sample_confidence, each over the curvature of its direction. To first order, with the
/// curvatures of the symmetric law with these moments. Source: derived. 0 for laws whose moments are exact;
/// infinite where a direction that the sample pushes has no positive curvature.
double sampling_deviation(const MesaSetting& setting, const LimitWeights& weights);

}  // namespace flowsweep::theory
