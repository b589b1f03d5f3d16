#include "sweep/ini.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <sstream>

#include "sweep/nearest.hpp"
#include "sweep/text_check.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

namespace po = boost::program_options;

std::vector<std::string> names_of(const std::vector<KeyDeclaration>& keys) {
  std::vector<std::string> names;
  names.reserve(keys.size());
  for (const KeyDeclaration& key : keys) names.push_back(key.key);
  return names;
}

// Reads "key = value" lines of one kind of section.
class AssignmentReader {
 public:
  explicit AssignmentReader(const SectionKeys& keys) : keys_(keys) {
    for (const auto& [kind, declarations] : keys)
      for (const KeyDeclaration& key : declarations)
        options_[kind].add_options()(qualified(kind, key.key).c_str(), po::value<std::string>(),
                                     key.help.c_str());
  }

  /// Key and entry; an empty key for a line with a comment only.
  std::pair<std::string, Entry> read(const std::string& line, const std::string& section,
                                     const SourceLocation& where) const {
    const std::string_view kind = section_kind(section);
    if (trimmed(line).empty() || trimmed(line).starts_with('#')) return {};
    std::istringstream stream(qualified(kind, trimmed(line)));
    try {
      const auto parsed = po::parse_config_file(stream, options_.find(kind)->second);
      if (parsed.options.empty()) return {};
      const std::string key = parsed.options[0].string_key.substr(kind.empty() ? 0 : kind.size() + 1);
      return {key, Entry{{where, qualified(section, key)}, parsed.options[0].value.at(0)}};
    } catch (const po::unknown_option&) {
      refuse_unknown(line, section, where);
    } catch (const po::error&) {
      refuse({where, section.empty() ? "line" : "[" + section + "]"}, trimmed(line), "must be KEY = VALUE");
    }
  }

 private:
  [[noreturn]] void refuse_unknown(std::string_view line, const std::string& section,
                                   const SourceLocation& where) const {
    const std::size_t equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, equals));
    const Field field{where, qualified(section, key)};
    const std::string_view value = trimmed(line.substr(equals + 1));
    const std::string place =
        section.empty() ? "at the top of the file" : "in section [" + shortened(section) + "]";
    if (const std::string home = home_of(key); !home.empty())
      refuse(field, value, fmt::format("'{}' is no key {}; it belongs {}", key, place, home));
    const auto names = names_of(keys_.find(section_kind(section))->second);
    refuse(field, value,
           fmt::format("unknown key {}{}", place,
                       nearest_hint(key, names, "the nearest known key is",
                                    "`flowsweep help sweep-file` lists the keys")));
  }

  // Where a key may stand; the section of its single value before the axes. "" for an unknown key.
  std::string home_of(std::string_view key) const {
    std::string home;
    for (const auto& [kind, declarations] : keys_) {
      const auto names = names_of(declarations);
      const bool grid = kind == "axes" || kind == "grid";
      if (std::find(names.begin(), names.end(), key) == names.end() || (grid && !home.empty())) continue;
      home = kind.empty() ? "at the top of the file" : "in section [" + kind + "]";
    }
    return home;
  }

  const SectionKeys& keys_;
  std::map<std::string, po::options_description, std::less<>> options_;
};

class DocumentReader {
 public:
  DocumentReader(const std::string& file, const SectionKeys& keys, const Limits& limits)
      : keys_(keys), limits_(limits), assignments_(keys) {
    document_.file = file;
    document_.sections.emplace_back().heading = without_line(file, "the top of the file");
  }

  void read_line(const std::string& line, int number) {
    const SourceLocation where{document_.file, number};
    if (line.starts_with(override_directive)) {
      if (directives_.size() >= limits_.directives)
        refuse({where, "#! set"}, line,
               fmt::format("a sweep file has at most {} such lines", limits_.directives));
      directives_.push_back({{where, "#! set"}, line.substr(override_directive.size())});
    } else if (trimmed(line).starts_with('[')) {
      open_section(trimmed(line), where);
    } else {
      assign(line, where);
    }
  }

  void apply_directives() {
    for (const Entry& entry : directives_) apply_override(entry.value, entry.field);
  }

