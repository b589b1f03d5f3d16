#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/grid.hpp"

namespace flowsweep::sweep {

/// A key of a sweep file. Parameters give most of them; the others are declared in section_keys.cpp.
struct KeyDeclaration {
  std::string key;
  std::string kind;
  std::string default_text;
  std::string constraint;
  std::string unit;
  std::string help;
};

/// The keys that a section may hold, by the kind of section: "" (top), "axes", "grid" (for every
/// [grid.NAME]), and the sections of the parameters.
using SectionKeys = std::map<std::string, std::vector<KeyDeclaration>, std::less<>>;
SectionKeys section_keys(const Vocabulary& vocabulary);

/// Keys of the top section that are no parameters: name, theorems, time_limit, shard.
std::vector<KeyDeclaration> top_keys();

/// Keys of [axes] and [grid.NAME] that are no parameters: zip, exclude.
std::vector<KeyDeclaration> grid_keys();

/// The key of a parameter's declaration.
KeyDeclaration key_declaration(const ParameterDeclaration& declaration);

/// "grid" for "grid.NAME"; every other section is a kind of its own.
std::string_view section_kind(std::string_view section);

/// "SECTION.KEY", or "KEY" in the top section: as --set and messages name it.
std::string qualified(std::string_view section, std::string_view key);

}  // namespace flowsweep::sweep
