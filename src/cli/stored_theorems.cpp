#include "cli/stored_theorems.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "experiment/problem.hpp"
#include "experiment/run_point.hpp"
#include "sweep/nearest.hpp"

namespace flowsweep::cli {
namespace {

std::vector<std::string> names(const std::vector<theory::Condition>& conditions) {
  std::vector<std::string> all;
  for (const theory::Condition& condition : conditions) all.push_back(condition.name);
  return all;
}

Theorems in_registry_order(const std::vector<std::string>& listed) {
  Theorems theorems;
  for (const theory::Theorem* theorem : theory::registry())
    if (std::ranges::find(listed, theorem->name) != listed.end()) theorems.push_back(theorem);
  return theorems;
}

}  // namespace

store::TheoremColumns columns_of(const theory::Theorem& theorem) {
  return {theorem.name,
          theorem.statement,
          theorem.source,
          std::string(theory::name(theorem.standing)),
          theorem.tolerance_source,
          names(theorem.hypotheses),
          names(theorem.conclusions),
          theorem.measurements};
}

Theorems wanted_theorems(const sweep::Sweep& sweep, std::span<const std::string> named) {
  std::vector<std::string> listed;
  for (const theory::Theorem* theorem : experiment::theorems_of(sweep)) listed.push_back(theorem->name);
  for (const std::string& name : named)
    if (std::ranges::find(listed, name) == listed.end())
      throw InputError({"command line", 0}, "--theorem", name,
                       "the sweep has no such theorem" +
                           sweep::nearest_hint(name, listed, "the nearest is",
                                               fmt::format("it has {}", fmt::join(listed, ", "))));
  return in_registry_order(named.empty() ? listed : std::vector<std::string>(named.begin(), named.end()));
}

Theorems theorems_of(const store::Schema& schema, const std::string& path) {
  Theorems theorems;
  for (const store::TheoremColumns& stored : schema.theorems) {
    theorems.push_back(theory::find_theorem(stored.name));
    if (theorems.back() == nullptr)
      throw InputError(
          path, fmt::format("holds verdicts of {}, a theorem that this program does not know", stored.name));
  }
  return theorems;
}

Theorems united(const Theorems& wanted, const Theorems& stored) {
  std::vector<std::string> listed;
  for (const Theorems* list : {&wanted, &stored})
    for (const theory::Theorem* theorem : *list) listed.push_back(theorem->name);
  return in_registry_order(listed);
}

bool stores(const store::Schema& schema, const theory::Theorem& theorem) {
  const auto found = std::ranges::find(schema.theorems, theorem.name, &store::TheoremColumns::name);
  if (found == schema.theorems.end()) return false;
  const store::TheoremColumns columns = columns_of(theorem);
  return found->hypotheses == columns.hypotheses && found->conclusions == columns.conclusions &&
         std::ranges::equal(found->measurements, columns.measurements, {}, &record::Quantity::name,
                            &record::Quantity::name);
}

void judge_stored_run(const Theorems& theorems, const sweep::Point& point, record::RunRecord& run,
                      std::span<const std::size_t> lacking) {
  const bool unmeasured = run.status == record::Status::failed || run.status == record::Status::set_aside;
  const std::vector<double> start = unmeasured ? std::vector<double>{} : experiment::start_weights(point);
  for (const std::size_t t : lacking) {
    const theory::Theorem& theorem = *theorems[t];
    if (!unmeasured && theorem.speaks_about(point))
      run.measurements[t] = theorem.measure({point, run, start});
    run.verdicts[t] = theory::judge(theorem, point, run, run.measurements[t]);
  }
}

}  // namespace flowsweep::cli
