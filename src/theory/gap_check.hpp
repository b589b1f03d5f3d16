#pragma once
#include <vector>

#include "record/record.hpp"
#include "theory/token_check.hpp"

namespace flowsweep::theory {

/// Places in what dual.gap-identity measures.
namespace gap {
enum Measurement {
  rms,
  deviation,
  law,
  longer_rms,
  longer_deviation,
  slope,
  supremum,
  difference,
  rounding_unit,
  spread
};
}  // namespace gap

/// The second length whose gaps are compared: 4 N.
int longer_length(int count);

std::vector<record::Quantity> gap_quantities();

/// `near`: samples of N tokens, `far`: of 4 N. NaN for the supremum where no sample's mean differs from the
/// population's.
std::vector<double> gap_measurements(const TokenSource& source, const SampleGaps& near,
                                     const SampleGaps& far);

/// Predicted seconds of the maximiser and its two risks.
double maximiser_seconds(const sweep::Point& point);

}  // namespace flowsweep::theory
