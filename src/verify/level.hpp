#pragma once

namespace flowsweep::verify {

/// What verify() did to reach its verdicts, said in every output.
inline constexpr const char* level = "judged from stored measurements";

}  // namespace flowsweep::verify
