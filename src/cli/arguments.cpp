#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ranges>

#include "core/error.hpp"

namespace flowsweep::cli {

const std::vector<std::string>& Arguments::list(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(name);
  return found == values_.end() ? none : found->second;
}

std::string Arguments::text(std::string_view name, const std::string& fallback) const {
  const std::vector<std::string>& values = list(name);
  return values.empty() ? fallback : values.front();
}

std::vector<std::string> Arguments::names(std::string_view name) const {
  std::vector<std::string> names;
  for (const std::string& value : list(name))
    for (const auto part : std::views::split(value, ',')) {
      const std::string_view text(part.begin(), part.end());
      if (text.empty())
        throw InputError({"command line", 0}, fmt::format("--{}", name), value,
                         "must be names with single commas between them");
      names.emplace_back(text);
    }
  return names;
}

std::optional<std::int64_t> Arguments::integer(std::string_view name, std::int64_t lowest,
                                               std::int64_t highest) const {
  if (!given(name)) return std::nullopt;
  const std::string value = text(name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number < lowest || number > highest)
    throw InputError({"command line", 0}, fmt::format("--{}", name), value,
                     fmt::format("must be a whole number from {} to {}", lowest, highest));
  return number;
}

}  // namespace flowsweep::cli
