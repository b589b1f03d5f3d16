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
    : hash_(hash), order_(canonical_order(*vocabulary)), kernel_(kernel_line()) {
  const std::size_t parameters = vocabulary->parameters.size();
  grid_.vocabulary_ = std::move(vocabulary);
  grid_.tables_.assign(parameters, {Value{}});
  entries_.resize(parameters);
  selected_.assign(parameters, 0);
  values_.resize(parameters);
  point_values_.resize(parameters);
  lines_.resize(parameters);
  used_.resize(parameters);
  row_.resize(parameters);
}

void GridBuilder::add(const GridSpecification& specification) {
  start(specification);
  do {
    visit();
  } while (advance());
}

Grid GridBuilder::finish() && {
  grid_.indices_.shrink_to_fit();
  grid_.ids_.shrink_to_fit();
  return std::move(grid_);
}

void GridBuilder::start(const GridSpecification& specification) {
  specification_ = &specification;
  odometer_.assign(specification.groups.size(), 0);
  known_.clear();
  for (std::size_t parameter = 0; parameter < values_.size(); ++parameter) {
    known_.emplace_back(specification.columns[parameter].values.size(), 0);
    select(parameter, 0);
  }
  matches_.clear();
  for (const ExclusionClause& clause : specification.exclusions) {
    auto& conditions = matches_.emplace_back();
    for (const ExclusionCondition& condition : clause) {
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
  lines_[parameter] = canonical_line(grid_.vocabulary_->parameters[parameter], values_[parameter]);
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
    ++grid_.excluded;
    return;
  }
  intern();
  const std::uint64_t point = id();
  const std::size_t row = index_.find_or_insert(point, grid_.ids_);
  if (row < grid_.size()) {
    if (!equals_row(row))
      refuse(specification_->field, to_hex(point),
             "two different points have this id; change a value of one of them");
    ++grid_.duplicates;
    return;
  }
  check_constraint();
  grid_.ids_.push_back(point);
  grid_.indices_.insert(grid_.indices_.end(), row_.begin(), row_.end());
}

void GridBuilder::find_used() {
  const Vocabulary& vocabulary = *grid_.vocabulary_;
  for (std::size_t parameter = 0; parameter < values_.size(); ++parameter) {
    used_[parameter] = vocabulary.uses(values_, parameter);
    if (used_[parameter] && specification_->columns[parameter].values.empty()) refuse_missing(parameter);
  }
}

bool GridBuilder::excluded() const {
  for (std::size_t clause = 0; clause < matches_.size(); ++clause) {
    bool all = true;
    for (std::size_t i = 0; all && i < matches_[clause].size(); ++i) {
      const std::size_t parameter = specification_->exclusions[clause][i].parameter;
      all = used_[parameter] && matches_[clause][i][selected_[parameter]];
    }
    if (all) return true;
  }
  return false;
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
    const std::uint32_t entry = used_[parameter] ? table_entry(parameter) : 0;
    if (entry != row_[parameter]) point_values_[parameter] = grid_.tables_[parameter][entry];
    row_[parameter] = entry;
  }
}

std::uint32_t GridBuilder::table_entry(std::size_t parameter) {
  std::uint32_t& known = known_[parameter][selected_[parameter]];
  if (known > 0) return known;
  auto& table = grid_.tables_[parameter];
  const auto [entry, inserted] =
      entries_[parameter].emplace(values_[parameter], static_cast<std::uint32_t>(table.size()));
  if (inserted) table.push_back(values_[parameter]);
  return known = entry->second;
}

bool GridBuilder::equals_row(std::size_t row) const {
  return std::equal(row_.begin(), row_.end(),
                    grid_.indices_.begin() + static_cast<std::ptrdiff_t>(row * row_.size()));
}

void GridBuilder::check_constraint() {
  const auto [parameter, message] = grid_.vocabulary_->constraint(point_values_);
  if (message.empty()) return;
  refuse(specification_->columns[parameter].field, to_text(point_values_[parameter]), message);
}

void GridBuilder::refuse_missing(std::size_t parameter) const {
  const ParameterDeclaration& declaration = grid_.vocabulary_->parameters[parameter];
  refuse(specification_->columns[parameter].field, "", "must be given; " + constraint_text(declaration));
}

}  // namespace flowsweep::sweep
