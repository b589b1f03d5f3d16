#include "cli/samples_page.hpp"

#include <fmt/format.h>

#include <array>

#include "core/error.hpp"
#include "experiment/parameters.hpp"
#include "store/table_file.hpp"
#include "theory/sample_tests.hpp"

namespace flowsweep::cli {
namespace {

using distribution::SampleTable;
using theory::MomentTest;
using theory::Outcome;
using theory::SampleTest;

// A standard error of which one row makes up so much says little.
constexpr double heavy = 0.2;

std::string interval(const MomentTest& moment) {
  return fmt::format("{} = {:.6g} +- {:.3g}", moment.name, moment.value, moment.half_width);
}

std::string kappa_lines(const SampleTable& table) {
  const std::vector<MomentTest> kappas = theory::kappa_intervals(table);
  const std::size_t each = kappas.size() / static_cast<std::size_t>(table.dimension());
  std::string text;
  for (std::size_t k = 0; k < kappas.size(); ++k)
    text += fmt::format("{}{}",
                        k % each == 0 ? fmt::format("{}    j = {}: ", k > 0 ? "\n" : "", k / each + 1) : ", ",
                        interval(kappas[k]));
  return text + "\n";
}

std::string reason(const SampleTest& test) {
  const MomentTest& moment = test.deciding;
  switch (test.outcome()) {
    case Outcome::met:
      return fmt::format("met: {} within {:g} % of its Hoelder bound; the widest: {} (bound {:.3g})",
                         test.moments.size() == 1 ? "its one moment is"
                                                  : fmt::format("each of {} moments is", test.moments.size()),
                         100 * theory::equivalence_margin, interval(moment), moment.scale);
    case Outcome::unmet:
      return "unmet: " + interval(moment) + ", which excludes 0";
    case Outcome::undecided:
      break;
  }
  return fmt::format("undecided: {} (bound {:.3g}); about {:.2g} rows would decide", interval(moment),
                     moment.scale, test.rows_needed);
}

std::string line(const std::string& name, const SampleTest& test) {
  std::string text = fmt::format("    {}: {}\n", name,
                                 test.moments.empty() ? "met: d = 1 has no such moment" : reason(test));
  if (test.deciding.heaviest > heavy)
    text += fmt::format(
        "      one row makes up {:.0f} % of that variance: with heavy tails (sixth moments need finite "
        "twelfth "
        "moments) the interval is too short\n",
        100 * test.deciding.heaviest);
  return text;
}

std::shared_ptr<const SampleTable> published(const sweep::Table& table, const std::string& file) {
  distribution::publish(table.hash(), file, table.columns, table.values);
  const std::array hash = {static_cast<double>(table.hash())};
  if (const auto fault = distribution::samples_fault(static_cast<int>(table.columns), hash))
    throw InputError(file, fault->constraint);
  return distribution::published(table.hash());
}

}  // namespace

std::string samples_page(const std::string& file, std::int64_t context) {
  const sweep::Table rows = store::read_table(file);
  const std::shared_ptr<const SampleTable> table = published(rows, file);
  return fmt::format(
             "samples({})\n  v one of {} rows, d = {}, context = {}\n"
             "  rows = {} (hash of the values, which points of this law carry)\n"
             "  kappa1 = E v_j^4, kappa2 = E v_j^6, kappa3 = sum_{{r != j}} E v_j^2 v_r^4\n"
             "  intervals of all kappas together, and of all moments of each hypothesis together: {} %\n",
             file, table->rows(), table->dimension(), context, rows.hash(), 100 * theory::sample_confidence) +
         kappa_lines(*table) +
         line("single powers vanish (Assumption 4.1 as encoded here, first part)",
              theory::single_power_test(*table)) +
         line("equal kappas (Assumption 4.1 as encoded here, second part)",
              theory::equal_kappas_test(*table)) +
         line("invariance of the diagonal set (derived)",
              theory::invariance_test(*table, risk::context_sums(context))) +
         line("Assumption 4.2 by its form on the support (derived)", theory::support_test(*table));
}

}  // namespace flowsweep::cli
