#include "store/table_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "store/hdf5_handle.hpp"
#include "store/stored_file.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::store {
namespace {

constexpr std::size_t least_rows = 2;
// Between these bounds a row's moments of degree 6 are numbers of double precision that are not 0.
constexpr double largest_magnitude = 1e20, least_scale = 1e-50;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";

void check_regular(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    throw InputError(path,
                     "does not exist; the rows of samples(FILE) are looked for from the sweep file's folder");
  if (!std::filesystem::is_regular_file(status))
    throw InputError(path, "is no file; rows of numbers are needed");
}

bool is_hdf5(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(hdf5_signature.size(), '\0');
  return file.read(head.data(), static_cast<std::streamsize>(head.size())) && head == hdf5_signature;
}

void check_size(std::size_t rows, std::size_t columns, const std::string& path) {
  if (rows < least_rows)
    throw InputError(path, fmt::format("has {} row{} of numbers; a sample needs at least {}", rows,
                                       rows == 1 ? "" : "s", least_rows));
  if (columns == 0 || rows > sweep::largest_table / columns)
    throw InputError(path, fmt::format("has {} rows of {} columns; at most {} numbers are allowed", rows,
                                       columns, sweep::largest_table));
}

bool is_number(std::string_view text) {
  double value = 0;
  text = sweep::trimmed(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string place(std::size_t row, std::size_t column) {
  return fmt::format("row {}, column {}", row + 1, column + 1);
}

std::string place(const sweep::Table& table, std::size_t k) {
  return place(k / table.columns, k % table.columns);
}

void check_value(double value, const SourceLocation& where, const std::string& name) {
  if (!std::isfinite(value)) throw InputError(where, name, fmt::format("{}", value), "must be finite");
  if (std::abs(value) > largest_magnitude)
    throw InputError(where, name, fmt::format("{}", value),
                     fmt::format("must be between {0:g} and {1:g}", -largest_magnitude, largest_magnitude));
}

// Refuses rows whose moments are all 0, or would be in double precision.
void check_scale(const sweep::Table& table, const std::string& subject) {
  const auto magnitude = [](double value) { return std::abs(value); };
  const auto largest = std::ranges::max_element(table.values, {}, magnitude);
  if (*largest == 0)
    throw InputError(subject, "every number of its rows is 0; a law needs a row that is not");
  if (std::abs(*largest) < least_scale)
    throw InputError(
        {subject, 0}, place(table, static_cast<std::size_t>(largest - table.values.begin())),
        fmt::format("{}", *largest),
        fmt::format(
            "is the number of largest magnitude; that must be at least {:g}, or sixth moments underflow",
            least_scale));
}

// NAME or "NAME", where NAME begins with a letter and does not stand for a missing number.
bool is_column_name(std::string_view field) {
  if (field.size() >= 2 && field.starts_with('"') && field.ends_with('"'))
    field = field.substr(1, field.size() - 2);
  std::string word(field);
  for (char& letter : word)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return !word.empty() && word.front() >= 'a' && word.front() <= 'z' && word != "na" && !is_number(word);
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t start = 0; start <= line.size();) {
    const std::size_t comma = std::min(line.find(',', start), line.size());
    fields.push_back(sweep::trimmed(line.substr(start, comma - start)));
    start = comma + 1;
  }
  return fields;
}

class CsvReader {
 public:
  explicit CsvReader(const std::string& path) : path_(path) {}

  void read_line(std::string_view line, int number) {
    if (number == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    line = sweep::trimmed(line);
    if (line.empty() || line.starts_with('#')) return;
    const auto fields = fields_of(line);
    if (rows_ == 0 && names_ == 0 && std::ranges::all_of(fields, is_column_name)) {
      names_ = fields.size();
      header_ = {{path_, number}, "header"};
      return;
    }
    add_row(fields, number);
  }

  sweep::Table finish() && {
    check_size(rows_, table_.columns, path_);
    check_scale(table_, path_);
    return std::move(table_);
  }

 private:
  void add_row(const std::vector<std::string_view>& fields, int number) {
    ++rows_;
    if (rows_ == 1) begin(fields);
    if (fields.size() != table_.columns)
      throw InputError({path_, number}, fmt::format("row {}", rows_),
                       fmt::format("{} columns", fields.size()),
                       fmt::format("must have {} columns, as the rows before it", table_.columns));
    if (rows_ * table_.columns > sweep::largest_table) check_size(rows_, table_.columns, path_);
    for (std::size_t j = 0; j < fields.size(); ++j)
      add_value(fields[j], {{path_, number}, place(rows_ - 1, j)});
  }

  void begin(const std::vector<std::string_view>& fields) {
    table_.columns = fields.size();
    if (names_ > 0 && names_ != fields.size())
      sweep::refuse(header_, fmt::format("{} names", names_),
                    fmt::format("the rows have {} columns (numbers are separated by commas)", fields.size()));
  }

  void add_value(std::string_view text, const sweep::Field& field) {
    if (text.find_first_of(" \t;") != std::string_view::npos)
      sweep::refuse(field, text, "must be one real number: numbers are separated by commas");
    const double value = sweep::parse_real(text, field);
    check_value(value, field.where, field.name);
    table_.values.push_back(value);
  }

  const std::string& path_;
  std::size_t names_ = 0;  // of the header, 0 without one
  sweep::Field header_;
  std::size_t rows_ = 0;
  sweep::Table table_;
};

sweep::Table read_csv(const std::string& path) {
  check_regular(path);
  if (is_hdf5(path)) throw InputError(path, "is an HDF5 file: name its dataset, samples(FILE:DATASET)");
  std::ifstream file(path);
  if (!file) throw InputError(path, "cannot be read");
  CsvReader reader(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) reader.read_line(line, number);
  return std::move(reader).finish();
}

Handle open_file(const std::string& path) {
  try {
    return Handle(FLOWSWEEP_HDF5(H5Fopen(path.c_str(), H5F_ACC_RDONLY, file_access())), H5Fclose);
  } catch (const Hdf5Error& error) {
    throw InputError(path, std::string("cannot be read as an HDF5 file (") + error.what() + ")");
  }
}

Handle open_dataset(hid_t file, const std::string& name, const std::string& path) {
  try {
    return Handle(FLOWSWEEP_HDF5(H5Dopen2(file, name.c_str(), H5P_DEFAULT)), H5Dclose);
  } catch (const Hdf5Error&) {
    throw InputError(path, fmt::format("has no dataset '{}'", name));
  }
}

// Rows and columns of a dataset of numbers.
std::pair<std::size_t, std::size_t> shape_of(hid_t dataset, const std::string& subject) {
  const Handle space(FLOWSWEEP_HDF5(H5Dget_space(dataset)), H5Sclose);
  const Handle type(FLOWSWEEP_HDF5(H5Dget_type(dataset)), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_FLOAT && kind != H5T_INTEGER) throw InputError(subject, "must hold real numbers");
  const int rank = FLOWSWEEP_HDF5(H5Sget_simple_extent_ndims(space));
  if (rank != 2)
    throw InputError(subject, fmt::format("has {} dimensions; it must have two, rows and columns", rank));
  hsize_t extent[2];
  FLOWSWEEP_HDF5(H5Sget_simple_extent_dims(space, extent, nullptr));
  return {static_cast<std::size_t>(extent[0]), static_cast<std::size_t>(extent[1])};
}

void check_values(const sweep::Table& table, const std::string& subject) {
  const auto faulty = [](double value) { return !(std::abs(value) <= largest_magnitude); };
  const auto found = std::ranges::find_if(table.values, faulty);
  if (found != table.values.end())
    check_value(*found, {subject, 0}, place(table, static_cast<std::size_t>(found - table.values.begin())));
  check_scale(table, subject);
}

sweep::Table read_hdf5(const std::string& path, const std::string& name) {
  check_regular(path);
  const QuietErrors quiet;
  const std::string subject = path + ":" + name;
  const Handle file = open_file(path);
  const Handle dataset = open_dataset(file, name, path);
  const auto [rows, columns] = shape_of(dataset, subject);
  check_size(rows, columns, subject);
  sweep::Table table;
  table.columns = columns;
  table.values.resize(rows * columns);
  FLOWSWEEP_HDF5(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, table.values.data()));
  check_values(table, subject);
  for (double& value : table.values)
    if (value == 0) value = 0;  // as CSV: -0 is 0
  return table;
}

}  // namespace

sweep::Table read_table(const std::string& path) {
  const std::size_t colon = path.rfind(':');
  if (colon == std::string::npos) return read_csv(path);
  return read_hdf5(path.substr(0, colon), path.substr(colon + 1));
}

}  // namespace flowsweep::store
