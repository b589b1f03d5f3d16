#include "sweep/text_check.hpp"

#include <fmt/format.h>

#include <string_view>

namespace flowsweep::sweep {
namespace {

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

// Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7); 0 if it is malformed.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!continues(text, at + i)) return 0;
  if (length < 3) return length;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool not_a_character = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || not_a_character ? 0 : length;
}

// What is wrong with a line (without its line end); "" if nothing.
std::string fault(std::string_view line, const Limits& limits) {
  if (line.size() > limits.line_bytes)
    return fmt::format("the line has {} bytes; the limit is {}", line.size(), limits.line_bytes);
  for (std::size_t at = 0; at < line.size();) {
    const auto byte = static_cast<unsigned char>(line[at]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F)
      return fmt::format("the control character 0x{:02x} in column {} is not allowed", byte, at + 1);
    const std::size_t length = sequence_length(line, at);
    if (length == 0) return fmt::format("the byte 0x{:02x} in column {} is not UTF-8", byte, at + 1);
    at += length;
  }
  return "";
}

}  // namespace

void check_text(const std::string& text, const std::string& file, const Limits& limits) {
  if (text.size() > limits.text_bytes)
    throw InputError(file, fmt::format("a sweep file has at most {} bytes", limits.text_bytes));
  if (text.starts_with("\xEF\xBB\xBF"))
    throw InputError(file + ":1", "the file begins with a byte order mark; save it as UTF-8 without one");
  int number = 1;
  for (std::size_t start = 0; start < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line(text.data() + start, end - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (const std::string message = fault(line, limits); !message.empty())
      throw InputError(fmt::format("{}:{}", file, number), message);
    start = end + 1;
  }
}

void check_override(const std::string& text, const Limits& limits) {
  if (const std::string message = fault(text, limits); !message.empty())
    throw InputError("command line: --set", message);
}

}  // namespace flowsweep::sweep
