#include "export/show.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "export/sketch.hpp"
#include "store/point_text.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::exporting {
namespace {

using record::RunRecord;
using record::Verdict;
using store::Reader;

constexpr std::size_t digits_of_an_id = 16;

void show_parameters(const sweep::Vocabulary& vocabulary, const std::vector<sweep::Value>& values,
                     const std::string& file, std::ostream& out) {
  for (std::size_t p = 0; p < values.size(); ++p) {
    const sweep::ParameterDeclaration& declaration = vocabulary.parameters[p];
    const std::string text = store::value_text(declaration, sweep::shown_value(vocabulary, values, p));
    const std::string note = declaration.key == store::rows_key ? file
                             : declaration.unit == "1"          ? ""
                                                                : declaration.unit;
    const std::string unit = note.empty() ? "" : " (" + note + ")";
    if (!text.empty()) out << fmt::format("  {:20} {}{}\n", declaration.key, text, unit);
  }
}

void show_run(const RunRecord& run, std::ostream& out) {
  out << fmt::format("\nRun: {} at flow time {:.6g}", record::name(run.status), run.flow_time);
  if (!run.message.empty()) out << " (" << run.message << ")";
  out << fmt::format("\n  {} steps, {} gradient evaluations, {} Hessian-vector products\n", run.steps,
                     run.evaluations, run.products);
  out << fmt::format("  largest gradient norm {:.17g}\n", run.largest_gradient_norm);
  out << fmt::format("  {:.3g} s", run.wall_seconds) << (run.host.empty() ? "" : " on " + run.host)
      << fmt::format(", attempt {}\n", run.attempts);
}

void show_finals(const store::Schema& schema, const RunRecord& run, std::ostream& out) {
  out << "\nAt the end:\n";
  for (std::size_t o = 0; o < schema.observables.size(); ++o)
    out << fmt::format("  {:16} {:24.17g}  {}\n", schema.observables[o].name, run.finals[o],
                       schema.observables[o].long_name);
}

// The observable that is drawn: ab where the model has it.
std::size_t drawn_observable(const store::Schema& schema) {
  for (std::size_t o = 0; o < schema.observables.size(); ++o)
    if (schema.observables[o].name == "ab") return o;
  return 0;
}

void show_trajectory(const store::Schema& schema, const RunRecord& run, std::ostream& out) {
  const std::vector<double>& times = run.trajectory.flow_time;
  if (times.empty() || schema.observables.empty()) return;
  const std::size_t drawn = drawn_observable(schema), width = schema.observables.size();
  std::vector<double> series;
  for (std::size_t r = 0; r < times.size(); ++r) series.push_back(run.trajectory.values[r * width + drawn]);
  const std::string& name = schema.observables[drawn].name;
  out << fmt::format("\n{} over {} records, from {:.6g} to {:.6g}:\n  |{}|\n", name, times.size(),
                     series.front(), series.back(), sketch(series));
  constexpr std::size_t rows = 6;
  const std::size_t shown = std::min(rows, times.size());
  out << fmt::format("  {:>14}  {:>24}\n", "flow time", name);
  for (std::size_t k = 0; k < shown; ++k) {
    const std::size_t r = shown == 1 ? 0 : k * (times.size() - 1) / (shown - 1);
    out << fmt::format("  {:14.6g}  {:24.17g}\n", times[r], series[r]);
  }
}

void show_conditions(const char* kind, const std::vector<std::string>& names,
                     const std::vector<theory::Condition>* known, const std::vector<double>& margins,
                     std::ostream& out) {
  for (std::size_t c = 0; c < names.size(); ++c) {
    out << fmt::format("  {:10} {:40} margin {:<12.6g}", kind, names[c], margins[c]);
    if (known != nullptr && c < known->size()) out << " " << (*known)[c].meaning;
    out << "\n";
  }
}

void show_measurements(const std::vector<record::Quantity>& quantities, const std::vector<double>& measured,
                       std::ostream& out) {
  for (std::size_t m = 0; m < quantities.size() && m < measured.size(); ++m)
    out << fmt::format("  quantity   {:24} {:24.17g}  {}\n", quantities[m].name, measured[m],
                       quantities[m].long_name);
}

void show_verdict(const store::TheoremColumns& stored, const Verdict& verdict,
                  const std::vector<double>& measured, const std::string& file, std::ostream& out) {
  const theory::Theorem* known = theory::find_theorem(stored.name);
  out << fmt::format("\n{}: {}\n", stored.name, record::name(verdict.kind));
  if (known != nullptr)
    out << fmt::format("  {} [{}]: {}\n", known->title, theory::name(known->standing), known->formula);
  out << fmt::format("  source     {}\n", stored.source);
  out << fmt::format("  predicted  {:.17g}\n  measured   {:.17g}\n", verdict.predicted, verdict.measured);
  out << fmt::format("  tolerance  {:.6g}: {}\n", verdict.tolerance, stored.tolerance_source);
  show_conditions("hypothesis", stored.hypotheses, known ? &known->hypotheses : nullptr,
                  verdict.hypothesis_margins, out);
  if (!file.empty() && theory::undecided(verdict))
    out << "  undecided: " << store::undecided_hint(file) << "\n";
  show_conditions("conclusion", stored.conclusions, known ? &known->conclusions : nullptr,
                  verdict.conclusion_margins, out);
  show_measurements(stored.measurements, measured, out);
}

void show_committed(Reader& reader, std::size_t row, const std::string& file, std::ostream& out) {
  const store::Schema& schema = reader.schema();
  const RunRecord run = reader.read(row);
  show_run(run, out);
  show_finals(schema, run, out);
  show_trajectory(schema, run, out);
  for (std::size_t t = 0; t < schema.theorems.size(); ++t)
    show_verdict(schema.theorems[t], run.verdicts[t], run.measurements[t], file, out);
}

}  // namespace

