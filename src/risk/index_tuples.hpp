#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "distribution/law.hpp"

namespace flowsweep::risk {

/// Calls visit with every tuple of `size` different indices below `dimension`, in lexicographic order.
void for_different_indices(int dimension, int size, const std::function<void(std::span<const int>)>& visit);

/// E prod_k v_{index[pattern[k]]}: the moment of a coincidence pattern at a tuple of different indices.
template <class Pattern>
double pattern_moment(const distribution::Law& law, const Pattern& pattern, std::span<const int> index) {
  std::vector<distribution::Factor> factors;
  for (const int coordinate : index) factors.push_back({coordinate, 0});
  for (const auto position : pattern) ++factors[position].power;
  return law.moment(factors);
}

}  // namespace flowsweep::risk
