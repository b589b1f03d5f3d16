#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "cli/command.hpp"
#include "sweep/nearest.hpp"

namespace flowsweep::cli {
namespace {

namespace po = boost::program_options;

[[noreturn]] void refuse(const Command& command, const std::string& subject, const std::string& constraint) {
  throw InputError("command line: " + subject,
                   fmt::format("{} (see: flowsweep help {})", constraint, command.name));
}

po::options_description options_of(const Command& command) {
  po::options_description options;
  for (const OptionDeclaration& option : command.options) {
    const std::string names = option.letter != 0 ? option.name + "," + option.letter : option.name;
    if (option.argument.empty())
      options.add_options()(names.c_str(), option.help.c_str());
    else
      options.add_options()(names.c_str(), po::value<std::vector<std::string>>()->composing(),
                            option.help.c_str());
  }
  return options;
}

std::string option_hint(const Command& command, std::string_view given) {
  std::vector<std::string> names;
  for (const OptionDeclaration& option : command.options) names.push_back("--" + option.name);
  const std::string near = sweep::near_candidate(given, names);
  return near.empty() ? "" : "; the nearest known one is " + near;
}

const OptionDeclaration& declaration(const Command& command, const std::string& name) {
  for (const OptionDeclaration& option : command.options)
    if (option.name == name) return option;
  throw std::logic_error("undeclared option " + name);
}

void take_option(const Command& command, const po::option& parsed, Arguments& arguments) {
  const OptionDeclaration& option = declaration(command, parsed.string_key);
  if (!option.repeatable && arguments.given(option.name))
    refuse(command, "--" + option.name, "must be given once");
  if (option.argument.empty()) return arguments.add(option.name, "");
  for (const std::string& value : parsed.value) {
    if (value.empty()) refuse(command, "--" + option.name, "must have a value, " + option.argument);
    arguments.add(option.name, value);
  }
}

void take_positionals(const Command& command, const std::vector<std::string>& words, Arguments& arguments) {
  const auto& declared = command.positionals;
  const bool open_ended = !declared.empty() && declared.back().repeatable;
  if (words.size() > declared.size() && !open_ended)
    refuse(command, words[declared.size()], "is one argument too many; use: " + usage(command));
  for (std::size_t k = 0; k < words.size(); ++k)
    arguments.add(declared[std::min(k, declared.size() - 1)].name, words[k]);
}

void check_required(const Command& command, const Arguments& arguments) {
  for (const PositionalDeclaration& positional : command.positionals)
    if (positional.required && !arguments.given(positional.name))
      refuse(command, positional.name, "is missing; use: " + usage(command));
  for (const OptionDeclaration& option : command.options)
    if (option.required && !arguments.given(option.name))
      refuse(command, "--" + option.name + " " + option.argument, "is missing; use: " + usage(command));
}

std::vector<po::option> split_words(const Command& command, std::span<const std::string> words) {
  const po::options_description options = options_of(command);
  // Abbreviated names are refused: they would change their meaning as options are added.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    po::command_line_parser parser(std::vector<std::string>(words.begin(), words.end()));
    return parser.options(options).style(style).run().options;
  } catch (const po::unknown_option& error) {
    refuse(
        command, error.get_option_name(),
        fmt::format("unknown option of `{}`{}", command.name, option_hint(command, error.get_option_name())));
  } catch (const po::error_with_option_name& error) {
    refuse(command, error.get_option_name(), error.what());
  }
}

}  // namespace

Arguments parse_arguments(const Command& command, std::span<const std::string> words) {
  Arguments arguments;
  std::vector<std::string> positionals;
  for (const po::option& parsed : split_words(command, words)) {
    if (parsed.position_key >= 0)
      positionals.insert(positionals.end(), parsed.value.begin(), parsed.value.end());
    else
      take_option(command, parsed, arguments);
  }
  take_positionals(command, positionals, arguments);
  check_required(command, arguments);
  return arguments;
}

std::string usage(const Command& command) {
  std::string text = command.name;
  for (const PositionalDeclaration& positional : command.positionals)
    text += (positional.required ? " " + positional.name : " [" + positional.name + "]") +
            (positional.repeatable ? "..." : "");
  for (const OptionDeclaration& option : command.options) {
    const std::string flag = option.letter != 0 ? std::string("-") + option.letter : "--" + option.name;
    const std::string word = option.argument.empty() ? flag : flag + " " + option.argument;
    text += option.required ? " " + word : " [" + word + "]" + (option.repeatable ? "..." : "");
  }
  return text;
}

}  // namespace flowsweep::cli
