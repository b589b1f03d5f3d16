#pragma once

namespace flowsweep::test {

#define FLOWSWEEP_DECLARE_PROBE(set)                                        \
  namespace set {                                                           \
  void lane_exponentials(const double* x, double* exponentials, int count); \
  }
/// exponential() of core/lane_exponential.inc, `count` a multiple of 8; pointers aligned to 64 bytes.
FLOWSWEEP_DECLARE_PROBE(baseline)
FLOWSWEEP_DECLARE_PROBE(avx2)
FLOWSWEEP_DECLARE_PROBE(avx512)
#undef FLOWSWEEP_DECLARE_PROBE

}  // namespace flowsweep::test
