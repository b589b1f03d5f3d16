#include "experiment/sequence_start.hpp"

#include "core/rng.hpp"
#include "model/linear_attention.hpp"
#include "risk/full_population.hpp"
#include "risk/population.hpp"

namespace flowsweep::experiment {

std::vector<double> real_start(const sweep::Point& point, const theory::MesaSetting& setting) {
  std::vector<double> theta = setting.all_blocks
                                  ? risk::full_diagonal_start(setting.dimension, setting.a0, setting.b0)
                                  : risk::diagonal_start(setting.dimension, setting.a0, setting.b0);
  CounterRng rng(point.id(), Stream::initial_weights);
  if (setting.perturbation > 0)
    for (double& weight : theta) weight += setting.perturbation * rng.normal();
  return theta;
}

std::vector<double> complex_start(const sweep::Point& point, const theory::MesaSetting& setting) {
  const std::vector<double> theta = real_start(point, setting);
  const auto d = static_cast<std::size_t>(setting.dimension);
  std::vector<double> weights(model::weight_count(d), 0.0);
  if (2 * theta.size() == weights.size()) {
    for (std::size_t k = 0; k < theta.size(); ++k) weights[2 * k] = theta[k];
    return weights;
  }
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      weights[model::p1_index(d, i, j)] = theta[d * i + j];
      weights[model::q21_index(d, i, j)] = theta[d * d + d * i + j];
    }
  return weights;
}

}  // namespace flowsweep::experiment
