#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/field.hpp"
#include "sweep/section_keys.hpp"

namespace flowsweep::sweep {

struct Entry {
  Field field;
  std::string value;
};

struct Section {
  std::string name;  ///< "" for the top section
  Field heading;     ///< where the section starts
  std::map<std::string, Entry, std::less<>> entries;

  const Entry* find(std::string_view key) const;
};

/// A sweep file as sections, keys and texts, each with its line.
struct Document {
  std::string file;
  std::vector<Section> sections;                    ///< in file order; the first is the top section
  std::map<std::string, std::int64_t> tables = {};  ///< hashes by the file's name

  const Section* find(std::string_view section) const;
};

/// A line that starts so is no comment but acts as --set.
inline constexpr std::string_view override_directive = "#! set ";

/// Reads INI text line by line with Boost.Program_options: `key = value`, `[section]`, comments from # to the
/// line's end, and directives "#! set SECTION.KEY=VALUE". First the directives and then `overrides` (texts
/// like theirs, from the command line) replace or add keys.
///
/// Refuses unknown sections and keys (naming the nearest known one), keys and sections given twice (naming
/// both lines), bytes that are not UTF-8, control characters, and what exceeds the limits.
Document read_document(const std::string& text, const std::string& file,
                       std::span<const std::string> overrides, const SectionKeys& keys, const Limits& limits);

}  // namespace flowsweep::sweep
