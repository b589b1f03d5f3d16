#include "experiment/use_rules.hpp"

#include <algorithm>
#include <map>

#include "distribution/law.hpp"
#include "experiment/attention_parameters.hpp"
#include "experiment/declarations.hpp"
#include "theory/laws.hpp"

namespace flowsweep::experiment {
namespace {

using sweep::ParameterDeclaration;
using sweep::Value;

// Whether the point's law, or that of its task, has the parameter; parameters of no law have no such rule.
void add_law_rules(const std::vector<ParameterDeclaration>& all, std::vector<Rule>& rules) {
  std::map<std::string, std::vector<std::string>> users;
  for (const auto& family : distribution::families())
    for (const auto& parameter : family.parameters) users[parameter.key].push_back(family.name);
  const Rule task =
      both(named(position(all, "model"), attention_models), named(position(all, "task"), {"regression"}));
  for (const auto& [key, laws] : users) {
    const Rule of_inputs = named(position(all, "distribution"), laws);
    const Rule of_task = both(task, named(position(all, "task_distribution"), laws));
    rules[position(all, key)] = key == theory::token_law.scale ? of_inputs : either(of_inputs, of_task);
    if (key == theory::token_law.scale) rules[position(all, theory::task_law.scale)] = of_task;
  }
}

// The keys of the models of sequences, linear attention and causal attention; the latter has sampled risks
// only.
void add_sequence_rules(const std::vector<ParameterDeclaration>& all, std::vector<Rule>& rules) {
  const auto at = [&all](std::string_view key) { return position(all, key); };
  const Rule linear = named(at("model"), {"linear-attention"}),
             causal = named(at("model"), {"causal-attention"});
  const Rule sequential = either(linear, causal);
  const Rule empirical = both(linear, named(at("risk"), {"empirical"})), sampled = either(empirical, causal);
  const Rule dense = greater_than_zero(at("dense")), perturbed = greater_than_zero(at("perturbation"));
  const Rule masked = greater_than_zero(at("mask")), tested = greater_than_zero(at("test_sequences"));
  // One coordinate is the first, and has no other to correlate with.
  const Rule single = [dimension = at("dimension")](std::span<const Value> values) {
    return values[dimension] == Value(std::int64_t{1});
  };
  for (const char* key : {"sigma_d", "rho"})
    rules[at(key)] = both(rules[at(key)], no(both(sequential, single)));
  rules[at("risk")] = linear;
  rules[at("score")] = causal;
  for (const char* key : {"context", "dense"}) rules[at(key)] = sequential;
  for (const char* key : {"init", "perturbation"}) rules[at(key)] = both(sequential, no(dense));
  const Rule random = either(dense, perturbed);
  rules[at("seed")] = either(no(linear), either(empirical, random));
  rules[at("blocks")] = both(sequential, either(no(sampled), random));
  rules[at("sequences")] = sampled;
  for (const char* key : {"precision", "statistics"}) rules[at(key)] = empirical;
  // Points without the key train all six: they keep their ids.
  rules[at("train")] = both(empirical, named(at("train"), {"ba"}));
  // The exact population risk uses them only where they are asked for: without them its points keep their
  // ids.
  rules[at("mask")] = both(sequential, either(sampled, masked));
  rules[at("test_sequences")] = both(sequential, either(sampled, tested));
  rules[at("test_context")] = both(sequential, tested);
}

// The keys of the flow: of every point that has one.
void add_flow_rules(const std::vector<ParameterDeclaration>& all, std::vector<Rule>& rules) {
  const auto at = [&all](std::string_view key) { return position(all, key); };
  const Rule trained =
      either(named(at("model"), {"linear-attention", "causal-attention"}), named(at("task"), {"regression"}));
  const Rule euler = named(at("integrator"), {"euler"});
  const Rule listed = [times = at("record_times")](std::span<const Value> values) {
    const auto* list = std::get_if<std::vector<double>>(&values[times]);
    return list != nullptr && !list->empty();
  };
  for (const char* key : {"integrator", "gradient_tolerance"}) rules[at(key)] = trained;
  for (const char* key : {"step", "steps"}) rules[at(key)] = both(trained, euler);
  for (const char* key : {"horizon", "relative_tolerance", "absolute_tolerance", "step_limit"})
    rules[at(key)] = both(trained, no(euler));
  rules[at("record_times")] = both(trained, listed);
  rules[at("records")] = both(trained, no(listed));
}

}  // namespace

Rule greater_than_zero(std::size_t parameter) {
  return [parameter](std::span<const Value> values) {
    const Value& value = values[parameter];
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer > 0;
    const auto* real = std::get_if<double>(&value);
    return real != nullptr && *real > 0;
  };
}

Rule named(std::size_t parameter, std::vector<std::string> names) {
  return [parameter, names = std::move(names)](std::span<const Value> values) {
    const auto* value = std::get_if<std::string>(&values[parameter]);
    return value != nullptr && std::ranges::find(names, *value) != names.end();
  };
}

Rule no(Rule rule) {
  return [rule = std::move(rule)](std::span<const Value> values) { return !rule(values); };
}

Rule both(Rule first, Rule second) {
  return [first = std::move(first), second = std::move(second)](std::span<const Value> values) {
    return first(values) && second(values);
  };
}

Rule either(Rule first, Rule second) {
  return [first = std::move(first), second = std::move(second)](std::span<const Value> values) {
    return first(values) || second(values);
  };
}

std::vector<Rule> use_rules(const std::vector<ParameterDeclaration>& all) {
  std::vector<Rule> rules(all.size());
  add_law_rules(all, rules);
  add_sequence_rules(all, rules);
  add_flow_rules(all, rules);
  add_attention_rules(all, rules);
  return rules;
}

std::vector<Rule> implied_rules(const std::vector<ParameterDeclaration>& all) {
  const auto at = [&all](std::string_view key) { return position(all, key); };
  const Rule linear = named(at("model"), {"linear-attention"});
  std::vector<Rule> rules(all.size());
  rules[at("mask")] = rules[at("test_sequences")] = linear;
  rules[at("train")] = both(linear, named(at("risk"), {"empirical"}));
  return rules;
}

}  // namespace flowsweep::experiment
