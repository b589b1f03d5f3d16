#include "experiment/problem.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "experiment/causal_attention.hpp"
#include "experiment/linear_attention.hpp"
#include "experiment/softmax_attention.hpp"
#include "sweep/specification.hpp"

namespace flowsweep::experiment {
namespace {

void unite(std::vector<record::Quantity>& united, const std::vector<record::Quantity>& added) {
  for (const record::Quantity& quantity : added)
    if (std::ranges::find(united, quantity.name, &record::Quantity::name) == united.end())
      united.push_back(quantity);
}

}  // namespace

std::span<const ModelFamily> model_families() {
  static const std::array families = {
      linear_attention(), causal_attention(), softmax_attention("softmax-attention"),
      softmax_attention("transformer-layer"), softmax_attention("multilayer-attention")};
  return families;
}

const ModelFamily& family_of(std::string_view model) {
  const auto families = model_families();
  const auto found = std::ranges::find(families, model, &ModelFamily::name);
  if (found == families.end()) throw std::out_of_range(std::string(model));
  return *found;
}

const ModelFamily& family_of(const sweep::Point& point) {
  return family_of(point.name("model"));
}

std::vector<double> start_weights(const sweep::Point& point) {
  return family_of(point).start_weights(point);
}

std::uint32_t weight_count(const sweep::Point& point) {
  return family_of(point).weight_count(point);
}

std::vector<record::Quantity> observables(const sweep::Grid& grid) {
  std::vector<record::Quantity> united;
  for (const sweep::Value& model : grid.table(sweep::parameter_index(*grid.vocabulary(), "model")))
    if (const auto* name = std::get_if<std::string>(&model)) unite(united, family_of(*name).observables());
  return united;
}

std::vector<record::Quantity> all_observables() {
  std::vector<record::Quantity> united;
  for (const ModelFamily& family : model_families()) unite(united, family.observables());
  return united;
}

}  // namespace flowsweep::experiment
