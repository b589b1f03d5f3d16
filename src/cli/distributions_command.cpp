#include <fmt/format.h>

#include <array>

#include "cli/commands.hpp"
#include "distribution/law.hpp"
#include "sweep/nearest.hpp"
#include "theory/assumptions.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::array example_dimensions = {2, 5};
constexpr std::int64_t example_context = 100;

const distribution::LawFamily& known_family(const std::string& name) {
  if (const distribution::LawFamily* family = distribution::find_family(name)) return *family;
  std::vector<std::string> names;
  for (const distribution::LawFamily& family : distribution::families()) names.push_back(family.name);
  throw InputError("command line: " + name,
                   "unknown distribution" + sweep::nearest_hint(name, names, "the nearest known one is",
                                                                "`flowsweep distributions` lists them"));
}

std::string list() {
  std::string text;
  for (const distribution::LawFamily& family : distribution::families()) {
    text += fmt::format("{}\n  {}\n  {}\n", family.name, family.description, family.moments);
    for (const distribution::LawParameter& parameter : family.parameters)
      text += fmt::format("  {} = {}: {}\n", parameter.key, parameter.symbol, parameter.help);
  }
  return text;
}

std::string condition(const std::string& name, double margin, const std::string& met,
                      const std::string& unmet) {
  return fmt::format("    {}: {}\n", name,
                     margin >= 0 ? "met, " + met : fmt::format("unmet, {} (margin {:.3g})", unmet, margin));
}

std::string example(const distribution::LawFamily& family, int dimension) {
  const std::vector<double> parameters(family.parameters.size(), 1.0);
  theory::MesaSetting setting;
  setting.law = family.make(dimension, parameters);
  setting.dimension = dimension;
  setting.context = example_context;
  setting.sums = risk::context_sums(example_context);
  const theory::Kappas k = theory::kappas(*setting.law, 0);
  return fmt::format("  d = {}, every parameter 1: kappa1 = {:.10g}, kappa2 = {:.10g}, kappa3 = {:.10g}\n",
                     dimension, k.kappa1, k.kappa2, k.kappa3) +
         condition("single powers vanish (Assumption 4.1 as encoded, first part)",
                   theory::single_power_margin(*setting.law),
                   "every mixed moment up to degree 6 with a coordinate of power one is 0",
                   "a mixed moment with a coordinate of power one is not 0") +
         condition("equal kappas (Assumption 4.1 as encoded, second part)",
                   theory::equal_kappas_margin(*setting.law),
                   "kappa1, kappa2, kappa3 are the same for every coordinate",
                   "the coordinates' kappas differ") +
         condition(fmt::format("invariance of the diagonal set (T = {})", example_context),
                   theory::invariance_margin(setting), "no moment drives A = a I, B = b I off the diagonal",
                   "a moment such as E v_p^3 v_q^3 drives the flow off A = a I, B = b I");
}

std::string in_full(const distribution::LawFamily& family) {
  std::string text = fmt::format("{}\n  {}\n  {}\n", family.name, family.description, family.moments);
  for (const distribution::LawParameter& parameter : family.parameters)
    text += fmt::format("  {} = {}: {}\n", parameter.key, parameter.symbol, parameter.help);
  text += "  kappa1 = E v_j^4, kappa2 = E v_j^6, kappa3 = sum_{r != j} E v_j^2 v_r^4\n\n";
  for (const int dimension : example_dimensions) text += example(family, dimension);
  return text;
}

ExitCode run(const Arguments& arguments) {
  fmt::print("{}", arguments.given("NAME") ? in_full(known_family(arguments.text("NAME"))) : list());
  return ExitCode::success;
}

}  // namespace

const Command& distributions_command() {
  static const Command command = {"distributions",
                                  "List the laws of the initial token, or print one with its moments.",
                                  "Prints the formula of each law, its parameters and its moments; with "
                                  "NAME also the kappas at two dimensions and which hypotheses of the "
                                  "theorems the law meets, and why.\n"
                                  "Exit code 0; 2: unknown distribution.",
                                  {{"NAME", "Law to print in full.", false}},
                                  {},
                                  run};
  return command;
}

}  // namespace flowsweep::cli
