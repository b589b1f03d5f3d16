#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include "cli/command.hpp"
#include "cli/help.hpp"
#include "cli/report.hpp"
#include "core/instruction_set.hpp"
#include "core/provenance.hpp"
#include "store/point_text.hpp"

namespace flowsweep::cli {
namespace {

/// Whether this process leads its MPI job, as the launcher tells it: errors are printed once.
bool leads_job() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"})
    if (const char* rank = std::getenv(name)) return std::string(rank) == "0";
  return true;
}

std::string version_text() {
  const Provenance p = provenance();
  return fmt::format(
      "flowsweep {}\n"
      "commit           {}\n"
      "compiler         {}\n"
      "libraries        {}\n"
      "instruction set  {}\n"
      "kernel version   {}\n",
      p.program_version, p.git_commit, p.compiler, p.libraries, p.instruction_set, p.kernel);
}

ExitCode dispatch(const std::vector<std::string>& words) {
  if (words.empty()) {
    report(short_help());
    return ExitCode::bad_input;
  }
  if (words[0] == "--version") return fmt::print("{}", version_text()), ExitCode::success;
  if (words[0] == "--help" || words[0] == "-h") return fmt::print("{}", short_help()), ExitCode::success;
  const Command& command = known_command(words[0]);
  (void)active_instruction_set();  // refuses a wrong FLOWSWEEP_INSTRUCTION_SET before anything starts
  const std::span rest = std::span(words).subspan(1);
  if (std::ranges::find(rest, "--help") != rest.end() || std::ranges::find(rest, "-h") != rest.end())
    return fmt::print("{}", command_help(command)), ExitCode::success;
  Arguments arguments = parse_arguments(command, rest);
  arguments.command_line = "flowsweep";
  for (const std::string& word : words) arguments.command_line += " " + store::quoted(word);
  return command.run(arguments);
}

ExitCode guarded(const std::vector<std::string>& words) {
  ExitCode code = ExitCode::internal_error;
  std::string message;
  try {
    return dispatch(words);
  } catch (const InputError& error) {
    message = error.what();
    code = ExitCode::bad_input;
  } catch (const std::system_error& error) {
    message = error.what();
    code = ExitCode::bad_input;
  } catch (const std::exception& error) {
    message = std::string("internal error: ") + error.what();
  }
  // A launcher ends the job when the first process fails: the others leave that to the one that speaks.
  if (!leads_job()) return ExitCode::success;
  report("flowsweep: {}\n", message);
  return code;
}

}  // namespace
}  // namespace flowsweep::cli

int main(int argc, char** argv) {
  using flowsweep::ExitCode;
  ExitCode code = flowsweep::cli::guarded(std::vector<std::string>(argv + 1, argv + argc));
  const bool unwritten = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (unwritten && code != ExitCode::bad_input) {  // which has been said to stderr
    flowsweep::cli::report("flowsweep: stdout: cannot be written\n");
    code = ExitCode::bad_input;
  }
  return static_cast<int>(code);
}
