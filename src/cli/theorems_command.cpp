#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "sweep/nearest.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::cli {
namespace {

const theory::Theorem& known_theorem(const std::string& name) {
  if (const theory::Theorem* theorem = theory::find_theorem(name)) return *theorem;
  std::vector<std::string> names;
  for (const theory::Theorem* theorem : theory::registry()) names.push_back(theorem->name);
  throw InputError("command line: " + name,
                   "unknown theorem" + sweep::nearest_hint(name, names, "the nearest known one is",
                                                           "`flowsweep theorems` lists them"));
}

std::string list() {
  std::size_t width = 0;
  for (const theory::Theorem* theorem : theory::registry()) width = std::max(width, theorem->name.size());
  std::string text;
  for (const theory::Theorem* theorem : theory::registry())
    text += fmt::format("{:<{}}  {:<8}  {}\n", theorem->name, width, theory::name(theorem->standing),
                        theorem->title);
  return text;
}

std::string conditions(const std::string& title, const std::vector<theory::Condition>& all) {
  std::string text = fmt::format("\n{}\n", title);
  for (const theory::Condition& condition : all)
    text += fmt::format("  {}: {}\n", condition.name, condition.meaning);
  return text;
}

std::string in_full(const theory::Theorem& theorem) {
  std::string text =
      fmt::format("{}: {}\n\nstanding  {}\nsource    {}\n\n{}\n\n  {}\n", theorem.name, theorem.title,
                  theory::name(theorem.standing), theorem.source, theorem.statement, theorem.formula);
  text += conditions("hypotheses", theorem.hypotheses) + conditions("conclusions", theorem.conclusions);
  text += "\nmeasured\n";
  for (const record::Quantity& quantity : theorem.measurements)
    text += fmt::format("  {} [{}]: {}\n", quantity.name, quantity.unit, quantity.long_name);
  return text + fmt::format("\ntolerance\n  {}\n", theorem.tolerance_source);
}

ExitCode run(const Arguments& arguments) {
  fmt::print("{}", arguments.given("NAME") ? in_full(known_theorem(arguments.text("NAME"))) : list());
  return ExitCode::success;
}

}  // namespace

const Command& theorems_command() {
  static const Command command = {
      "theorems",
      "List the theorems, or print one in full.",
      "Without NAME one line a theorem: its name, its standing (paper: a result of the paper as encoded "
      "here; derived: worked out for this project; observed: measured, not proved) and its title. With NAME "
      "its statement, formula, hypotheses and conclusions with the meaning of their margins, measurements, "
      "tolerance and source.\n"
      "Exit code 0; 2: unknown theorem.",
      {{"NAME", "Theorem to print in full.", false}},
      {},
      run};
  return command;
}

}  // namespace flowsweep::cli
