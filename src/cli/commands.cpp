#include "cli/commands.hpp"

#include <fmt/format.h>

#include <array>

#include "sweep/nearest.hpp"

namespace flowsweep::cli {

std::span<const Command* const> commands() {
  static const std::array all = {&run_command(),    &plan_command(),       &status_command(),
                                 &verify_command(), &replicates_command(), &export_command(),
                                 &show_command(),   &digest_command(),     &merge_command(),
                                 &repair_command(), &submit_command(),     &reproduce_command(),
                                 &audit_command(),  &theorems_command(),   &distributions_command(),
                                 &bench_command(),  &help_command()};
  return all;
}

const Command* find_command(std::string_view name) {
  for (const Command* command : commands())
    if (command->name == name) return command;
  return nullptr;
}

const Command& known_command(const std::string& name) {
  if (const Command* command = find_command(name)) return *command;
  std::vector<std::string> names;
  for (const Command* command : commands()) names.push_back(command->name);
  throw InputError("command line: " + name,
                   "unknown command" + sweep::nearest_hint(name, names, "the nearest known one is",
                                                           "`flowsweep help` lists them"));
}

}  // namespace flowsweep::cli