  void apply_override(const std::string& text, const Field& field) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) refuse(field, text, "must be SECTION.KEY=VALUE or KEY=VALUE");
    const std::string_view path = trimmed(std::string_view(text).substr(0, equals));
    const std::size_t dot = path.rfind('.');
    const std::string section(dot == std::string_view::npos ? "" : path.substr(0, dot));
    const std::string assignment = std::string(path.substr(dot + 1)) + text.substr(equals);
    if (!known_section(section))
      refuse_section(section, {field.where, std::string(path)},
                     trimmed(std::string_view(text).substr(equals + 1)));
    auto [key, entry] = assignments_.read(assignment, section, field.where);
    if (key.empty()) refuse(field, text, "must be SECTION.KEY=VALUE or KEY=VALUE");
    overridden_section(section, entry).entries.insert_or_assign(key, entry);
  }

  Document finish() && { return std::move(document_); }

 private:
  void open_section(std::string_view line, const SourceLocation& where) {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.back() != ']') refuse({where, "section"}, line, "must be [NAME]");
    const std::string name(trimmed(line.substr(1, line.size() - 2)));
    const Field field{where, "section"};
    if (name.empty() || !known_section(name)) refuse_section(name, field, line);
    if (const Section* earlier = document_.find(name))
      refuse(field, line,
             fmt::format("given twice: in line {} and in line {}", earlier->heading.where.line, where.line));
    if (document_.sections.size() >= limits_.sections)
      refuse(field, line, fmt::format("a sweep file has at most {} sections", limits_.sections));
    document_.sections.push_back({name, {where, name}, {}});
  }

  bool known_section(std::string_view name) const {
    if (section_kind(name) != "grid") return keys_.contains(name);
    const std::string_view grid = name.substr(std::min(name.size(), std::string_view("grid.").size()));
    return !grid.empty() && grid.find('.') == std::string_view::npos;
  }

  [[noreturn]] void refuse_section(std::string_view name, const Field& field, std::string_view value) const {
    std::vector<std::string> known;
    for (const auto& [section, declarations] : keys_)
      if (!section.empty()) known.push_back(section == "grid" ? "grid.NAME" : section);
    refuse(field, value,
           fmt::format("unknown section [{}]; the nearest known section is [{}]", shortened(name),
                       nearest(name, known)));
  }

  void assign(const std::string& line, const SourceLocation& where) {
    Section& section = document_.sections.back();
    auto [key, entry] = assignments_.read(line, section.name, where);
    if (key.empty()) return;
    const auto [earlier, inserted] = section.entries.emplace(key, entry);
    if (!inserted)
      refuse(entry.field, entry.value,
             fmt::format("given twice: in line {} and in line {}", earlier->second.field.where.line,
                         where.line));
  }

  // An override adds a section only where that cannot turn a misspelt grid name into a second grid.
  Section& overridden_section(const std::string& name, const Entry& entry) {
    std::vector<std::string> grids;
    for (Section& section : document_.sections) {
      if (section.name == name) return section;
      if (section_kind(section.name) == "grid") grids.push_back(section.name);
    }
    if (section_kind(name) == "grid" && !grids.empty())
      refuse(entry.field, entry.value,
             fmt::format("the file has no section [{}]; the nearest is [{}]", shortened(name),
                         nearest(name, grids)));
    return document_.sections.emplace_back(Section{name, {entry.field.where, name}, {}});
  }

  const SectionKeys& keys_;
  const Limits& limits_;
  AssignmentReader assignments_;
  Document document_;
  std::vector<Entry> directives_;
};

}  // namespace

const Entry* Section::find(std::string_view key) const {
  const auto found = entries.find(key);
  return found == entries.end() ? nullptr : &found->second;
}

const Section* Document::find(std::string_view section) const {
  const auto found =
      std::find_if(sections.begin(), sections.end(), [&](const Section& s) { return s.name == section; });
  return found == sections.end() ? nullptr : &*found;
}

Document read_document(const std::string& text, const std::string& file,
                       std::span<const std::string> overrides, const SectionKeys& keys,
                       const Limits& limits) {
  check_text(text, file, limits);
  DocumentReader reader(file, keys, limits);
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    reader.read_line(line, number);
  }
  reader.apply_directives();
  for (const std::string& text_of_one : overrides) {
    check_override(text_of_one, limits);
    reader.apply_override(text_of_one, {{"command line", 0}, "--set"});
  }
  return std::move(reader).finish();
}

}  // namespace flowsweep::sweep
