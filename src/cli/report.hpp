#pragma once
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

namespace flowsweep::cli {

/// Writes to stderr and ignores whether that works: a closed terminal or a full log disk ends no run.
inline void report(const std::string& text) {
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

template <typename... Args>
void report(fmt::format_string<Args...> format, Args&&... args) {
  report(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace flowsweep::cli
