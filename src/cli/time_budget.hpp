#pragma once
#include <optional>
#include <string>

#include "cli/arguments.hpp"

namespace flowsweep::cli {

/// Seconds of "90", "1.5", "MM:SS", "HH:MM:SS" or "D-HH:MM:SS"; nothing if it is none of these or not
/// positive.
std::optional<double> parse_duration(const std::string& text);

/// The seconds that a job may take from now on: --time-budget, else up to SLURM_JOB_END_TIME (seconds since
/// 1970), else nothing. Throws InputError for values that are none.
std::optional<double> time_budget(const Arguments& arguments);

/// Of a time budget, the part (seconds) kept for ending: checkpoints of the running points, putting rows on
/// the disk, the summary, and the launcher's own end.
double time_reserve(double budget);

}  // namespace flowsweep::cli