std::size_t row_of(const Reader& reader, std::string_view id) {
  const bool digits = !id.empty() && id.size() <= digits_of_an_id &&
                      id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  const SourceLocation command_line{"command line", 0};
  if (!digits)
    throw InputError(command_line, "ID", std::string(id), "must be 1 to 16 hexadecimal digits 0-9, a-f");
  const auto unused_bits = static_cast<unsigned>(4 * (digits_of_an_id - id.size()));
  const std::uint64_t head = parse_hex(std::string(digits_of_an_id - id.size(), '0') + std::string(id));
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < reader.size(); ++row)
    if (reader.ids()[row] >> unused_bits == head) rows.push_back(row);
  if (rows.empty())
    throw InputError(command_line, "ID", std::string(id), "no point of the store has this id");
  if (rows.size() > 1)
    throw InputError(command_line, "ID", std::string(id),
                     fmt::format("{} points have ids that begin so", rows.size()));
  return rows.front();
}

void show(Reader& reader, const sweep::Vocabulary& vocabulary, std::size_t row, const std::string& store,
          std::ostream& out) {
  const std::uint64_t id = reader.ids()[row];
  out << fmt::format("Point {} of sweep {} (row {} of {}, counted from 0)\n", to_hex(id),
                     reader.metadata().sweep_name, row, reader.size());
  Reader::RowState state{};
  std::string file;
  reader.visit(vocabulary, std::span(&row, 1), [&](const Reader::Row& stored) {
    state = stored.state;
    file = store::rows_file(reader, vocabulary, stored.parameters);
    show_parameters(vocabulary, stored.parameters, file, out);
  });
  if (state == Reader::RowState::missing) out << "\nNot run yet.\n";
  if (state == Reader::RowState::damaged)
    out << "\nDamaged: the row's checksum disagrees; `flowsweep run` runs it again.\n";
  if (state != Reader::RowState::committed) return;
  show_committed(reader, row, file, out);
  out << "\nRun it again and compare bits: " << store::point_command("reproduce", store, id) << "\n";
}

}  // namespace flowsweep::exporting
