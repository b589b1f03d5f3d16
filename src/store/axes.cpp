#include "store/axes.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/error.hpp"

namespace flowsweep::store {
namespace {

using sweep::Kind;

constexpr std::array<const char*, 6> kind_names = {"integer", "real", "name", "pair", "real-list", "flag"};
constexpr std::int64_t unused_integer = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t unused_code = -1;

bool coded(Kind kind) {
  return kind == Kind::name || kind == Kind::flag;
}

std::vector<std::string> words(const sweep::ParameterDeclaration& declaration) {
  if (declaration.kind == Kind::flag) return {"false", "true"};
  for (const std::string& choice : declaration.choices)
    if (choice.empty() || choice == unused_word || choice.find_first_of(" \t\n") != std::string::npos)
      throw std::invalid_argument("a word of " + declaration.key + " cannot be stored: '" + choice + "'");
  if (declaration.choices.size() > std::numeric_limits<std::int16_t>::max())
    throw std::invalid_argument(declaration.key + " has too many choices to store");
  return declaration.choices;
}

std::size_t width_of(Kind kind, std::span<const sweep::Value> table) {
  if (kind == Kind::pair) return 2;
  std::size_t longest = 1;
  for (const sweep::Value& value : table)
    if (const auto* list = std::get_if<std::vector<double>>(&value))
      longest = std::max(longest, list->size());
  return longest;
}

std::size_t users(const sweep::Grid& grid, std::size_t parameter) {
  std::size_t count = 0;
  for (std::size_t row = 0; row < grid.size(); ++row)
    count += grid.entry(row, parameter) != 0;  // entry 0 of every table is "unused"
  return count;
}

template <class Number>
Number element_at(std::span<const std::byte> bytes, std::size_t index) {
  Number number;
  std::memcpy(&number, bytes.data() + index * sizeof number, sizeof number);
  return number;
}

void put(std::span<std::byte> bytes, std::size_t index, double number) {
  std::memcpy(bytes.data() + index * sizeof number, &number, sizeof number);
}

std::int64_t code_of(const Axis& axis, const sweep::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  const auto& word = std::get<std::string>(value);
  const auto found = std::find(axis.choices.begin(), axis.choices.end(), word);
  if (found == axis.choices.end()) throw std::invalid_argument(axis.key + " has no choice " + word);
  return found - axis.choices.begin();
}

sweep::Value decode_code(const Axis& axis, std::int64_t code) {
  if (code == unused_code) return {};
  if (code < 0 || code >= std::ssize(axis.choices))
    throw InputError("/points/" + axis.key, "holds the code " + std::to_string(code) + ", which has no word");
  if (axis.kind == Kind::flag) return code;
  return axis.choices[static_cast<std::size_t>(code)];
}

sweep::Value decode_reals(const Axis& axis, std::span<const std::byte> bytes) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < axis.width; ++i) numbers.push_back(element_at<double>(bytes, i));
  if (std::isnan(numbers.front())) return {};
  if (axis.kind == Kind::real) return numbers.front();
  if (axis.kind == Kind::pair) return sweep::Pair{numbers[0], numbers[1]};
  numbers.erase(std::find_if(numbers.begin(), numbers.end(), [](double x) { return std::isnan(x); }),
                numbers.end());
  return numbers;
}

}  // namespace

std::vector<Axis> axes_of(const sweep::Grid& grid) {
  std::vector<Axis> axes;
  const auto& declarations = grid.vocabulary()->parameters;
  for (std::size_t p = 0; p < declarations.size(); ++p) {
    const sweep::ParameterDeclaration& declared = declarations[p];
    const std::size_t used = users(grid, p);
    if (used == 0) continue;
    axes.push_back({declared.key, declared.kind, declared.unit, declared.help,
                    coded(declared.kind) ? words(declared) : std::vector<std::string>{},
                    width_of(declared.kind, grid.table(p)), used < grid.size()});
  }
  return axes;
}

Element element_of(const Axis& axis) {
  switch (axis.kind) {
    case Kind::integer:
      return Element::int64;
    case Kind::name:
      return Element::int16;
    case Kind::flag:
      return Element::int8;
    default:
      return Element::float64;
  }
}

Fill fill_of(const Axis& axis) {
  if (coded(axis.kind)) return integer_fill(element_of(axis), unused_code);
  return axis.kind == Kind::integer ? bytes_of(unused_integer) : nan_fill();
}

Flags flags_of(const Axis& axis) {
  Flags flags;
  if (!coded(axis.kind)) return flags;
  if (axis.optional) flags = {{unused_code}, {unused_word}};
  for (std::size_t code = 0; code < axis.choices.size(); ++code) {
    flags.values.push_back(static_cast<std::int64_t>(code));
    flags.meanings.push_back(axis.choices[code]);
  }
  return flags;
}

void encode_value(const Axis& axis, const sweep::Value& value, std::span<std::byte> bytes) {
  const std::size_t size = size_of(element_of(axis));
  const Fill fill = fill_of(axis);
  for (std::size_t i = 0; i < axis.width; ++i) std::memcpy(bytes.data() + i * size, fill.data(), size);
  if (std::holds_alternative<std::monostate>(value)) return;
  if (const auto* number = std::get_if<double>(&value)) return put(bytes, 0, *number);
  if (const auto* list = std::get_if<std::vector<double>>(&value)) {
    for (std::size_t i = 0; i < list->size(); ++i) put(bytes, i, (*list)[i]);
  } else if (const auto* pair = std::get_if<sweep::Pair>(&value)) {
    put(bytes, 0, pair->first);
    put(bytes, 1, pair->second);
  } else {
    const Fill code = integer_fill(element_of(axis), code_of(axis, value));
    std::memcpy(bytes.data(), code.data(), size);
  }
}

sweep::Value decode_value(const Axis& axis, std::span<const std::byte> bytes) {
  switch (axis.kind) {
    case Kind::name:
      return decode_code(axis, element_at<std::int16_t>(bytes, 0));
    case Kind::flag:
      return decode_code(axis, element_at<std::int8_t>(bytes, 0));
    case Kind::integer: {
      const auto integer = element_at<std::int64_t>(bytes, 0);
      return integer == unused_integer ? sweep::Value{} : sweep::Value{integer};
    }
    default:
      return decode_reals(axis, bytes);
  }
}

std::string kind_name(Kind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}

Kind parse_kind(const std::string& text) {
  const auto found = std::find(kind_names.begin(), kind_names.end(), text);
  if (found == kind_names.end()) throw std::invalid_argument("unknown kind of axis '" + text + "'");
  return static_cast<Kind>(found - kind_names.begin());
}

}  // namespace flowsweep::store
