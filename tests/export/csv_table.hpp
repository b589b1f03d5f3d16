#pragma once
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace flowsweep::exporting::test {

/// Rows of cells, read after RFC 4180.
using Cells = std::vector<std::vector<std::string>>;

inline Cells parse_csv(const std::string& text) {
  Cells rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"')
        cell += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        cell += text[++i];
      else
        quoted = false;
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == ',' || c == '\n') {
      row.push_back(std::move(cell));
      cell.clear();
      if (c == '\n') rows.push_back(std::exchange(row, {}));
    } else {
      cell += c;
    }
  }
  if (quoted || !row.empty() || !cell.empty()) throw std::runtime_error("the last line does not end");
  return rows;
}

/// The cell of a data row (0: the first after the header) under a column's name.
inline const std::string& cell(const Cells& table, std::size_t row, const std::string& column) {
  for (std::size_t c = 0; c < table.at(0).size(); ++c)
    if (table[0][c] == column) return table.at(row + 1).at(c);
  throw std::out_of_range("no column " + column);
}

}  // namespace flowsweep::exporting::test
