#pragma once
#include <string>

#include "cli/command.hpp"

namespace flowsweep::cli {

/// A dozen lines: the subcommands and how to get further.
std::string short_help();

/// Usage, description and options of one subcommand, for a terminal.
std::string command_help(const Command& command);

/// docs/command-reference.md.
std::string command_reference();

}  // namespace flowsweep::cli
