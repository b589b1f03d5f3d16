#pragma once
#include "verify/verify.hpp"

namespace flowsweep::verify {

/// What verify() did to reach its verdicts, said in every output.
inline const char* level(const Options& options) {
  return options.start_weights ? "measured again from the final weights (no flow was integrated again)"
                               : "judged from stored measurements";
}

}  // namespace flowsweep::verify
