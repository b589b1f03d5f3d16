#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flowsweep::cli {

/// The words of a command line after parsing, under the names of their declarations.
class Arguments {
 public:
  void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }

  /// Whether a flag was set, or an option or positional given.
  bool given(std::string_view name) const { return !list(name).empty(); }
  /// The value; the fallback where none was given.
  std::string text(std::string_view name, const std::string& fallback = "") const;
  /// Every value of a repeatable option.
  const std::vector<std::string>& list(std::string_view name) const;
  /// The names of every value of a repeatable option, each a list with commas. Throws InputError for an empty
  /// name.
  std::vector<std::string> names(std::string_view name) const;
  /// A whole number in [lowest, highest]; nothing where the option was not given. Throws InputError.
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t lowest, std::int64_t highest) const;

  std::string command_line;  ///< as typed

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace flowsweep::cli
