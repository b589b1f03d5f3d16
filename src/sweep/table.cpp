#include "sweep/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>

#include "core/hash.hpp"
#include "sweep/ini.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

constexpr std::string_view head_mark = "#! table ";
constexpr std::string_view row_mark = "#! row ";
constexpr std::uint64_t kept_bits = (std::uint64_t{1} << 53) - 1;

// What follows a mark in a line, which comments and indentation may precede; nothing if it is not there.
std::optional<std::string_view> after(std::string_view line, std::string_view mark) {
  const std::size_t at = line.find(mark);
  if (at == std::string_view::npos || line.find_first_not_of("# \t") < at) return {};
  return line.substr(at + mark.size());
}

// HASH COLUMNS NAME
std::pair<Table, std::int64_t> parse_head(std::string_view head, const Field& field) {
  const std::size_t first = head.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : head.find(' ', first + 1);
  if (second == std::string_view::npos) refuse(field, head, "must be HASH COLUMNS FILE");
  Table table;
  table.name = trimmed(head.substr(second + 1));
  const std::int64_t columns = parse_integer(head.substr(first + 1, second - first - 1), field);
  if (columns < 1) refuse(field, head, "a table has at least one column");
  table.columns = static_cast<std::size_t>(columns);
  return {table, parse_integer(head.substr(0, first), field)};
}

void append_row(Table& table, std::string_view text, const Field& field) {
  const auto numbers = split_list(text, ',', field);
  if (numbers.size() != table.columns)
    refuse(field, text, fmt::format("must have {} numbers", table.columns));
  if (table.values.size() + table.columns > largest_table)
    refuse(field, table.name, fmt::format("a table has at most {} numbers", largest_table));
  for (const std::string_view number : numbers) table.values.push_back(parse_real(number, field));
}

void check_hash(const std::vector<Table>& tables, const std::vector<std::int64_t>& hashes,
                const std::string& file) {
  for (std::size_t k = 0; k < tables.size(); ++k)
    if (tables[k].values.empty() || tables[k].hash() != hashes[k])
      throw InputError(
          file, fmt::format("holds other rows of {} than those with the hash {}", tables[k].name, hashes[k]));
}

// Files named by an item of an axis, in the order of their sections.
std::vector<std::pair<std::string, Field>> files_in(const Document& document, const Vocabulary& vocabulary) {
  std::vector<std::pair<std::string, Field>> files;
  for (const Section& section : document.sections)
    for (const ParameterDeclaration& declaration : vocabulary.parameters) {
      const bool grid = section.name == "axes" || section_kind(section.name) == "grid";
      const Entry* entry = grid && !declaration.file_choice.empty() ? section.find(declaration.key) : nullptr;
      if (entry == nullptr || entry->value.empty()) continue;
      for (const std::string_view item : split_list(entry->value, ',', entry->field))
        if (std::string file = file_of(declaration, item); !file.empty())
          files.emplace_back(std::move(file), entry->field);
    }
  return files;
}

}  // namespace

std::int64_t Table::hash() const {
  std::vector<double> content = {static_cast<double>(columns)};
  content.reserve(values.size() + 1);
  for (const double value : values) content.push_back(value == 0 ? 0.0 : value);
  return static_cast<std::int64_t>(hash_bytes(std::as_bytes(std::span(content))) & kept_bits);
}

std::string table_block(const Table& table) {
  std::string text = fmt::format("{}{} {} {}\n", head_mark, table.hash(), table.columns, table.name);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    text += row_mark;
    for (std::size_t j = 0; j < table.columns; ++j) {
      if (j > 0) text += ',';
      text += to_text(Value(table.values[row * table.columns + j]));
    }
    text += '\n';
  }
  return text;
}

std::vector<Table> tables_in(const std::string& text, const std::string& file) {
  std::vector<Table> tables;
  std::vector<std::int64_t> hashes;
  if (text.find(head_mark) == std::string::npos) return tables;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const Field field{{file, number}, "#! table"};
    if (const auto head = after(line, head_mark)) {
      auto [table, hash] = parse_head(*head, field);
      tables.push_back(std::move(table));
      hashes.push_back(hash);
    } else if (const auto row = after(line, row_mark)) {
      if (tables.empty()) refuse(field, *row, "must stand below a line #! table");
      append_row(tables.back(), *row, field);
    }
  }
  check_hash(tables, hashes, file);
  return tables;
}

std::map<std::int64_t, std::string> table_files(const std::string& text, const std::string& file) {
  std::map<std::int64_t, std::string> files;
  if (text.find(head_mark) == std::string::npos) return files;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number)
    if (const auto head = after(line, head_mark)) {
      const auto [table, hash] = parse_head(*head, {{file, number}, "#! table"});
      files.emplace(hash, table.name);
    }
  return files;
}

std::string without_tables(const std::string& text) {
  if (text.find(head_mark) == std::string::npos) return text;
  std::istringstream lines(text);
  std::string kept, line;
  while (std::getline(lines, line)) {
    if (!after(line, head_mark) && !after(line, row_mark)) kept += line;
    kept += '\n';
  }
  return kept;
}

void load_tables(const std::string& text, const std::string& file, const Vocabulary& vocabulary) {
  if (!vocabulary.load_table) return;
  for (const Table& table : tables_in(text, file)) vocabulary.load_table(table);
}

std::string file_of(const ParameterDeclaration& declaration, std::string_view item) {
  item = trimmed(item);
  const std::string opening = declaration.file_choice + "(";
  if (declaration.file_choice.empty() || !item.starts_with(opening) || !item.ends_with(')')) return "";
  return std::string(trimmed(item.substr(opening.size(), item.size() - opening.size() - 1)));
}

std::string with_tables(std::string text, const std::string& file, std::span<const std::string> overrides,
                        const Vocabulary& vocabulary, const Limits& limits, const TableReader& reader) {
  const Document document =
      read_document(without_tables(text), file, overrides, section_keys(vocabulary), limits);
  std::set<std::string> held;
  for (const Table& table : tables_in(text, file)) held.insert(table.name);
  for (const auto& [name, field] : files_in(document, vocabulary)) {
    if (!held.insert(name).second) continue;
    if (!reader) refuse(field, name, "its rows are not in the text, and files are not read here");
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    Table table = reader((folder / name).string());
    table.name = name;
    if (!text.ends_with('\n')) text += '\n';
    text += table_block(table);
  }
  return text;
}

}  // namespace flowsweep::sweep
