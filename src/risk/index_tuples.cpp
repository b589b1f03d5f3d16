#include "risk/index_tuples.hpp"

#include <algorithm>

namespace flowsweep::risk {

void for_different_indices(int dimension, int size, const std::function<void(std::span<const int>)>& visit) {
  std::vector<int> tuple;
  const auto extend = [&](const auto& self) -> void {
    if (static_cast<int>(tuple.size()) == size) return visit(tuple);
    for (int j = 0; j < dimension; ++j) {
      if (std::ranges::find(tuple, j) != tuple.end()) continue;
      tuple.push_back(j);
      self(self);
      tuple.pop_back();
    }
  };
  extend(extend);
}

}  // namespace flowsweep::risk
