#include "sweep/grid_builder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/hash.hpp"
#include "sweep/canonical.hpp"

namespace flowsweep::sweep {

std::uint64_t content_hash(std::string_view content) {
  return hash_text(content);
}

GridBuilder::GridBuilder(std::shared_ptr<const Vocabulary> vocabulary, Hash hash)
    : hash_(hash),
      points_(vocabulary),
      order_(canonical_order(*vocabulary)),
      kernel_(kernel_line()),
      selected_(vocabulary->parameters.size(), 0),
      values_(vocabulary->parameters.size()),
      point_values_(vocabulary->parameters.size()),
      lines_(vocabulary->parameters.size()),
      used_(vocabulary->parameters.size()),
      shown_(vocabulary->parameters.size()),
      row_(vocabulary->parameters.size()) {}

Effect GridBuilder::add(const GridSpecification& specification) {
  start(specification);
  do {
    visit();
  } while (advance());
  return std::move(effect_);
}

Grid GridBuilder::finish() && {
  Grid grid = std::move(points_).finish();
  grid.duplicates = duplicates_;
  grid.excluded = excluded_;
  return grid;
}

void GridBuilder::start(const GridSpecification& specification) {
  specification_ = &specification;
  effect_ = {std::vector<bool>(values_.size()), std::vector<std::size_t>(specification.exclusions.size())};
  odometer_.assign(specification.groups.size(), 0);
  known_.clear();
  for (std::size_t parameter = 0; parameter < values_.size(); ++parameter) {
    known_.emplace_back(specification.columns[parameter].values.size(), 0);
    select(parameter, 0);
  }
  matches_.clear();
  for (const ExclusionClause& clause : specification.exclusions) {
    auto& conditions = matches_.emplace_back();
    for (const ExclusionCondition& condition : clause.conditions) {
      auto& matched = conditions.emplace_back();
      for (const Value& value : specification.columns[condition.parameter].values)
        matched.push_back(condition.admitted.contains(value));
    }
  }
}

void GridBuilder::select(std::size_t parameter, std::size_t index) {
  const auto& column = specification_->columns[parameter].values;
  selected_[parameter] = index;
  values_[parameter] = column.empty() ? Value{} : column[index];
  lines_[parameter] = canonical_line(points_.vocabulary().parameters[parameter], values_[parameter]);
}

// Turns the fastest group on, and the slower ones when it wraps; false after the last combination.
bool GridBuilder::advance() {
  for (std::size_t group = odometer_.size(); group-- > 0;) {
    const AxisGroup& axes = specification_->groups[group];
    odometer_[group] = odometer_[group] + 1 < axes.length ? odometer_[group] + 1 : 0;
    for (const std::size_t parameter : axes.parameters) select(parameter, odometer_[group]);
    if (odometer_[group] > 0) return true;
  }
  return false;
}

void GridBuilder::visit() {
  find_used();
  if (excluded()) {
    ++excluded_;
    return;
  }
  intern();
  const std::uint64_t point = id();
  const std::size_t row = points_.find(point);
  if (row < points_.size()) {
    if (!points_.holds(row, row_))
      refuse(specification_->field, to_hex(point),
             "two different points have this id; change a value of one of them");
    ++duplicates_;
    return;
  }
  check_constraint();
  points_.append(point, row_);
}

void GridBuilder::find_used() {
  const Vocabulary& vocabulary = points_.vocabulary();
  for (std::size_t parameter = 0; parameter < values_.size(); ++parameter) {
    used_[parameter] = vocabulary.uses(values_, parameter);
    if (used_[parameter] && specification_->columns[parameter].values.empty()) refuse_missing(parameter);
    shown_[parameter] = used_[parameter] || (vocabulary.implies && vocabulary.implies(values_, parameter));
  }
}

// Every clause is tried, so that one that is met only where another is met too counts as effective.
bool GridBuilder::excluded() {
  bool any = false;
  for (std::size_t clause = 0; clause < matches_.size(); ++clause) {
    bool all = true;
    for (std::size_t i = 0; all && i < matches_[clause].size(); ++i) {
      const std::size_t parameter = specification_->exclusions[clause].conditions[i].parameter;
      all = shown_[parameter] && matches_[clause][i][selected_[parameter]];
    }
    if (!all) continue;
    any = true;
    ++effect_.clauses[clause];
  }
  return any;
}

std::uint64_t GridBuilder::id() {
  content_.clear();
  for (const std::size_t parameter : order_)
    if (used_[parameter]) content_ += lines_[parameter];
  content_ += kernel_;
  return hash_(content_);
}

// A combination that turns out to be a duplicate adds no table entry: its values are those of an earlier row.
void GridBuilder::intern() {
  for (std::size_t parameter = 0; parameter < row_.size(); ++parameter) {
    if (shown_[parameter]) effect_.parameters[parameter] = true;
    const std::uint32_t entry = used_[parameter] ? table_entry(parameter) : 0;
    if (entry != row_[parameter]) point_values_[parameter] = points_.value(parameter, entry);
    row_[parameter] = entry;
  }
}

std::uint32_t GridBuilder::table_entry(std::size_t parameter) {
  std::uint32_t& known = known_[parameter][selected_[parameter]];
  if (known == 0) known = points_.entry(parameter, values_[parameter]);
  return known;
}

void GridBuilder::check_constraint() {
  const auto [parameter, message] = points_.vocabulary().constraint(point_values_);
  if (message.empty()) return;
  refuse(specification_->columns[parameter].field, to_text(point_values_[parameter]), message);
}

void GridBuilder::refuse_missing(std::size_t parameter) const {
  const ParameterDeclaration& declaration = points_.vocabulary().parameters[parameter];
  refuse(specification_->columns[parameter].field, "", "must be given; " + constraint_text(declaration));
}

}  // namespace flowsweep::sweep
