#pragma once
#include "risk/empirical_kernel.hpp"

namespace flowsweep::risk {

#define FLOWSWEEP_DECLARE_KERNEL(set)              \
  namespace set {                                  \
  EmpiricalKernel<double> causal_linear_kernel();  \
  EmpiricalKernel<double> causal_softmax_kernel(); \
  }
FLOWSWEEP_DECLARE_KERNEL(baseline)
FLOWSWEEP_DECLARE_KERNEL(avx2)
FLOWSWEEP_DECLARE_KERNEL(avx512)
#undef FLOWSWEEP_DECLARE_KERNEL

}  // namespace flowsweep::risk
