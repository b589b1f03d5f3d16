#include "store/point_text.hpp"

#include <algorithm>
#include <cctype>

#include "core/hash.hpp"
#include "sweep/table.hpp"

namespace flowsweep::store {
namespace {

// Whether a value is what its declaration's default reads as; reals are compared in their shortest form.
bool at_default(const sweep::ParameterDeclaration& declaration, const std::string& text) {
  return !declaration.default_text.empty() && declaration.default_text == text;
}

}  // namespace

std::string value_text(const sweep::ParameterDeclaration& declaration, const sweep::Value& value) {
  const auto* flag = std::get_if<std::int64_t>(&value);
  if (declaration.kind == sweep::Kind::flag && flag != nullptr) return *flag != 0 ? "true" : "false";
  return sweep::to_text(value);
}

std::string in_words(const sweep::Vocabulary& vocabulary, std::span<const sweep::Value> values,
                     const std::set<std::size_t>& always) {
  std::string words;
  for (std::size_t p = 0; p < values.size(); ++p) {
    const sweep::ParameterDeclaration& declaration = vocabulary.parameters[p];
    const std::string text = value_text(declaration, values[p]);
    if (text.empty() || (at_default(declaration, text) && !always.contains(p))) continue;
    if (!words.empty()) words += ", ";
    words += declaration.key + " " + text;
  }
  return words;
}

std::string quoted(const std::string& word) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("_./-+=:@%,").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string point_command(std::string_view verb, const std::string& store, std::uint64_t id) {
  return "flowsweep " + std::string(verb) + " " + quoted(store) + " " + to_hex(id);
}

std::string rows_file(const Reader& reader, const sweep::Vocabulary& vocabulary,
                      const std::vector<sweep::Value>& values) {
  const auto key = std::ranges::find(vocabulary.parameters, rows_key, &sweep::ParameterDeclaration::key);
  const auto index = static_cast<std::size_t>(key - vocabulary.parameters.begin());
  if (index >= values.size()) return "";
  const auto* hash = std::get_if<std::int64_t>(&values[index]);
  if (hash == nullptr) return "";
  const auto files = sweep::table_files(reader.metadata().sweep_text, reader.metadata().sweep_name);
  const auto found = files.find(*hash);
  return found == files.end() ? "" : found->second;
}

std::string undecided_hint(const std::string& file) {
  return "the rows do not decide; flowsweep distributions 'samples(" + file +
         ")' says which moment and how many rows would";
}

}  // namespace flowsweep::store
