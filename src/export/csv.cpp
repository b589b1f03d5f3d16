#include "export/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string_view>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "store/point_text.hpp"
#include "store/sealed_file.hpp"
#include "store/select.hpp"
#include "store/temporary_file.hpp"

namespace flowsweep::exporting {
namespace {

using store::Reader;

// One line at a time; cells are separated by commas.
class Line {
 public:
  void text(std::string_view cell) {
    separate();
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
      line_ += cell;
      return;
    }
    line_ += '"';
    for (const char c : cell) line_ += c == '"' ? std::string("\"\"") : std::string(1, c);
    line_ += '"';
  }

  void real(double value) {
    separate();
    if (std::isnan(value))
      line_ += "nan";
    else
      fmt::format_to(std::back_inserter(line_), "{:.17g}", value);
  }

  void integer(std::int64_t value) {
    separate();
    fmt::format_to(std::back_inserter(line_), "{}", value);
  }

  void empty(std::size_t cells) {
    for (std::size_t c = 0; c < cells; ++c) text("");
  }

  void end(std::ostream& out) {
    line_ += '\n';
    out.write(line_.data(), static_cast<std::streamsize>(line_.size()));
    line_.clear();
    first_ = true;
  }

 private:
  void separate() {
    if (!first_) line_ += ',';
    first_ = false;
  }

  std::string line_;
  bool first_ = true;
};

class Table {
 public:
  Table(Reader& reader, const sweep::Vocabulary& vocabulary, std::vector<std::size_t> theorems,
        std::ostream& out)
      : schema_(reader.schema()), vocabulary_(vocabulary), theorems_(std::move(theorems)), out_(out) {}

  void header() {
    line_.text("id");
    for (const auto& declaration : vocabulary_.parameters) line_.text(parameter_column(declaration.key));
    for (const char* key : {"status", "flow_time", "evaluations", "wall_seconds"}) line_.text(key);
    for (const record::Quantity& observable : schema_.observables) line_.text(observable.name);
    for (const std::size_t t : theorems_)
      for (const char* key : {".verdict", ".margin", ".predicted", ".measured"})
        line_.text(schema_.theorems[t].name + key);
    line_.end(out_);
  }

  void row(const Reader::Row& row) {
    line_.text(to_hex(row.id));
    parameters(row);
    if (row.state == Reader::RowState::committed) {
      run(row.run);
    } else {
      line_.text(record::name(record::Status::not_run));
      line_.empty(3 + schema_.observables.size() + 4 * theorems_.size());
    }
    line_.end(out_);
  }

 private:
  // Column names are distinct: `risk` is a parameter and an observable.
  std::string parameter_column(const std::string& key) const {
    const bool taken =
        std::ranges::find(schema_.observables, key, &record::Quantity::name) != schema_.observables.end();
    return taken ? "parameter." + key : key;
  }

  void parameters(const Reader::Row& row) {
    for (std::size_t p = 0; p < vocabulary_.parameters.size(); ++p) {
      const sweep::Value value =
          row.parameters.empty() ? sweep::Value{} : sweep::shown_value(vocabulary_, row.parameters, p);
      if (const auto* number = std::get_if<double>(&value))
        line_.real(*number);
      else
        line_.text(store::value_text(vocabulary_.parameters[p], value));
    }
  }

  void run(const record::RunRecord& run) {
    line_.text(record::name(run.status));
    line_.real(run.flow_time);
    line_.integer(run.evaluations);
    line_.real(run.wall_seconds);
    for (const double value : run.finals) line_.real(value);
    for (const std::size_t t : theorems_) {
      const record::Verdict& verdict = run.verdicts[t];
      line_.text(record::name(verdict.kind));
      for (const double value : {verdict.margin, verdict.predicted, verdict.measured}) line_.real(value);
    }
  }

  const store::Schema& schema_;
  const sweep::Vocabulary& vocabulary_;
  std::vector<std::size_t> theorems_;
  std::ostream& out_;
  Line line_;
};

void count(const Reader::Row& row, CsvSummary& summary) {
  ++summary.lines;
  summary.missing += row.state == Reader::RowState::missing;
  summary.damaged += row.state == Reader::RowState::damaged;
}

// The exported store itself is an HDF5 file too, whatever the name it goes by.
void check_target(const std::string& path) {
  std::error_code unreadable;
  const std::filesystem::file_status status = std::filesystem::status(path, unreadable);
  if (!std::filesystem::exists(status)) return;
  if (!std::filesystem::is_regular_file(status))
    throw InputError(path, "is not a regular file; without --output the table goes to stdout");
  if (store::holds_hdf5(path))
    throw InputError(path, "is an HDF5 file; a store is never replaced by a table");
}

}  // namespace

CsvSummary write_csv(Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                     const CsvOptions& options, std::ostream& out) {
  Table table(reader, *vocabulary, store::select_theorems(reader.schema(), options.theorems), out);
  const std::vector<std::size_t> rows = store::select_rows(reader, vocabulary, options.where);
  CsvSummary summary;
  table.header();
  reader.visit(*vocabulary, rows, [&](const Reader::Row& row) {
    count(row, summary);
    table.row(row);
  });
  out.flush();
  if (!out) throw InputError("the table", "cannot be written");
  return summary;
}

CsvSummary write_csv_file(Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                          const CsvOptions& options, const std::string& path) {
  check_target(path);
  store::TemporaryFile file(store::resolved(path), 0);
  std::ofstream stream(file.path(), std::ios::binary);
  const CsvSummary summary = write_csv(reader, vocabulary, options, stream);
  stream.close();
  if (!stream) throw InputError(path, "cannot be written whole");
  file.publish();
  return summary;
}

}  // namespace flowsweep::exporting
