#include "cli/size_text.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/error.hpp"

namespace flowsweep::cli {

std::string size_text(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size < 1e6) return fmt::format("{:.1f} kB", size / 1e3);
  return size < 1e9 ? fmt::format("{:.1f} MB", size / 1e6) : fmt::format("{:.2f} GB", size / 1e9);
}

std::uint64_t free_bytes(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) throw InputError(folder.string(), "the store's folder cannot be examined: " + error.message());
  return space.available;
}

}  // namespace flowsweep::cli
