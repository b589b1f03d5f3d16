#include "cli/batch_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "core/error.hpp"
#include "store/point_text.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::size_t longest_job_name = 64;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool fits_directive(char c) {
  return is_letter_or_digit(c) || std::string_view("-_.,:@%").find(c) != std::string_view::npos;
}

std::string shell_word(const std::string& value) {
  const auto control = std::ranges::find_if(value, is_control);
  if (control != value.end())
    throw InputError("command line: " + value.substr(0, static_cast<std::size_t>(control - value.begin())),
                     fmt::format("is followed by the control character 0x{:02x}, which a batch script must "
                                 "not hold",
                                 static_cast<unsigned char>(*control)));
  return store::quoted(value);
}

}  // namespace

BatchScript::BatchScript(std::string_view template_name)
    : text_(batch_templates().find(template_name)->second) {}

void BatchScript::replace_line(const std::string& start, const std::string& line) {
  const std::size_t found = text_.find("\n" + start);
  if (found == std::string::npos) throw std::logic_error("no line of the batch script starts with " + start);
  text_.replace(found + 1, text_.find('\n', found + 1) - found - 1, line);
}

void BatchScript::set_directive(std::string_view key, std::string_view value) {
  if (!std::ranges::all_of(value, fits_directive))
    throw std::logic_error(fmt::format("{} is no value of a batch script's --{}", value, key));
  const std::string start = fmt::format("#SBATCH --{}=", key);
  const bool switched_off = text_.find("\n#" + start) != std::string::npos;
  replace_line(switched_off ? "#" + start : start, start + std::string(value));
}

void BatchScript::set_variable(std::string_view name, const std::string& value) {
  replace_line(fmt::format("{}=", name), fmt::format("{}={}", name, shell_word(value)));
}

void BatchScript::set_list(std::string_view name, const std::vector<std::string>& values) {
  std::string items;
  for (const std::string& value : values) items += (items.empty() ? "" : " ") + shell_word(value);
  replace_line(fmt::format("{}=(", name), fmt::format("{}=({})", name, items));
}

std::string job_name(std::string_view name) {
  std::string result(name.substr(0, longest_job_name));
  std::ranges::replace_if(
      result, [](char c) { return !is_letter_or_digit(c) && c != '-' && c != '_' && c != '.'; }, '_');
  if (result.starts_with('.') || result.starts_with('-')) result[0] = '_';
  return result;
}

std::string never_an_option(const std::string& path) {
  return path.starts_with('-') ? "./" + path : path;
}

}  // namespace flowsweep::cli
