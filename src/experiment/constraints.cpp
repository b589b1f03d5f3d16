#include "experiment/constraints.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "distribution/law.hpp"
#include "experiment/attention_parameters.hpp"
#include "experiment/declarations.hpp"
#include "risk/enumerated_population.hpp"
#include "risk/free_contractions.hpp"
#include "risk/moment_list.hpp"
#include "theory/laws.hpp"

namespace flowsweep::experiment {
namespace {

using sweep::ParameterDeclaration;
using sweep::Value;

constexpr std::int64_t longest_sampled_context = 1000000000;  // sampled sequences are counted by int
constexpr std::int64_t longest_causal_context = 1000000;      // every step visits all before it
constexpr std::int64_t largest_precomputed_dimension = 16;    // 9 GB of statistics
constexpr double smallest_start = 1e-50;  // squares of its gradients stay within the range of doubles

// Whether every number of a start that is not 0 is large enough for its gradient to be seen.
bool visible_start(const Value& value) {
  const auto visible = [](double x) { return x == 0 || std::abs(x) >= smallest_start; };
  if (const auto* pair = std::get_if<sweep::Pair>(&value))
    return visible(pair->first) && visible(pair->second);
  const auto* real = std::get_if<double>(&value);
  return real == nullptr || visible(*real);
}

// A fault of a point, or of one of its laws: the position of a parameter, and the constraint.
using Fault = std::pair<std::size_t, std::string>;
const Fault none = {0, ""};

std::string text(const std::vector<ParameterDeclaration>& all, std::span<const Value> values,
                 std::string_view key) {
  const auto* name = std::get_if<std::string>(&values[position(all, key)]);
  return name != nullptr ? *name : "";
}

// What a law refuses of its own parameters.
Fault law_fault(const std::vector<ParameterDeclaration>& all, std::span<const Value> values,
                const theory::LawKeys& keys, int dimension) {
  const auto* family = distribution::find_family(text(all, values, keys.name));
  if (family == nullptr || family->fault == nullptr) return none;
  const auto value = [&](const std::string& key) -> const Value& { return values[position(all, key)]; };
  const auto fault = family->fault(dimension, theory::law_parameters(*family, keys, value));
  return fault ? Fault{position(all, fault->key == "scale" ? keys.scale : fault->key), fault->constraint}
               : none;
}

// A dimension in which the exact risk of the law has too many terms.
Fault term_fault(const std::vector<ParameterDeclaration>& all, std::span<const Value> values, int dimension) {
  const bool all_blocks = text(all, values, "blocks") == "all";
  const bool long_list = risk::moment_list_bytes(dimension) > risk::moment_list_limit;
  const bool many_terms = all_blocks && risk::enumerated_terms(dimension) > risk::most_enumerated_terms;
  if (!long_list && !many_terms) return none;
  const auto value = [&](const std::string& key) -> const Value& { return values[position(all, key)]; };
  const auto* family = distribution::find_family(text(all, values, "distribution"));
  const auto law = family->make(dimension, theory::law_parameters(*family, theory::token_law, value));
  if (long_list && !law->exchangeable() && !law->independent())
    return {position(all, "dimension"), risk::too_long_moment_list(dimension)};
  if (many_terms && !risk::has_free_contractions(*law))
    return {position(all, "dimension"), risk::too_many_enumerated_terms(dimension)};
  return none;
}

Fault sampled_fault(const std::vector<ParameterDeclaration>& all, std::span<const Value> values,
                    int dimension) {
  if (std::get<std::int64_t>(values[position(all, "context")]) > longest_sampled_context)
    return {position(all, "context"), "context <= 1e9 where risk = empirical"};
  const bool precomputed = text(all, values, "statistics") == "precomputed";
  if (precomputed && text(all, values, "precision") == "float")
    return {position(all, "statistics"), "not precomputed where precision = float"};
  if (precomputed && dimension > largest_precomputed_dimension)
    return {position(all, "statistics"),
            "not precomputed where dimension > 16 (they grow with its sixth power)"};
  if (text(all, values, "train") == "ba" && text(all, values, "blocks") == "all")
    return {position(all, "train"), "all where blocks = all: a start with noise in all blocks"};
  return none;
}

// Faults of the start and the tests of a model of sequences.
Fault sequence_fault(const std::vector<ParameterDeclaration>& all, std::span<const Value> values) {
  const std::size_t context = position(all, "test_context");
  if (const auto* length = std::get_if<std::int64_t>(&values[context]))
    if (*length == 1 || *length == 2) return {context, "must be 0 or at least 3"};
  for (const char* key : {"dense", "init", "perturbation"})
    if (!visible_start(values[position(all, key)]))
      return {position(all, key), "must be 0 or at least 1e-50 in size"};
  return none;
}

// Faults of a point of causal attention.
Fault causal_attention_fault(const std::vector<ParameterDeclaration>& all, std::span<const Value> values,
                             int dimension) {
  const Fault fault = sequence_fault(all, values);
  if (!fault.second.empty()) return fault;
  for (const char* key : {"context", "test_context"})
    if (const auto* length = std::get_if<std::int64_t>(&values[position(all, key)]))
      if (*length > longest_causal_context)
        return {position(all, key), "at most 1e6 where model = causal-attention"};
  return law_fault(all, values, theory::token_law, dimension);
}

// Faults of a point of the linear causal model.
Fault linear_attention_fault(const std::vector<ParameterDeclaration>& all, std::span<const Value> values,
                             int dimension) {
  const Fault start = sequence_fault(all, values);
  if (!start.second.empty()) return start;
  if (text(all, values, "risk") == "empirical") {
    const Fault fault = sampled_fault(all, values, dimension);
    return fault.second.empty() ? law_fault(all, values, theory::token_law, dimension) : fault;
  }
  const Fault fault = law_fault(all, values, theory::token_law, dimension);
  return fault.second.empty() ? term_fault(all, values, dimension) : fault;
}

// Faults of a point of softmax attention on prompts.
Fault prompt_fault(const std::vector<ParameterDeclaration>& all, std::span<const Value> values,
                   int dimension) {
  const Fault fault = attention_fault(all, values);
  if (!fault.second.empty()) return fault;
  const int inputs = text(all, values, "task") == "regression" ? dimension - 1 : dimension;
  Fault of_law = law_fault(all, values, theory::token_law, inputs);
  if (of_law.second.empty()) of_law = law_fault(all, values, theory::task_law, inputs);
  if (inputs < dimension && !of_law.second.empty() && of_law.first == position(all, "dimension"))
    of_law.second +=
        "; where task = regression a token is (x, y), and x in R^(dimension - 1) follows the law";
  return of_law;
}

}  // namespace

std::pair<std::size_t, std::string> broken_constraint(const std::vector<ParameterDeclaration>& all,
                                                      std::span<const Value> values) {
  const std::size_t times = position(all, "record_times");
  if (const auto* list = std::get_if<std::vector<double>>(&values[times]))
    if (std::ranges::adjacent_find(*list, std::greater_equal<>()) != list->end())
      return {times, "the times must increase"};
  const auto dimension = static_cast<int>(std::get<std::int64_t>(values[position(all, "dimension")]));
  const std::string model = text(all, values, "model");
  if (model == "linear-attention") return linear_attention_fault(all, values, dimension);
  if (model == "causal-attention") return causal_attention_fault(all, values, dimension);
  return prompt_fault(all, values, dimension);
}

}  // namespace flowsweep::experiment
