#pragma once
#include "cli/command.hpp"

/// One function a subcommand; each is defined in the file NAME_command.cpp.
namespace flowsweep::cli {

const Command& run_command();
const Command& plan_command();
const Command& status_command();
const Command& verify_command();
const Command& replicates_command();
const Command& export_command();
const Command& show_command();
const Command& digest_command();
const Command& merge_command();
const Command& repair_command();
const Command& submit_command();
const Command& reproduce_command();
const Command& audit_command();
const Command& theorems_command();
const Command& distributions_command();
const Command& bench_command();
const Command& help_command();

}  // namespace flowsweep::cli
