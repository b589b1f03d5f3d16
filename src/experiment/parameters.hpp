#pragma once
#include <memory>

#include "sweep/grid.hpp"

namespace flowsweep::experiment {

/// Every parameter of grid points that the engine knows, which of them a point uses, and the theorems: the
/// one source of the sweep-file keys, --set, --where, the reference page and validation.
std::shared_ptr<const sweep::Vocabulary> vocabulary();

}  // namespace flowsweep::experiment
