#include "cli/progress.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace flowsweep::cli {
namespace {

constexpr int bar_width = 30;
constexpr double longest_silence = 30;  // seconds between plain lines

double fraction(const schedule::Progress& progress) {
  if (progress.done >= progress.total) return 1;
  return progress.total_cost > 0 ? std::min(progress.done_cost / progress.total_cost, 0.999) : 0;
}

}  // namespace

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds)) return "unknown";
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  const auto whole = static_cast<long long>(std::llround(std::min(seconds, 1e15)));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  return fmt::format("{} d {:02} h", whole / 86400, whole / 3600 % 24);
}

double remaining_seconds(const schedule::Progress& progress) {
  if (progress.done >= progress.total) return 0;
  if (!(progress.done_cost > 0)) return std::numeric_limits<double>::quiet_NaN();
  return progress.elapsed * (progress.total_cost - progress.done_cost) / progress.done_cost;
}

std::string progress_line(const schedule::Progress& progress) {
  const double rate = progress.elapsed > 0 ? static_cast<double>(progress.done) / progress.elapsed : 0;
  const std::string end = progress.done >= progress.total
                              ? fmt::format("in {}", duration_text(progress.elapsed))
                              : fmt::format("{} left", duration_text(remaining_seconds(progress)));
  return fmt::format("{:3} %  {}/{} points  {:.4g} points/s  {}", static_cast<int>(100 * fraction(progress)),
                     progress.done, progress.total, rate, end);
}

std::string progress_bar(const schedule::Progress& progress) {
  const int filled = static_cast<int>(bar_width * fraction(progress));
  return fmt::format("[{:#<{}}{:.<{}}] {}", "", filled, "", bar_width - filled, progress_line(progress));
}

bool ProgressDisplay::line_due(const schedule::Progress& progress) {
  const int tenth = static_cast<int>(10 * fraction(progress));
  if (tenth <= tenth_ && progress.elapsed - last_line_ < longest_silence) return false;
  tenth_ = tenth;
  last_line_ = progress.elapsed;
  return true;
}

void ProgressDisplay::write(const std::string& text) {
  (void)std::fwrite(text.data(), 1, text.size(), stream_);  // a closed terminal ends no run
  std::fflush(stream_);
}

void ProgressDisplay::say(const std::string& line) {
  write((terminal_ ? "\r\x1b[K" : "") + line + "\n");
}

void ProgressDisplay::show(const schedule::Progress& progress) {
  const bool at_end = progress.done >= progress.total;
  if (terminal_)
    write(fmt::format("\r{}\x1b[K{}", progress_bar(progress), at_end ? "\n" : ""));
  else if (line_due(progress))
    write(progress_line(progress) + "\n");
}

}  // namespace flowsweep::cli
