#include "experiment/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

#include "distribution/law.hpp"
#include "distribution/sample_table.hpp"
#include "flow/flow.hpp"
#include "risk/enumerated_population.hpp"
#include "risk/free_contractions.hpp"
#include "risk/moment_list.hpp"
#include "sweep/table.hpp"
#include "theory/mesa_setting.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::experiment {
namespace {

using sweep::Bounds;
using sweep::Kind;
using sweep::ParameterDeclaration;
using sweep::Value;

constexpr double infinity = std::numeric_limits<double>::max();

constexpr std::int64_t longest_sampled_context = 1000000000;  // sampled sequences are counted by int
constexpr std::int64_t largest_precomputed_dimension = 16;    // 9 GB of statistics
// Sixth powers of the scale, and squares of gradients from the smallest starts, stay within the range of
// doubles.
constexpr Bounds scale_bounds = {1e-20, 1e20, false, false};
constexpr double smallest_start = 1e-50;

Bounds at_least(double lowest, double highest = infinity) {
  return {lowest, highest, false, false};
}
Bounds positive(double highest = infinity) {
  return {0, highest, true, false};
}

std::vector<std::string> law_names() {
  std::vector<std::string> names;
  for (const auto& family : distribution::families()) names.push_back(family.name);
  return names;
}

std::string number(double value) {
  return sweep::to_text(Value(value));
}

// One declaration a line and one for its help, as a table.
// clang-format off
void declare_shapes(std::vector<ParameterDeclaration>& all) {
  all.push_back({"p", "axes", Kind::real, "0.5", {1e-9, 1, false, false}, {}, "1",
                 "Probability: of a coordinate that is not 0 (bernoulli laws), of the positive value (two-point)."});
  all.push_back({"nu", "axes", Kind::real, "10", positive(1e9), {}, "1",
                 "Degrees of freedom of student-t, above 6."});
  all.push_back({"rho", "axes", Kind::real, "0.5", {-1, 1, false, false}, {}, "1",
                 "Correlation of two coordinates of equicorrelated-gaussian, at least -1/(d-1)."});
  all.push_back({"mu", "axes", Kind::real, "0.5", {-1e20, 1e20, false, false}, {}, "v",
                 "Mean of a coordinate of shifted-gaussian."});
  all.push_back({"sigma_1", "axes", Kind::real, "0.5", scale_bounds, {}, "v",
                 "Standard deviation of the first coordinate of anisotropic-gaussian."});
  all.push_back({"sigma_d", "axes", Kind::real, "1.5", scale_bounds, {}, "v",
                 "Standard deviation of the last coordinate of anisotropic-gaussian; those between are in geometric progression."});
  all.push_back({"rows", "axes", Kind::integer, "", at_least(0, 9007199254740991), {}, "1",
                 "Hash of the rows of samples(FILE), which sets it; it identifies the rows by their values."});
  all.push_back({"patterns", "law", Kind::real_list, "", {-1e20, 1e20, false, false}, {}, "v",
                 "Law signed-pairs: for each pattern the d magnitudes of v and a weight, one after the other."});
  all.push_back({"atoms", "law", Kind::real_list, "", {-1e20, 1e20, false, false}, {}, "v",
                 "Law finite: for each atom the d coordinates of v and a weight, one after the other."});
}

void declare_setting(std::vector<ParameterDeclaration>& all) {
  all.push_back({"model", "", Kind::name, "", {}, {"linear-attention"}, "1",
                 "Attention model that is trained."});
  all.push_back({"risk", "", Kind::name, "population", {}, {"population", "empirical"}, "1",
                 "Exact population risk, or the risk of sampled sequences."});
  all.push_back({"distribution", "axes", Kind::name, "", {}, law_names(), "1",
                 "Law of the initial token v; samples is written samples(FILE) or samples(FILE:DATASET).", "samples", "rows"});
  all.push_back({"scale", "axes", Kind::real, "1", scale_bounds, {}, "v",
                 "The law's scale: sigma, c, s, b or r (see `flowsweep distributions`)."});
  declare_shapes(all);
  all.push_back({"dimension", "axes", Kind::integer, "", at_least(1, 512), {}, "1",
                 "Dimension d of the tokens."});
  all.push_back({"context", "axes", Kind::integer, "", at_least(3, 1e15), {}, "tokens",
                 "Training context length T."});
  all.push_back({"blocks", "axes", Kind::name, "ba", {}, {"ba", "all"}, "1",
                 "Blocks that are free: A = Q21 and B = P1 alone, or all six. The empirical risk trains all six unless train = ba; there the key says which of them `dense` and `perturbation` touch."});
  all.push_back({"dense", "axes", Kind::real, "0", at_least(0, 1e10), {}, "1",
                 "If positive: standard deviation of a random dense start, every entry of the free blocks Gaussian (real)."});
  all.push_back({"init", "axes", Kind::pair, "0.1:0.1", {-1e10, 1e10, false, false}, {}, "1",
                 "Diagonal start a0:b0, A = a0 I and B = b0 I (not with a dense start)."});
  all.push_back({"perturbation", "axes", Kind::real, "0", at_least(0, 1e10), {}, "1",
                 "Standard deviation of Gaussian noise added to every entry of the free blocks at the start."});
  all.push_back({"seed", "axes", Kind::integer, "0", at_least(0, 9e15), {}, "1",
                 "Replicate number; enters the id, and through it every random stream of the point."});
}

void declare_flow(std::vector<ParameterDeclaration>& all) {
  const flow::Settings defaults;
  all.push_back({"integrator", "flow", Kind::name, "bdf", {}, {std::begin(flow::integrator_names), std::end(flow::integrator_names)}, "1",
                 "Implicit BDF or Adams (CVODE), explicit Dormand-Prince, or plain gradient descent (euler)."});
  all.push_back({"horizon", "flow", Kind::real, number(defaults.horizon), positive(), {}, "flow time",
                 "Flow time at which an adaptive integrator stops."});
  all.push_back({"gradient_tolerance", "flow", Kind::real, number(defaults.gradient_tolerance), positive(1), {}, "1",
                 "Converged when the gradient norm falls below this times the largest seen on the flow, or within its rounding error."});
  all.push_back({"relative_tolerance", "flow", Kind::real, number(defaults.relative_tolerance), {1e-14, 0.1, false, false}, {}, "1",
                 "Local error of adaptive integrators, relative."});
  all.push_back({"absolute_tolerance", "flow", Kind::real, number(defaults.absolute_tolerance), positive(1), {}, "1",
                 "Local error of adaptive integrators, absolute."});
  all.push_back({"step_limit", "flow", Kind::integer, std::to_string(defaults.step_limit), at_least(1, 1e12), {}, "steps",
                 "Most steps of an adaptive integrator."});
  all.push_back({"step", "flow", Kind::real, "", positive(), {}, "flow time", "Step size of euler."});
  all.push_back({"steps", "flow", Kind::integer, "200", at_least(1, 1e12), {}, "steps",
                 "Number of steps of euler."});
  all.push_back({"record_times", "flow", Kind::real_list, "", positive(), {}, "flow time",
                 "Increasing flow times to record beside start and end, instead of log spacing."});
  all.push_back({"records", "flow", Kind::integer, std::to_string(defaults.records), at_least(2, 65536), {}, "rows",
                 "Most rows of a trajectory, start and end included."});
}

void declare_sample(std::vector<ParameterDeclaration>& all) {
  all.push_back({"sequences", "empirical", Kind::integer, "10000", at_least(1, 1e9), {}, "sequences",
                 "Training sequences N of the empirical risk."});
  all.push_back({"mask", "empirical", Kind::flag, "false", {}, {}, "1",
                 "Keep the off-diagonal entries of P1 and Q21 at their start values (the paper's clipped run); also with the population risk."});
  all.push_back({"precision", "empirical", Kind::name, "double", {}, {"double", "float"}, "1",
                 "Arithmetic of the empirical risk; the state is double in either case."});
  all.push_back({"statistics", "empirical", Kind::name, "auto", {}, {"auto", "direct", "precomputed"}, "1",
                 "Sum over the sequences at every gradient (direct), or reduce them once to sufficient statistics (precomputed, needs precision = double); auto: what the cost model calls faster."});
  all.push_back({"train", "empirical", Kind::name, "all", {}, {"all", "ba"}, "1",
                 "Blocks that a flow on the empirical risk trains: all six, or A = Q21 and B = P1 alone while the others stay 0."});
  all.push_back({"test_sequences", "empirical", Kind::integer, "0", at_least(0, 1e9), {}, "sequences",
                 "Fresh sequences, for the test loss and ratio at every record (empirical risk) and for theorems that draw their own; 0: none, or the few that a theorem needs."});
  all.push_back({"test_context", "empirical", Kind::integer, "0", at_least(0, 1e9), {}, "tokens",
                 "Context length of the test sequences, at least 3; 0: the training context, and twice that where a theorem draws its own."});
}
// clang-format on

std::vector<ParameterDeclaration> declarations() {
  std::vector<ParameterDeclaration> all;
  declare_setting(all);
  declare_flow(all);
  declare_sample(all);
  return all;
}

// Position of a declared parameter.
std::size_t position(const std::vector<ParameterDeclaration>& all, std::string_view key) {
  for (std::size_t k = 0; k < all.size(); ++k)
    if (all[k].key == key) return k;
  throw std::out_of_range(std::string(key));
}

using Rule = std::function<bool(std::span<const Value> values)>;

template <typename T>
Rule greater_than_zero(std::size_t parameter) {
  return [parameter](std::span<const Value> values) {
    const auto* value = std::get_if<T>(&values[parameter]);
    return value != nullptr && *value > 0;
  };
}

Rule named(std::size_t parameter, std::string text) {
  return [parameter, text = std::move(text)](std::span<const Value> values) {
    const auto* value = std::get_if<std::string>(&values[parameter]);
    return value != nullptr && *value == text;
  };
}

// Whether the point's law has the parameter; parameters of no law have no such rule.
void add_law_rules(const std::vector<ParameterDeclaration>& all, std::vector<Rule>& rules) {
  std::map<std::string, std::set<std::string, std::less<>>> users;
  for (const auto& family : distribution::families())
    for (const auto& parameter : family.parameters) users[parameter.key].insert(family.name);
  for (const auto& [key, laws] : users)
    rules[position(all, key)] = [laws, law = position(all, "distribution")](std::span<const Value> values) {
      const auto* name = std::get_if<std::string>(&values[law]);
      return name != nullptr && laws.contains(*name);
    };
}

// Which parameters a point uses, by position; parameters without a rule are always used.
std::vector<Rule> use_rules(const std::vector<ParameterDeclaration>& all) {
  const auto at = [&all](std::string_view key) { return position(all, key); };
  const Rule empirical = named(at("risk"), "empirical"), euler = named(at("integrator"), "euler");
  const Rule dense = greater_than_zero<double>(at("dense"));
  const Rule perturbed = greater_than_zero<double>(at("perturbation"));
  const Rule masked = greater_than_zero<std::int64_t>(at("mask"));
  const Rule tested = greater_than_zero<std::int64_t>(at("test_sequences"));
  const Rule listed = [times = at("record_times")](std::span<const Value> values) {
    const auto* list = std::get_if<std::vector<double>>(&values[times]);
    return list != nullptr && !list->empty();
  };
  const auto no = [](Rule rule) { return [rule](std::span<const Value> values) { return !rule(values); }; };

  std::vector<Rule> rules(all.size());
  add_law_rules(all, rules);
  for (const char* key : {"init", "perturbation"}) rules[at(key)] = no(dense);
  rules[at("seed")] = [=](std::span<const Value> values) {
    return empirical(values) || dense(values) || perturbed(values);
  };
  rules[at("blocks")] = [=](std::span<const Value> values) {
    return !empirical(values) || dense(values) || perturbed(values);
  };
  for (const char* key : {"step", "steps"}) rules[at(key)] = euler;
  for (const char* key : {"horizon", "relative_tolerance", "absolute_tolerance", "step_limit"})
    rules[at(key)] = no(euler);
  rules[at("record_times")] = listed;
  rules[at("records")] = no(listed);
  for (const char* key : {"sequences", "precision", "statistics"}) rules[at(key)] = empirical;
  // Points without the key train all six: they keep their ids.
  rules[at("train")] = [=, pair = named(at("train"), "ba")](std::span<const Value> values) {
    return empirical(values) && pair(values);
  };
  // The exact population risk uses them only where they are asked for: without them its points keep their
  // ids.
  rules[at("mask")] = [=](std::span<const Value> values) { return empirical(values) || masked(values); };
  rules[at("test_sequences")] = [=](std::span<const Value> values) {
    return empirical(values) || tested(values);
  };
  rules[at("test_context")] = tested;
  return rules;
}

// Whether every number of a start that is not 0 is large enough for its gradient to be seen.
bool visible_start(const Value& value) {
  const auto visible = [](double x) { return x == 0 || std::abs(x) >= smallest_start; };
  if (const auto* pair = std::get_if<sweep::Pair>(&value))
    return visible(pair->first) && visible(pair->second);
  const auto* real = std::get_if<double>(&value);
  return real == nullptr || visible(*real);
}

// What the law refuses of its own parameters, and a dimension in which it has too many moments.
std::pair<std::size_t, std::string> law_fault(const std::vector<ParameterDeclaration>& all,
                                              std::span<const Value> values) {
  const auto value = [&](const std::string& key) -> const Value& { return values[position(all, key)]; };
  const auto* family = distribution::find_family(std::get<std::string>(value("distribution")));
  const auto dimension = static_cast<int>(std::get<std::int64_t>(value("dimension")));
  const bool long_list = risk::moment_list_bytes(dimension) > risk::moment_list_limit &&
                         std::get<std::string>(value("risk")) == "population";
  if (family->fault == nullptr && !long_list) return {0, ""};
  const std::vector<double> parameters = theory::law_parameters(*family, value);
  if (family->fault != nullptr)
    if (const auto fault = family->fault(dimension, parameters))
      return {position(all, fault->key), fault->constraint};
  if (!long_list) return {0, ""};
  const auto law = family->make(dimension, parameters);
  if (law->exchangeable() || law->independent()) return {0, ""};
  return {position(all, "dimension"), risk::too_long_moment_list(dimension)};
}

// A dimension in which the risk in all blocks of such a law has too many terms.
std::pair<std::size_t, std::string> block_fault(const std::vector<ParameterDeclaration>& all,
                                                std::span<const Value> values) {
  const auto value = [&](const std::string& key) -> const Value& { return values[position(all, key)]; };
  const auto dimension = static_cast<int>(std::get<std::int64_t>(value("dimension")));
  if (std::get<std::string>(value("risk")) != "population" ||
      std::get<std::string>(value("blocks")) != "all" ||
      risk::enumerated_terms(dimension) <= risk::most_enumerated_terms)
    return {0, ""};
  const auto* family = distribution::find_family(std::get<std::string>(value("distribution")));
  const auto law = family->make(dimension, theory::law_parameters(*family, value));
  if (risk::has_free_contractions(*law)) return {0, ""};
  return {position(all, "dimension"), risk::too_many_enumerated_terms(dimension)};
}

// Constraints that bounds cannot express.
std::pair<std::size_t, std::string> broken_constraint(const std::vector<ParameterDeclaration>& all,
                                                      std::span<const Value> values) {
  const std::size_t times = position(all, "record_times"), context = position(all, "test_context");
  if (const auto* list = std::get_if<std::vector<double>>(&values[times]))
    if (std::ranges::adjacent_find(*list, std::greater_equal<>()) != list->end())
      return {times, "the times must increase"};
  if (const auto* length = std::get_if<std::int64_t>(&values[context]))
    if (*length == 1 || *length == 2) return {context, "must be 0 or at least 3"};
  if (std::get<std::string>(values[position(all, "risk")]) == "empirical" &&
      std::get<std::int64_t>(values[position(all, "context")]) > longest_sampled_context)
    return {position(all, "context"), "context <= 1e9 where risk = empirical"};
  const auto text = [&](const char* key) { return std::get<std::string>(values[position(all, key)]); };
  if (text("risk") == "empirical" && text("statistics") == "precomputed" && text("precision") == "float")
    return {position(all, "statistics"), "not precomputed where precision = float"};
  if (text("risk") == "empirical" && text("statistics") == "precomputed" &&
      std::get<std::int64_t>(values[position(all, "dimension")]) > largest_precomputed_dimension)
    return {position(all, "statistics"),
            "not precomputed where dimension > 16 (they grow with its sixth power)"};
  if (text("risk") == "empirical" && named(position(all, "train"), "ba")(values) &&
      named(position(all, "blocks"), "all")(values))
    return {position(all, "train"), "all where blocks = all: a start with noise in all blocks"};
  for (const char* key : {"dense", "init", "perturbation"})
    if (!visible_start(values[position(all, key)]))
      return {position(all, key), "must be 0 or at least 1e-50 in size"};
  const auto fault = law_fault(all, values);
  return fault.second.empty() ? block_fault(all, values) : fault;
}

}  // namespace

std::shared_ptr<const sweep::Vocabulary> vocabulary() {
  static const auto shared = [] {
    auto words = std::make_shared<sweep::Vocabulary>();
    words->parameters = declarations();
    for (const theory::Theorem* theorem : theory::registry()) words->theorems.push_back(theorem->name);
    words->uses = [rules = use_rules(words->parameters)](std::span<const Value> values, std::size_t index) {
      return !rules[index] || rules[index](values);
    };
    words->load_table = [](const sweep::Table& table) {
      distribution::publish(table.hash(), table.name, table.columns, table.values);
    };
    words->constraint = [all = words->parameters](std::span<const Value> values) {
      return broken_constraint(all, values);
    };
    return std::shared_ptr<const sweep::Vocabulary>(words);
  }();
  return shared;
}

}  // namespace flowsweep::experiment
