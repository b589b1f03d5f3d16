#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "core/hash.hpp"
#include "core/provenance.hpp"
#include "sweep/canonical.hpp"
#include "sweep/grid.hpp"
#include "sweep/specification.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

std::string bits(double value) {
  return to_hex(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
}

struct CanonicalText {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return bits(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Pair& value) const { return bits(value.first) + "," + bits(value.second); }
  std::string operator()(const std::vector<double>& values) const {
    std::string text;
    for (const double value : values) {
      if (!text.empty()) text += ',';
      text += bits(value);
    }
    return text;
  }
};

}  // namespace

std::string canonical_line(const ParameterDeclaration& declaration, const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "";
  std::string line = declaration.key;
  line += '=';
  line += name(declaration.kind);
  line += ':';
  line += std::visit(CanonicalText{}, value);
  line += '\n';
  return line;
}

std::string kernel_line() {
  return fmt::format("kernel={}\n", kernel_version);
}

std::vector<std::size_t> canonical_order(const Vocabulary& vocabulary) {
  std::vector<std::size_t> order(vocabulary.parameters.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return vocabulary.parameters[a].key < vocabulary.parameters[b].key;
  });
  return order;
}

std::string canonical_content(const Vocabulary& vocabulary, std::span<const Value> values) {
  std::string content;
  for (const std::size_t i : canonical_order(vocabulary))
    content += canonical_line(vocabulary.parameters[i], values[i]);
  return content + kernel_line();
}

std::uint64_t point_id(const Vocabulary& vocabulary, std::span<const Value> values) {
  return hash_text(canonical_content(vocabulary, values));
}

Value shown_value(const Vocabulary& vocabulary, std::span<const Value> values, std::size_t parameter) {
  if (!std::holds_alternative<std::monostate>(values[parameter])) return values[parameter];
  const bool implied = vocabulary.implies && vocabulary.implies(values, parameter);
  return implied ? default_value(vocabulary.parameters[parameter]) : Value{};
}

Point::Point(std::shared_ptr<const Vocabulary> vocabulary, std::vector<Value> values, std::uint64_t id)
    : vocabulary_(std::move(vocabulary)), values_(std::move(values)), id_(id) {}

bool Point::uses(std::string_view key) const {
  return !std::holds_alternative<std::monostate>(value(key));
}

const Value& Point::value(std::string_view key) const {
  const std::size_t index = vocabulary_ ? parameter_index(*vocabulary_, key) : 0;
  if (index >= values_.size()) throw std::out_of_range("undeclared parameter " + std::string(key));
  return values_[index];
}

std::int64_t Point::integer(std::string_view key) const {
  return std::get<std::int64_t>(value(key));
}

double Point::real(std::string_view key) const {
  return std::get<double>(value(key));
}

const std::string& Point::name(std::string_view key) const {
  return std::get<std::string>(value(key));
}

Pair Point::pair(std::string_view key) const {
  return std::get<Pair>(value(key));
}

}  // namespace flowsweep::sweep
