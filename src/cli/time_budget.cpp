#include "cli/time_budget.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace flowsweep::cli {
namespace {

constexpr double longest_reserve = 15;  // seconds
constexpr double largest_reserve_part = 0.25;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.starts_with('-')) return {};
  return value;
}

/// "1:02:03" as three numbers; nothing unless all are whole and those after the first are below 60.
std::optional<std::vector<double>> parts_of(std::string_view text) {
  std::vector<double> parts;
  while (true) {
    const std::size_t colon = text.find(':');
    const auto part = number<unsigned>(text.substr(0, colon));
    if (!part || (!parts.empty() && *part >= 60)) return {};
    parts.push_back(*part);
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

std::optional<double> clock_seconds(std::string_view text) {
  double days = 0;
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    const auto count = number<unsigned>(text.substr(0, dash));
    if (!count) return {};
    days = *count;
    text.remove_prefix(dash + 1);
  }
  const auto parts = parts_of(text);
  if (!parts || parts->size() > 3 || parts->size() < (dash == std::string_view::npos ? 2 : 3)) return {};
  double seconds = 0;
  for (const double part : *parts) seconds = 60 * seconds + part;
  return 86400 * days + seconds;
}

double seconds_until(double end_time) {
  using namespace std::chrono;
  return end_time - duration<double>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::optional<double> parse_duration(const std::string& text) {
  const bool plain = text.find_first_of(":-") == std::string::npos;
  const std::optional<double> seconds = plain ? number<double>(text) : clock_seconds(text);
  if (!seconds || !std::isfinite(*seconds) || *seconds <= 0) return {};
  return seconds;
}

std::optional<double> time_budget(const Arguments& arguments) {
  if (arguments.given("time-budget")) {
    const std::string text = arguments.text("time-budget");
    const std::optional<double> seconds = parse_duration(text);
    if (!seconds)
      throw InputError({"command line", 0}, "--time-budget", text,
                       "must be a positive number of seconds, MM:SS, HH:MM:SS or D-HH:MM:SS");
    return seconds;
  }
  const char* end = std::getenv("SLURM_JOB_END_TIME");
  if (end == nullptr || *end == '\0') return {};
  const auto time = number<double>(end);
  if (!time || !std::isfinite(*time))
    throw InputError({"environment", 0}, "SLURM_JOB_END_TIME", end, "must be seconds since 1970");
  return seconds_until(*time);
}

double time_reserve(double budget) {
  return std::clamp(largest_reserve_part * budget, 0.0, longest_reserve);
}

}  // namespace flowsweep::cli
