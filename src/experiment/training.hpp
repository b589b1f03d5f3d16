#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "core/differentiable.hpp"
#include "sweep/grid.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::experiment {

/// The risk that the flow of a point descends.
std::unique_ptr<Differentiable> training_risk(const sweep::Point& point, const theory::MesaSetting& setting);

/// The weights at flow time 0, in the layout of the final weights: a function of the point.
std::vector<double> start_weights(const sweep::Point& point);

/// Number of final weights of a point.
std::uint32_t weight_count(const sweep::Point& point);

}  // namespace flowsweep::experiment
