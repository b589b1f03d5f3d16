#pragma once
#include <string>
#include <vector>

namespace flowsweep::cli {

/// What rank 0 tells the other ranks of a job. The sweep's text in full, because they may not see its file.
struct JobSettings {
  std::string instruction_set;
  std::string grid;  ///< hash of the grid, to be found again
  std::vector<std::string> theorems;
  std::string sweep_text;

  std::string encoded() const;
  static JobSettings decoded(const std::string& text);
};

}  // namespace flowsweep::cli
