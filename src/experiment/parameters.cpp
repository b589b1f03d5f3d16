#include "experiment/parameters.hpp"

#include "distribution/sample_table.hpp"
#include "experiment/constraints.hpp"
#include "experiment/declarations.hpp"
#include "experiment/use_rules.hpp"
#include "sweep/table.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::experiment {

std::shared_ptr<const sweep::Vocabulary> vocabulary() {
  static const auto shared = [] {
    auto words = std::make_shared<sweep::Vocabulary>();
    words->parameters = declarations();
    for (const theory::Theorem* theorem : theory::registry()) words->theorems.push_back(theorem->name);
    words->uses = [rules = use_rules(words->parameters)](std::span<const sweep::Value> values,
                                                         std::size_t index) {
      return !rules[index] || rules[index](values);
    };
    words->implies = [rules = implied_rules(words->parameters)](std::span<const sweep::Value> values,
                                                                std::size_t index) {
      return rules[index] && rules[index](values);
    };
    words->load_table = [](const sweep::Table& table) {
      distribution::publish(table.hash(), table.name, table.columns, table.values);
    };
    words->constraint = [all = words->parameters](std::span<const sweep::Value> values) {
      return broken_constraint(all, values);
    };
    return std::shared_ptr<const sweep::Vocabulary>(words);
  }();
  return shared;
}

}  // namespace flowsweep::experiment
