#include "sweep/reference.hpp"

#include <fmt/format.h>

#include "sweep/axis_expression.hpp"
#include "sweep/section_keys.hpp"
#include "sweep/table.hpp"

namespace flowsweep::sweep {
namespace {

std::string cell(const std::string& text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '|') escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

std::string code(const std::string& text) {
  return text.empty() ? "" : fmt::format("`{}`", cell(text));
}

std::string row(const KeyDeclaration& key) {
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(key.key), key.kind, code(key.default_text),
                     cell(key.constraint), cell(key.unit), cell(key.help));
}

std::string table(const std::string& title, const std::vector<KeyDeclaration>& keys) {
  std::string text = fmt::format(
      "## {}\n\n| key | kind | default | must be | unit | meaning |\n|---|---|---|---|---|---|\n", title);
  for (const KeyDeclaration& key : keys) text += row(key);
  return text + "\n";
}

// Keys of a section; parameters of other sections may be axes as well, but are listed once, in their own
// section.
std::vector<KeyDeclaration> keys_of(const Vocabulary& vocabulary, const std::string& section) {
  std::vector<KeyDeclaration> keys;
  if (section.empty()) keys = top_keys();
  if (section == "axes") keys = grid_keys();
  for (const ParameterDeclaration& parameter : vocabulary.parameters)
    if (parameter.section == section) keys.push_back(key_declaration(parameter));
  return keys;
}

std::string axis_form_table() {
  std::string text = "## Forms of axes\n\n| form | kinds | values | example |\n|---|---|---|---|\n";
  for (const AxisForm& form : axis_forms())
    text += fmt::format("| {} | {} | {} | {} |\n", code(form.form), form.kinds, cell(form.meaning),
                        code(form.example));
  return text;
}

// How the names that take a file are written.
std::string file_text(const Vocabulary& vocabulary) {
  std::string text;
  for (const ParameterDeclaration& declaration : vocabulary.parameters)
    if (!declaration.file_choice.empty())
      text += fmt::format(
          "\n## Rows of a file\n\n`{0} = {1}(FILE)` takes the rows of a CSV file, relative to the sweep "
          "file; "
          "`{1}(FILE:DATASET)` those of a 2-d dataset of an HDF5 file. It is one value of the axis, beside "
          "names "
          "and other files, and sets `{2}`, the hash of the rows' values, which identifies them in the "
          "point. "
          "CSV: numbers separated by commas, at least two rows of equal length; a first line of "
          "as many names, each of which begins with a letter, is "
          "a header; empty lines and lines that start with `#` are skipped. At most {3} numbers, of "
          "magnitude at most 1e20 and not all below 1e-50. The rows "
          "join "
          "the sweep's text as lines `#! table` and `#! row`, in the store too: reading that text needs no "
          "file.\n",
          declaration.key, declaration.file_choice, declaration.file_key, largest_table);
  return text;
}

std::string limit_table() {
  const Limits limits;
  return fmt::format(
      "\n## Limits\n\nA file that asks for more is refused before it is expanded.\n\n"
      "| of | at most |\n|---|---|\n"
      "| combinations of all grids | {} |\n| values of all axes | {} |\n| bytes of a file, of a line | {}, "
      "{} |\n"
      "| sections, lines `#! set` | {}, {} |\n| combinations times conditions of `exclude` | {} |\n"
      "| values of axes times ranges in conditions on them | {} |\n| combinations times numbers of a list | "
      "{} |\n",
      limits.points, limits.axis_values, limits.text_bytes, limits.line_bytes, limits.sections,
      limits.directives, limits.exclusion_tests, limits.range_tests, limits.list_entries);
}

std::string directive_text() {
  return "\n## Overrides\n\n"
         "A line that starts with `#! set SECTION.KEY=VALUE` is no comment: it acts as "
         "`--set SECTION.KEY=VALUE` on the command line does (`#! set KEY=VALUE` for a key at the top of "
         "the file). It replaces the key's value or adds the key, wherever the line stands; of several for "
         "one key the last one counts, and those of the command line count last of all. A store keeps the "
         "sweep's text with each `--set` appended as such a line.\n";
}

}  // namespace

std::string reference_page(const Vocabulary& vocabulary) {
  std::string page = table("Top of the file", keys_of(vocabulary, ""));
  page += table("[axes], or several [grid.NAME]", keys_of(vocabulary, "axes"));
  page +=
      "Every parameter of the other sections and of the top may be an axis too, except real-lists; an axis "
      "takes the "
      "place of the single value. A parameter that a point does not use neither multiplies the grid nor "
      "enters the "
      "point's id. A key without default is needed wherever a point uses it.\n\n";
  for (const auto& [section, keys] : section_keys(vocabulary))
    if (!section.empty() && section != "axes" && section != "grid")
      page += table(fmt::format("[{}]", section), keys_of(vocabulary, section));
  return page + axis_form_table() + file_text(vocabulary) + directive_text() + limit_table();
}

}  // namespace flowsweep::sweep
