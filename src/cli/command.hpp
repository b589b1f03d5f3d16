#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.hpp"
#include "core/error.hpp"

namespace flowsweep::cli {

/// The one declaration of an option: parsing, help and the command reference are made from it.
struct OptionDeclaration {
  std::string name;      ///< "output", given as --output
  char letter = 0;       ///< 'o', given as -o; 0: none
  std::string argument;  ///< "STORE"; empty: a flag
  std::string help;      ///< one sentence; never empty
  bool repeatable = false;
  bool required = false;
};

/// An argument without a name. Required ones come first.
struct PositionalDeclaration {
  std::string name;  ///< "SWEEP"
  std::string help;
  bool required = true;
  bool repeatable = false;  ///< the last one only: takes all further words
};

/// A subcommand: each is one file, NAME_command.cpp.
struct Command {
  std::string name;
  std::string summary;      ///< one sentence
  std::string description;  ///< paragraphs; exit codes included
  std::vector<PositionalDeclaration> positionals;
  std::vector<OptionDeclaration> options;
  ExitCode (*run)(const Arguments& arguments);
};

/// Every subcommand, in the order of the help.
std::span<const Command* const> commands();
const Command* find_command(std::string_view name);  ///< nullptr if unknown

/// The command, or InputError with the nearest name.
const Command& known_command(const std::string& name);

/// Reads the words that follow the subcommand. Throws InputError for an unknown option (naming the nearest),
/// a missing value, a missing or an extra positional.
Arguments parse_arguments(const Command& command, std::span<const std::string> words);

/// "run SWEEP -o STORE [--set S.K=V]..."
std::string usage(const Command& command);

}  // namespace flowsweep::cli
