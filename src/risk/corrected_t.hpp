#pragma once
#include <span>

namespace flowsweep::risk {

/// Student's t of "the mean is 0" of n values, corrected for their skewness by Hall's cubic transformation,
///   h = ((1 + k t / 3)^3 - 1) / k + k / 6,   t = mean / (sd / sqrt(n)),  k = skewness / sqrt(n),
/// which is normal to the order 1/n where t is only to 1/sqrt(n): contributions to sixth moments are so
/// skewed that t alone refutes true means. Whichever of h and t is the smaller in modulus, since h in its
/// turn exaggerates on the other side. 0 if every value is 0; infinite if all are the same otherwise. Source:
/// P. Hall, J. R. Statist. Soc. B 54 (1992) 221.
double corrected_t(std::span<const double> values);

}  // namespace flowsweep::risk
