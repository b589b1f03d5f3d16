#pragma once
#include <Eigen/Core>
#include <span>

#include "model/causal_attention.hpp"
#include "risk/sampling.hpp"
#include "sweep/grid.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::experiment {

/// What trained weights predict at the last step of test sequences; means and sums over the sequences.
struct CausalPredictions {
  double loss;               ///< mean of 1/2 ||yhat_t - x_{t+1}||^2
  double unexplained;        ///< sum ||yhat_t - x_{t+1}||^2 / sum ||x_{t+1}||^2
  double median_ratio;       ///< median over sequences and j of Re( yhat_tj / x_(t+1)j ), x_(t+1)j != 0
  double one_step_distance;  ///< of the predictions from the nearest real multiple of one gradient-descent
                             ///< step S_t x_t / (t-1), relative to their norm
  double recall_distance;    ///< of the predictions from the states that followed the state most like x_t,
                             ///< relative to the norm of x_{t+1}
};

/// The test sequences of a point of causal attention.
class CausalTest {
 public:
  /// Draws the sequences and walks them once.
  CausalTest(const sweep::Point& point, const theory::MesaSetting& setting);

  CausalPredictions evaluate(std::span<const double> theta);

 private:
  Eigen::MatrixXcd predictions(std::span<const double> theta) const;

  model::CausalScore score_;
  std::size_t dimension_;
  int seen_;  ///< t, the number of states that a prediction sees
  risk::SampledSequences sample_;
  Eigen::MatrixXcd next_, one_step_, recalled_;  ///< columns: sequences
};

}  // namespace flowsweep::experiment
