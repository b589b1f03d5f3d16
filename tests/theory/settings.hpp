#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "theory/mesa_setting.hpp"

namespace flowsweep::test {

/// The population flow of a law from a0 I, b0 I.
theory::MesaSetting setting_of(std::shared_ptr<const distribution::Law> law, std::int64_t context,
                               double a0 = 0.1, double b0 = 0.1);

/// The same for a shipped law with one parameter, its scale.
theory::MesaSetting setting_of(const std::string& family, int dimension, std::int64_t context,
                               double scale = 1);

}  // namespace flowsweep::test
