#pragma once
#include <cstdint>
#include <string>

namespace flowsweep::cli {

inline constexpr std::int64_t longest_slurm_time = 365LL * 24 * 3600;

/// Seconds of a time limit as Slurm writes it: M, M:S, H:M:S, D-H, D-H:M or D-H:M:S, rounded up to whole
/// minutes as Slurm does. Throws InputError, naming `option`, unless it is from one minute to 365 days.
std::int64_t parse_slurm_time(const std::string& text, const std::string& option);

/// "D-HH:MM:SS", without the days if there are none.
std::string slurm_time_text(std::int64_t seconds);

}  // namespace flowsweep::cli
