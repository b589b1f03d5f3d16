#pragma once
#include <cstddef>
#include <vector>

namespace flowsweep::model {

/// Prompts of one length: tokens [count][N + T][d_i], demonstrations first, and the target of the last query
/// token of each ([count]; empty where a prompt has no target).
struct Prompts {
  int dimension = 1;       ///< d_i
  int demonstrations = 1;  ///< N
  int queries = 1;         ///< T
  std::vector<double> tokens;
  std::vector<double> targets;

  std::size_t tokens_of_one() const { return std::size_t(demonstrations + queries) * std::size_t(dimension); }
  std::size_t count() const { return tokens.size() / tokens_of_one(); }
};

}  // namespace flowsweep::model
