#pragma once
#include <functional>
#include <string>

#include "sweep/parameter.hpp"

namespace flowsweep::sweep {

/// Hash for unordered containers of values; never stored.
struct ValueHash {
  std::size_t operator()(const Value& value) const {
    return std::visit([this](const auto& content) { return hash(content); }, value);
  }

 private:
  template <class Content>
  std::size_t hash(const Content& content) const {
    return std::hash<Content>{}(content);
  }
  std::size_t hash(const Pair& pair) const {
    return std::hash<double>{}(pair.first) * 0x9E3779B97F4A7C15u + std::hash<double>{}(pair.second);
  }
  std::size_t hash(const std::vector<double>& values) const {
    std::size_t combined = values.size();
    for (const double value : values) combined = combined * 0x9E3779B97F4A7C15u + std::hash<double>{}(value);
    return combined;
  }
};

}  // namespace flowsweep::sweep
