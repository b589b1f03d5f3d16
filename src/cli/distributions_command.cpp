#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cli/commands.hpp"
#include "cli/samples_page.hpp"
#include "distribution/law.hpp"
#include "experiment/parameters.hpp"
#include "sweep/nearest.hpp"
#include "sweep/specification.hpp"
#include "sweep/table.hpp"
#include "theory/assumptions.hpp"
#include "theory/mesa_setting.hpp"
#include "theory/recovery.hpp"

namespace flowsweep::cli {
namespace {

using distribution::LawFamily;
using theory::MesaSetting;
using theory::Offence;

const LawFamily& known_family(const std::string& name) {
  if (const LawFamily* family = distribution::find_family(name)) return *family;
  std::vector<std::string> names;
  for (const LawFamily& family : distribution::families()) names.push_back(family.name);
  if (name.find('(') != std::string::npos)
    throw InputError("command line: " + name, "unknown distribution; the rows of a file are samples(FILE)");
  throw InputError("command line: " + name,
                   "unknown distribution" + sweep::nearest_hint(name, names, "the nearest known one is",
                                                                "`flowsweep distributions` lists them"));
}

std::string heading(const LawFamily& family) {
  const std::size_t prose = family.moments.starts_with(';') ? 2 : 0;
  std::string text =
      fmt::format("{}\n  {}\n  {}\n", family.name, family.description, family.moments.substr(prose));
  for (const distribution::LawParameter& parameter : family.parameters)
    text += fmt::format("  {} = {}: {}\n", parameter.key, parameter.symbol, parameter.help);
  return text;
}

std::string list() {
  std::string text;
  for (const LawFamily& family : distribution::families()) text += heading(family);
  return text;
}

// "SECTION.KEY=VALUE" of a --set text, whose key must be one that the moments depend on.
std::string override_of(const LawFamily& family, const std::string& text) {
  const std::string key = text.substr(0, text.find('='));
  std::vector<std::string> known = {"dimension", "context"};
  for (const auto& parameter : family.parameters) known.push_back(parameter.key);
  if (std::ranges::find(known, key) == known.end())
    throw InputError("command line: --set " + text,
                     fmt::format("KEY must be one of {}", fmt::join(known, ", ")));
  const auto words = experiment::vocabulary();
  const auto declared = std::ranges::find(words->parameters, key, &sweep::ParameterDeclaration::key);
  return declared->section + "." + text;
}

// The points to print the law at, as a sweep would read them.
sweep::Sweep points(const LawFamily& family, const std::vector<std::string>& settings) {
  std::vector<std::string> overrides;
  for (const std::string& setting : settings) overrides.push_back(override_of(family, setting));
  const std::string text = fmt::format(
      "name = law\nmodel = linear-attention\n[axes]\ndistribution = {}\ndimension = 2, 5\ncontext = 100\n",
      family.name);
  return sweep::parse_sweep(text, "command line", overrides, experiment::vocabulary());
}

std::string setting_line(const LawFamily& family, const sweep::Point& point) {
  std::string text =
      fmt::format("  dimension = {}, context = {}", point.integer("dimension"), point.integer("context"));
  for (const auto& parameter : family.parameters)
    if (point.uses(parameter.key))
      text += fmt::format(", {} = {}", parameter.key, sweep::to_text(point.value(parameter.key)));
  return text + "\n";
}

double column_sum(const distribution::Law& law, int j) {
  double sum = 0;
  for (int r = 0; r < law.dimension(); ++r)
    if (r != j) sum += law.moment(std::vector<distribution::Factor>{{j, 4}, {r, 2}});
  return sum;
}

// One line where the coordinates agree, else one a coordinate.
std::string moment_lines(const MesaSetting& setting) {
  const auto& law = *setting.law;
  std::string text;
  for (int j = 0; j < (law.exchangeable() ? 1 : law.dimension()); ++j) {
    const theory::Kappas k = theory::kappas(law, j);
    text += fmt::format("    {}E v^2 = {:.10g}, kappa1 = {:.10g}, kappa2 = {:.10g}, kappa3 = {:.10g}",
                        law.exchangeable() ? "" : fmt::format("j = {}: ", j + 1),
                        law.moment(std::vector<distribution::Factor>{{j, 2}}), k.kappa1, k.kappa2, k.kappa3);
    if (!law.exchangeable())
      text += fmt::format(" (row sum), sum_r E v_j^4 v_r^2 = {:.10g} (column sum)", column_sum(law, j));
    text += "\n";
  }
  return text + fmt::format("    kappa1 / (kappa2 + kappa3 H1/(T-2)) = {:.10g}\n",
                            theory::predicted_limit(setting).product);
}

std::string condition(const std::string& name, const Offence& offence, const std::string& met) {
  const double margin = theory::moment_tolerance - offence.violation;
  const std::string why = margin >= 0 ? "met: " + met
                                      : fmt::format("unmet: {} is {:.6g}, not {:.6g} (margin {:.3g})",
                                                    offence.moment, offence.value, offence.demanded, margin);
  return fmt::format("    {}: {}\n", name, why);
}

std::string recovery_lines(const MesaSetting& setting) {
  const auto& law = *setting.law;
  if (theory::equal_kappas_margin(law) < 0)
    return "    Assumption 4.2: is about laws whose coordinates have the same kappas\n";
  const auto line = [](const char* name, double margin, const std::string& why) {
    return fmt::format("    {}: {}: {} (margin {:.3g})\n", name, margin >= 0 ? "met" : "unmet", why, margin);
  };
  const theory::Kappas k = theory::kappas(law, 0);
  const double gap = theory::recovery_gap(law);
  const double finite = theory::unexplained_energy(law, theory::predicted_limit(setting).product);
  return line("Assumption 4.2 as encoded here", theory::convergence_margin(law),
              fmt::format("as both contexts grow the share {:.6g} of the energy stays unexplained",
                          std::abs(gap))) +
         line("its form on the support (derived)", theory::support_margin(law),
              fmt::format("1 - kappa1^2 / (kappa2 E v^2) = {:.6g}, 0 iff every |v_j| is 0 or {:.6g}", gap,
                          std::sqrt(k.kappa2 / k.kappa1))) +
         line("recovery at this training context (derived)", theory::exact_recovery_margin(setting),
              fmt::format("the share {:.6g} stays unexplained as the test length grows", finite));
}

std::string conditions(const MesaSetting& setting) {
  const auto& law = *setting.law;
  return condition("single powers vanish (Assumption 4.1 as encoded here, first part)",
                   theory::single_power_offence(law),
                   "every mixed moment up to degree 6 with a coordinate of power one is 0") +
         condition("equal kappas (Assumption 4.1 as encoded here, second part)",
                   theory::equal_kappas_offence(law),
                   "kappa1, kappa2, kappa3 are the same for every coordinate") +
         condition("invariance of the diagonal set (derived)", theory::invariance_offence(law, setting.sums),
                   "no moment drives A = a I, B = b I off the diagonal") +
         recovery_lines(setting);
}

// Families with a list have no points unless one is given.
std::string in_full(const LawFamily& family, const std::vector<std::string>& settings) {
  std::string text =
      heading(family) + "  kappa1 = E v_j^4, kappa2 = E v_j^6, kappa3 = sum_{r != j} E v_j^2 v_r^4\n";
  if (settings.empty() && family.parameters.back().list)
    return text + fmt::format("\n  Moments and hypotheses: --set dimension=.. --set {}=..\n",
                              family.parameters.back().key);
  const sweep::Sweep shown = points(family, settings);
  for (std::size_t row = 0; row < shown.grid.size(); ++row) {
    const sweep::Point point = shown.grid.point(row);
    const MesaSetting setting = theory::mesa_setting(point);
    text += "\n" + setting_line(family, point) + moment_lines(setting) + conditions(setting);
  }
  return text;
}

// FILE of samples(FILE).
std::string samples_file(const std::string& name) {
  const auto words = experiment::vocabulary();
  return sweep::file_of(words->parameters[sweep::parameter_index(*words, "distribution")], name);
}

// The context of a page that has no other parameter.
std::int64_t context_of(const std::vector<std::string>& settings) {
  for (const std::string& setting : settings)
    if (setting.substr(0, setting.find('=')) != "context")
      throw InputError("command line: --set " + setting,
                       "KEY must be context: the rows of a file are shown as they are");
  const sweep::Sweep shown = points(known_family("gaussian"), settings);
  if (shown.grid.table(sweep::parameter_index(*shown.grid.vocabulary(), "context")).size() != 2)
    throw InputError("command line: --set", "a sample is shown at one context");
  return shown.grid.point(0).integer("context");
}

ExitCode run(const Arguments& arguments) {
  if (!arguments.given("NAME") && arguments.given("set"))
    throw InputError("command line: --set", "needs the NAME of a distribution");
  const std::string name = arguments.given("NAME") ? arguments.text("NAME") : "";
  if (const std::string file = samples_file(name); !file.empty())
    fmt::print("{}", samples_page(file, context_of(arguments.list("set"))));
  else
    fmt::print("{}", name.empty() ? list() : in_full(known_family(name), arguments.list("set")));
  return ExitCode::success;
}

}  // namespace

const Command& distributions_command() {
  static const Command command = {
      "distributions",
      "List the laws of the initial token, or print one with its moments.",
      "Prints the formula of each law, its parameters and its moments; with NAME also the kappas and which "
      "hypotheses of the theorems the law meets there, and why: the moment that misses one by most. The "
      "values of --set are those of a sweep file, several as on an axis. NAME = 'samples(FILE)' (or "
      "'samples(FILE:DATASET)') shows the rows of a file: their kappas and the hypotheses with simultaneous "
      "confidence intervals, and how many rows would decide what these do not.\n"
      "Exit code 0; 2: unknown distribution, or parameters without a law.",
      {{"NAME", "Law to print in full.", false}},
      {{"set", 0, "KEY=VALUES", "A parameter of the law, dimension or context (default 2, 5 and 100).",
        true}},
      run};
  return command;
}

}  // namespace flowsweep::cli
