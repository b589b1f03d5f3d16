#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/differentiable.hpp"
#include "flow/flow.hpp"
#include "record/record.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::experiment {

/// What the flow of one grid point descends, from where, and what its records hold.
struct Problem {
  std::vector<double> start;                 ///< weights at flow time 0, in the layout of the final weights
  std::unique_ptr<Differentiable> risk;      ///< descended by the flow
  std::unique_ptr<flow::Observer> observer;  ///< of the model's observables
  std::int64_t restart_steps = flow::Settings{}.restart_steps;  ///< as in flow::Settings
};

/// Bytes that a point holds because of one key, beside its states and gradients.
struct Holding {
  const char* key;
  std::uint64_t bytes;
};

/// A model as the engine knows it; one entry a value of the key `model`.
struct ModelFamily {
  std::string_view name;
  const std::vector<record::Quantity>& (*observables)();
  std::uint32_t (*weight_count)(const sweep::Point& point);  ///< number of final weights
  std::vector<double> (*start_weights)(const sweep::Point& point);
  Problem (*problem)(const sweep::Point& point);
  double (*predicted_seconds)(const sweep::Point& point);
  std::vector<Holding> (*holdings)(const sweep::Point& point);
};

/// The family of a point's model, or of a model by its name.
const ModelFamily& family_of(const sweep::Point& point);
const ModelFamily& family_of(std::string_view model);

std::span<const ModelFamily> model_families();

/// What the family of the point says.
std::vector<double> start_weights(const sweep::Point& point);
std::uint32_t weight_count(const sweep::Point& point);

/// The observables of the grid's models, each name once.
std::vector<record::Quantity> observables(const sweep::Grid& grid);

/// Those of all models.
std::vector<record::Quantity> all_observables();

}  // namespace flowsweep::experiment
