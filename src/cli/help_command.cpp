#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "experiment/parameters.hpp"
#include "sweep/nearest.hpp"
#include "sweep/reference.hpp"

namespace flowsweep::cli {
namespace {

std::string topic_help(const std::string& topic) {
  if (topic == "sweep-file") return sweep::reference_page(*experiment::vocabulary());
  if (const Command* command = find_command(topic)) return command_help(*command);
  std::vector<std::string> topics = {"sweep-file"};
  for (const Command* command : commands()) topics.push_back(command->name);
  throw InputError("command line: " + topic,
                   "unknown topic" + sweep::nearest_hint(topic, topics, "the nearest known one is",
                                                         "`flowsweep help` lists the commands"));
}

ExitCode run(const Arguments& arguments) {
  if (arguments.given("markdown"))
    fmt::print("{}", command_reference());
  else
    fmt::print("{}", arguments.given("TOPIC") ? topic_help(arguments.text("TOPIC")) : short_help());
  return ExitCode::success;
}

}  // namespace

const Command& help_command() {
  static const Command command = {"help",
                                  "Print help on a command or on sweep files.",
                                  "Without TOPIC the list of commands. TOPIC is a command, or sweep-file "
                                  "for every key of a sweep file (Markdown).\n"
                                  "Exit code 0; 2: unknown topic.",
                                  {{"TOPIC", "A command, or sweep-file.", false}},
                                  {{"markdown", 0, "", "Print the whole command reference as Markdown."}},
                                  run};
  return command;
}

}  // namespace flowsweep::cli
