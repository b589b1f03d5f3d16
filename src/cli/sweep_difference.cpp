#include "cli/sweep_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sweep/ini.hpp"
#include "sweep/table.hpp"

namespace flowsweep::cli {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

Entries entries(const std::string& text, const sweep::Vocabulary& vocabulary) {
  const sweep::Document document = sweep::read_document(sweep::without_tables(text), "sweep", {},
                                                        sweep::section_keys(vocabulary), sweep::Limits{});
  Entries all;
  for (const sweep::Section& section : document.sections)
    for (const auto& [key, entry] : section.entries)
      all.emplace_back(sweep::qualified(section.name, key), entry.value);
  for (const sweep::Table& table : sweep::tables_in(text, "sweep"))
    all.emplace_back("rows of " + table.name,
                     fmt::format("{} rows with the hash {}", table.rows(), table.hash()));
  return all;
}

const std::string* find(const Entries& entries, const std::string& key) {
  const auto found = std::ranges::find(entries, key, &Entries::value_type::first);
  return found == entries.end() ? nullptr : &found->second;
}

// "2..4", or what holds where a key is not set.
std::string shown(const std::string* value, const std::string& key, const sweep::Vocabulary& vocabulary) {
  if (value != nullptr) return *value;
  const std::string last = key.substr(key.rfind('.') + 1);
  for (const sweep::ParameterDeclaration& parameter : vocabulary.parameters)
    if (parameter.key == last && !parameter.default_text.empty())
      return fmt::format("not set (default {})", parameter.default_text);
  return "not set";
}

}  // namespace

std::vector<std::string> sweep_differences(const std::string& stored, const std::string& now,
                                           const sweep::Vocabulary& vocabulary) {
  const Entries before = entries(stored, vocabulary), after = entries(now, vocabulary);
  std::vector<std::string> lines;
  const auto compare = [&](const std::string& key, const std::string* old_value,
                           const std::string* new_value) {
    if (old_value != nullptr && new_value != nullptr && *old_value == *new_value) return;
    lines.push_back(fmt::format("{}: {} in the store, {} now", key, shown(old_value, key, vocabulary),
                                shown(new_value, key, vocabulary)));
  };
  for (const auto& [key, value] : after) compare(key, find(before, key), &value);
  for (const auto& [key, value] : before)
    if (find(after, key) == nullptr) compare(key, &value, nullptr);
  return lines;
}

}  // namespace flowsweep::cli
