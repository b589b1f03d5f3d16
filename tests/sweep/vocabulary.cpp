#include "vocabulary.hpp"

#include <fmt/format.h>

#include "sweep/specification.hpp"

namespace flowsweep::sweep {
namespace {

constexpr Bounds unbounded{};
constexpr double largest = Bounds{}.highest;

Bounds at_least(double lowest) {
  return {lowest, largest, false, false};
}
Bounds above(double lowest) {
  return {lowest, largest, true, false};
}

ParameterDeclaration choice(std::string key, std::string section, std::string default_text,
                            std::vector<std::string> choices) {
  return {key, section, Kind::name, default_text, unbounded, std::move(choices), "1", "The " + key + "."};
}

ParameterDeclaration number(std::string key, std::string section, Kind kind, std::string default_text,
                            Bounds bounds) {
  return {key, section, kind, default_text, bounds, {}, "1", "The " + key + "."};
}

std::vector<ParameterDeclaration> parameters() {
  return {
      choice("model", "", "", {"linear-attention", "softmax-attention"}),
      choice("risk", "", "population", {"population", "empirical"}),
      choice("distribution", "axes", "", {"gaussian", "sparse", "skewed"}),
      number("scale", "axes", Kind::real, "1", above(0)),
      number("p", "axes", Kind::real, "", {0, 1, true, true}),
      number("dimension", "axes", Kind::integer, "", at_least(1)),
      number("context", "axes", Kind::integer, "", at_least(3)),
      number("init", "axes", Kind::pair, "0.1:0.1", above(0)),
      number("perturbation", "axes", Kind::real, "0", at_least(0)),
      number("dense", "axes", Kind::flag, "false", unbounded),
      number("seed", "axes", Kind::integer, "0", at_least(0)),
      choice("integrator", "flow", "bdf", {"bdf", "euler"}),
      number("step", "flow", Kind::real, "", above(0)),
      number("horizon", "flow", Kind::real, "1e6", above(0)),
      number("record_times", "flow", Kind::real_list, "", above(0)),
      number("sequences", "empirical", Kind::integer, "10000", at_least(1)),
  };
}

bool is_name(const Value& value, const char* name) {
  const auto* text = std::get_if<std::string>(&value);
  return text && *text == name;
}

}  // namespace

std::shared_ptr<const Vocabulary> small_vocabulary() {
  auto vocabulary = std::make_shared<Vocabulary>();
  vocabulary->parameters = parameters();
  vocabulary->theorems = {"mesa.limit", "mesa.balance", "mesa.sparse"};
  const auto index = [&](const char* key) { return parameter_index(*vocabulary, key); };
  const std::size_t risk = index("risk"), law = index("distribution"), p = index("p"), dense = index("dense"),
                    integrator = index("integrator"), step = index("step"), times = index("record_times"),
                    sequences = index("sequences"), scale = index("scale");
  vocabulary->uses = [=](std::span<const Value> values, std::size_t parameter) {
    if (parameter == p) return is_name(values[law], "skewed");
    if (parameter == dense || parameter == sequences) return is_name(values[risk], "empirical");
    if (parameter == step) return is_name(values[integrator], "euler");
    if (parameter == times) return !std::holds_alternative<std::monostate>(values[times]);
    return true;
  };
  vocabulary->constraint = [=](std::span<const Value> values) -> std::pair<std::size_t, std::string> {
    const bool broken = is_name(values[law], "skewed") && std::get<double>(values[scale]) > 10;
    return {scale, broken ? "a skewed law needs scale <= 10" : ""};
  };
  return vocabulary;
}

std::string valid_text() {
  return R"(# every form
name     = small      # a comment
model    = linear-attention
risk     = population
theorems = mesa.limit, mesa.balance
time_limit = 10

[axes]
distribution = gaussian, sparse, skewed
scale        = 0.5, lin(1, 2, 3)
dimension    = 2..4, 8
context      = log(10, 1000, 3)
init         = 0.1:0.1, 0.5:1.5
p            = 0.25
perturbation = 0
seed         = 0..4:2
step         = 0.1, 0.05, 0.025, 0.0125
zip          = scale, step
exclude      = distribution=gaussian & dimension=2..3; context=10

[flow]
integrator = euler
horizon    = 1e3
record_times = 0.001, 0.01

[empirical]
sequences = 100
)";
}

Sweep read_text(const std::string& text, std::span<const std::string> overrides, const Limits& limits) {
  return parse_sweep(text, "sweep.ini", overrides, small_vocabulary(), limits);
}

std::string with_axes(const std::string& lines, bool complete) {
  const std::string needed = "distribution = gaussian\ndimension = 2\ncontext = 10\n";
  return "name = t\nmodel = linear-attention\n[axes]\n" + (complete ? needed : "") + lines + "\n";
}

std::string error_of(const std::string& text, std::span<const std::string> overrides, const Limits& limits) {
  try {
    read_text(text, overrides, limits);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string values_of(const Grid& grid, const std::string& key) {
  std::string text;
  for (const Value& value : grid.table(parameter_index(*grid.vocabulary(), key)).subspan(1))
    text += text.empty() ? to_text(value) : fmt::format(" {}", to_text(value));
  return text;
}

}  // namespace flowsweep::sweep
