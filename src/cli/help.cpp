#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flowsweep::cli {
namespace {

constexpr std::size_t text_width = 100;

std::string option_words(const OptionDeclaration& option) {
  const std::string letter = option.letter != 0 ? fmt::format("-{}, ", option.letter) : "";
  const std::string value = option.argument.empty() ? "" : " " + option.argument;
  return letter + "--" + option.name + value;
}

std::string option_text(const OptionDeclaration& option) {
  return option.help + (option.required ? " Required." : "") + (option.repeatable ? " May be repeated." : "");
}

// Breaks a text without line ends into lines after `indent` blanks.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string out;
  std::size_t column = indent, start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::size_t length = end - start;
    if (column > indent && column + 1 + length > text_width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) out += ' ', ++column;
    out.append(text, start, length);
    column += length;
    start = end + 1;
  }
  return out;
}

std::string paragraphs(const std::string& text) {
  std::string out;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out += wrapped(text.substr(start, end - start), 0) + "\n";
    start = end + 1;
  }
  return out;
}

std::string markdown_cell(const std::string& text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '|') escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

std::string markdown_paragraphs(const std::string& text) {
  std::string out;
  for (const char letter : text) out += letter == '\n' ? "\n\n" : std::string(1, letter);
  return out;
}

std::string markdown_section(const Command& command) {
  std::string text =
      fmt::format("## {}\n\n{}\n\n```\nflowsweep {}\n```\n\n{}\n\n| argument | meaning |\n|---|---|\n",
                  command.name, command.summary, usage(command), markdown_paragraphs(command.description));
  for (const PositionalDeclaration& positional : command.positionals)
    text += fmt::format("| `{}` | {} |\n", positional.name, markdown_cell(positional.help));
  for (const OptionDeclaration& option : command.options)
    text += fmt::format("| `{}` | {} |\n", option_words(option), markdown_cell(option_text(option)));
  return text + "\n";
}

}  // namespace

std::string short_help() {
  std::string text = "flowsweep: sweeps of gradient flows of attention models, with verdicts on theorems\n\n";
  for (const Command* command : commands())
    text += fmt::format("  {:<14} {}\n", command->name, command->summary);
  return text +
         "\n"
         "flowsweep help COMMAND       arguments and exit codes of a command\n"
         "flowsweep help sweep-file    every key of a sweep file\n"
         "flowsweep --version          what this binary was built from\n";
}

std::string command_help(const Command& command) {
  std::string text =
      "flowsweep " + wrapped(usage(command), 10) + "\n\n" + paragraphs(command.description) + "\n";
  constexpr std::size_t indent = 34;
  const auto line = [&](const std::string& words, const std::string& meaning) {
    const std::string start = fmt::format("  {:<{}}", words, indent - 2);
    text += start + (start.size() > indent ? "\n" + std::string(indent, ' ') : "") +
            wrapped(meaning, indent) + "\n";
  };
  for (const PositionalDeclaration& positional : command.positionals) line(positional.name, positional.help);
  for (const OptionDeclaration& option : command.options) line(option_words(option), option_text(option));
  return text;
}

std::string command_reference() {
  std::string text =
      "# Command reference\n"
      "\n"
      "Written by `flowsweep help --markdown`. Data go to stdout, everything else to stderr.\n"
      "\n"
      "| exit code | meaning |\n"
      "|---|---|\n"
      "| 0 | done: after `run`, every selected point has a row, whatever the verdicts; after `verify`, "
      "nothing is violated |\n"
      "| 1 | internal error; after `verify`, something is violated; after `reproduce` and `audit`, the bits "
      "differ; "
      "after `merge`, "
      "runs contradict one another |\n"
      "| 2 | bad input, nothing was overwritten; after `verify`, unusable or damaged rows |\n"
      "| 75 | stopped early, or points are missing: more work is left |\n"
      "\n";
  for (const Command* command : commands()) text += markdown_section(*command);
  return text;
}

}  // namespace flowsweep::cli
