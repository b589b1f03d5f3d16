#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "core/counted.hpp"
#include "core/hash.hpp"
#include "core/provenance.hpp"
#include "store/point_text.hpp"
#include "verify/coverage_text.hpp"
#include "verify/level.hpp"
#include "verify/verify.hpp"

namespace flowsweep::verify {
namespace {

using record::VerdictKind;

std::size_t name_width(const Report& report) {
  std::size_t width = std::string_view("theorem").size();
  for (const Tally& tally : report.tallies) width = std::max(width, tally.theorem.size());
  return width;
}

void print_head(const Report& report, const Options& options, std::ostream& out) {
  out << fmt::format("{}: {}\n", options.store, level(options));
  out << fmt::format("{}: {} committed, {} missing, {} damaged\n\n", counted(report.points, "point"),
                     report.committed, report.missing, report.damaged);
}

void print_table(const Report& report, std::ostream& out) {
  const std::size_t width = name_width(report);
  out << fmt::format("{:{}}  {:8}", "theorem", width, "standing");
  for (const std::string_view name : record::verdict_names)
    out << fmt::format("  {:>{}}", name, std::max<std::size_t>(name.size(), 8));
  out << fmt::format("  {:>12}  {:16}  {}\n", "worst margin", "at", "points tested");
  for (const Tally& tally : report.tallies) {
    out << fmt::format("{:{}}  {:8}", tally.theorem, width, tally.standing);
    for (std::size_t k = 0; k < tally.counts.size(); ++k)
      out << fmt::format("  {:>{}}", tally.counts[k],
                         std::max<std::size_t>(record::verdict_names[k].size(), 8));
    const std::string margin = tally.worst_id ? fmt::format("{:.6g}", tally.worst_margin) : "-";
    out << fmt::format("  {:>12}  {:16}  {} of {}\n", margin, tally.worst_id ? to_hex(*tally.worst_id) : "-",
                       tally.tested(), report.points);
  }
}

void print_finding(const Finding& finding, const Options& options, std::ostream& out) {
  const record::Verdict& judged = finding.judged;
  out << fmt::format("  {}  {}: margin {:.6g}", to_hex(finding.id), finding.theorem, judged.margin);
  if (!finding.broken.empty()) out << fmt::format(", not met: {}", fmt::join(finding.broken, ", "));
  out << fmt::format("\n      predicted {:.17g}, measured {:.17g}, tolerance {:.3g}\n", judged.predicted,
                     judged.measured, judged.tolerance);
  out << "      " << finding.in_words << "\n";
  out << "      " << store::point_command("show", options.store, finding.id) << "\n";
  out << "      " << store::point_command("reproduce", options.store, finding.id) << "\n";
}

std::string listed(std::size_t shown, std::size_t all) {
  return shown < all ? fmt::format("{}, the first {}", all, shown) : fmt::format("{}", all);
}

void print_disagreements(const Report& report, const Options& options, std::ostream& out) {
  if (report.disagreeing == 0) return;
  out << fmt::format("\nStored verdicts or measurements that the stored runs do not support ({}):\n",
                     listed(report.disagreements.size(), report.disagreeing));
  for (const Finding& finding : report.disagreements) {
    out << fmt::format("  stored as {}, judged {}:\n", record::name(finding.stored.kind),
                       record::name(finding.judged.kind));
    for (const Discrepancy& discrepancy : finding.discrepancies)
      out << fmt::format("    {}: {:.17g} stored, {:.17g} measured again\n", discrepancy.name,
                         discrepancy.stored, discrepancy.again);
    print_finding(finding, options, out);
  }
}

void print_violations(const Report& report, const Options& options, std::ostream& out) {
  if (report.violated == 0) return;
  out << fmt::format("\nViolated ({}):\n", listed(report.violations.size(), report.violated));
  for (const Finding& finding : report.violations) print_finding(finding, options, out);
}

void print_undecided(const Report& report, std::ostream& out) {
  for (const auto& [file, pairs] : report.undecided)
    out << fmt::format("\nUndecided hypotheses, {}: {}\n", counted(pairs, "(point, theorem) pair"),
                       store::undecided_hint(file));
}

void print_obstacles(const Report& report, std::ostream& out) {
  if (report.damaged > 0) {
    std::vector<std::string> ids;
    for (const std::uint64_t id : report.damaged_ids) ids.push_back(to_hex(id));
    out << fmt::format("\nDamaged ({}): {}\n", listed(ids.size(), report.damaged), fmt::join(ids, ", "));
  }
  for (const std::string& reason : report.unusable) out << "\nUnusable: " << reason << "\n";
}

void print_closing(const Report& report, std::ostream& out) {
  const std::size_t tested = report.tested();
  out << "\n";
  if (tested == 0) {
    out << "Nothing was tested: at no point were a theorem's hypotheses met by a finished run.\n";
    return;
  }
  for (const Tally& tally : report.tallies)
    if (tally.tested() == 0) out << tally.theorem << ": nothing was tested\n";
  out << fmt::format("{} of {} (point, theorem) pairs were tested: {} hold, {} violated.\n", tested,
                     report.points * report.tallies.size(), tested - report.violated, report.violated);
}

}  // namespace

void print(const Report& report, const Options& options, std::ostream& out) {
  print_head(report, options, out);
  print_table(report, out);
  print_violations(report, options, out);
  print_disagreements(report, options, out);
  print_undecided(report, out);
  print_obstacles(report, out);
  if (report.coverage) out << coverage_text(report, options);
  print_closing(report, out);
}

ExitCode verify(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                const Options& options, std::ostream& out, std::ostream& err) {
  // Said before a long judging: measurements of another version may mean something else.
  if (reader.metadata().kernel != kernel_version)
    err << fmt::format(
        "warning: {} was computed by kernel version {}; this program has kernel version {} and judges by its "
        "own rules\n",
        options.store, reader.metadata().kernel, kernel_version);
  const Report report = examine(reader, vocabulary, options);
  options.json ? print_json(report, options, out) : print(report, options, out);
  if (report.missing > 0)
    err << fmt::format("warning: {} of {} points have not been run\n", report.missing, report.points);
  if (report.damaged > 0)
    err << fmt::format("warning: {} of {} points are damaged; `flowsweep run` runs them again\n",
                       report.damaged, report.points);
  return exit_code(report);
}

}  // namespace flowsweep::verify
