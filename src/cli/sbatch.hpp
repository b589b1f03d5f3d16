#pragma once
#include <string>
#include <vector>

namespace flowsweep::cli {

/// Runs `sbatch --parsable WORDS..` without a shell; its messages go to stderr as they come. Returns the
/// job's number. Throws InputError if there is no sbatch, if it refuses, and if its answer is no job's
/// number.
std::string submit_script(const std::vector<std::string>& words);

/// The number in what `sbatch --parsable` prints, "NUMBER" or "NUMBER;CLUSTER" in its last line: site
/// wrappers may print more lines before. Throws InputError if there is none.
std::string job_number(const std::string& answer);

}  // namespace flowsweep::cli
