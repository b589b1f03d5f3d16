#include "cli/slurm_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24 * hour;

// The numbers between the colons; nothing if there is anything else.
std::optional<std::vector<std::int64_t>> fields_of(std::string_view text) {
  std::vector<std::int64_t> fields;
  for (;;) {
    const std::string_view field = text.substr(0, text.find(':'));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
    const bool whole = error == std::errc{} && end == field.data() + field.size();
    if (!whole || field[0] == '-' || number > longest_slurm_time) return std::nullopt;
    fields.push_back(number);
    if (field.size() == text.size()) return fields;
    text.remove_prefix(field.size() + 1);
  }
}

std::optional<std::int64_t> days_and_hours(std::int64_t days, const std::vector<std::int64_t>& fields) {
  if (fields.size() > 3) return std::nullopt;
  std::int64_t seconds = days * day, unit = hour;
  for (const std::int64_t field : fields) {
    seconds += field * unit;
    unit /= 60;
  }
  return seconds;
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto last = fields_of(dash == std::string_view::npos ? text : text.substr(dash + 1));
  if (!last) return std::nullopt;
  if (dash != std::string_view::npos) {
    const auto days = fields_of(text.substr(0, dash));
    if (!days || days->size() != 1) return std::nullopt;
    return days_and_hours((*days)[0], *last);
  }
  if (last->size() == 1) return (*last)[0] * minute;
  if (last->size() == 2) return (*last)[0] * minute + (*last)[1];
  return days_and_hours(0, *last);
}

}  // namespace

std::int64_t parse_slurm_time(const std::string& text, const std::string& option) {
  const std::optional<std::int64_t> seconds = seconds_of(text);
  if (!seconds || *seconds < 1 || *seconds > longest_slurm_time)
    throw InputError({"command line", 0}, option, text,
                     "must be a time limit as Slurm writes it, up to 365 days: minutes, minutes:seconds, "
                     "hours:minutes:seconds, days-hours, days-hours:minutes or days-hours:minutes:seconds");
  return (*seconds + minute - 1) / minute * minute;
}

std::string slurm_time_text(std::int64_t seconds) {
  const std::string clock =
      fmt::format("{:02}:{:02}:{:02}", seconds % day / hour, seconds % hour / minute, seconds % minute);
  return seconds < day ? clock : fmt::format("{}-{}", seconds / day, clock);
}

}  // namespace flowsweep::cli
