#include "sweep/shard.hpp"

#include <charconv>
#include <sstream>

#include "sweep/ini.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

// Digits only; 0 for anything else and for what is out of range.
std::int64_t parse_count(std::string_view text) {
  std::int64_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  return error == std::errc() && end == last && number >= 1 && number <= most_shards ? number : 0;
}

bool assigns_shard(std::string_view line) {
  const std::size_t equals = line.find('=');
  return equals != std::string_view::npos && trimmed(line.substr(0, equals)) == "shard";
}

}  // namespace

Shard parse_shard(std::string_view text, const Field& field) {
  const std::size_t slash = text.find('/');
  const std::int64_t index = parse_count(trimmed(text.substr(0, slash)));
  const std::int64_t count =
      slash == std::string_view::npos ? 0 : parse_count(trimmed(text.substr(slash + 1)));
  if (index == 0 || count == 0 || index > count)
    refuse(field, text, "must be I/N, integers with 1 <= I <= N <= " + std::to_string(most_shards));
  return {static_cast<std::uint64_t>(index), static_cast<std::uint64_t>(count)};
}

std::string to_text(const Shard& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

std::string without_shard(const std::string& text) {
  std::istringstream lines(text);
  std::string kept;
  bool top = true;
  for (std::string line; std::getline(lines, line);) {
    const std::string_view view = line;
    top = top && !trimmed(view).starts_with('[');
    const bool dropped = view.starts_with(override_directive)
                             ? assigns_shard(view.substr(override_directive.size()))
                             : top && assigns_shard(view);
    if (!dropped) kept += line + "\n";
  }
  return kept;
}

}  // namespace flowsweep::sweep
