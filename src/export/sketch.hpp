#pragma once
#include <span>
#include <string>

namespace flowsweep::exporting {

/// One line of characters, one a value, from '_' (the smallest) to '#' (the largest) in ten steps; '?' where
/// a value is not finite. A constant series is drawn at the lowest level.
std::string sketch(std::span<const double> values);

}  // namespace flowsweep::exporting
