#pragma once
#include <vector>

#include "sweep/grid.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::experiment {

/// Weights at flow time 0 of attention on sequences: a0 I, b0 I and noise on every entry of the free blocks,
/// in their real layout.
std::vector<double> real_start(const sweep::Point& point, const theory::MesaSetting& setting);

/// The same in the complex layout of all blocks (model/linear_attention.hpp); blocks that are not free are 0.
std::vector<double> complex_start(const sweep::Point& point, const theory::MesaSetting& setting);

}  // namespace flowsweep::experiment
