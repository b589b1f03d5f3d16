#include "sweep/grid_draft.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "sweep/table.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

constexpr std::size_t most_conditions = 1000;
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

std::size_t zipped_axis(const GridDraft& draft, const Vocabulary& vocabulary, std::string_view key,
                        const Entry& entry) {
  const std::size_t parameter = known_parameter(vocabulary, key, entry.field, entry.value);
  if (!draft.axes.contains(parameter))
    refuse(entry.field, entry.value, fmt::format("'{}' is no axis of this section", key));
  return parameter;
}

void check_lengths(const GridDraft& draft, const Vocabulary& vocabulary, std::span<const std::size_t> group,
                   const Entry& entry) {
  const auto length = [&](std::size_t parameter) { return count_values(draft.axes.at(parameter)); };
  for (const std::size_t parameter : group)
    if (length(parameter) != length(group[0]))
      refuse(entry.field, entry.value,
             fmt::format("axes that advance together must be equally long: {} has {} values, {} has {}",
                         vocabulary.parameters[group[0]].key, length(group[0]),
                         vocabulary.parameters[parameter].key, length(parameter)));
}

void read_zips(GridDraft& draft, const Vocabulary& vocabulary, const Entry& entry) {
  std::set<std::size_t> seen;
  for (const std::string_view text : split_list(entry.value, ';', entry.field)) {
    std::vector<std::size_t> group;
    for (const std::string_view key : split_list(text, ',', entry.field)) {
      group.push_back(zipped_axis(draft, vocabulary, key, entry));
      if (!seen.insert(group.back()).second)
        refuse(entry.field, entry.value, fmt::format("'{}' must stand in one group once", key));
    }
    if (group.size() < 2) refuse(entry.field, entry.value, "a group must have at least two axes");
    check_lengths(draft, vocabulary, group, entry);
    std::sort(group.begin(), group.end());
    draft.zips.push_back(group);
  }
}

ExclusionCondition read_condition(const Vocabulary& vocabulary, std::string_view text, const Entry& entry) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) refuse(entry.field, text, "a condition must be KEY=VALUES");
  const std::string_view values = trimmed(text.substr(equals + 1));
  const std::size_t parameter =
      known_parameter(vocabulary, trimmed(text.substr(0, equals)), entry.field, text);
  const Field field{entry.field.where, entry.field.name + ": " + vocabulary.parameters[parameter].key};
  return {parameter, ValueSet(vocabulary.parameters[parameter], values, field)};
}

std::vector<ExclusionClause> read_exclusions(const Vocabulary& vocabulary, const Entry& entry) {
  std::vector<ExclusionClause> clauses;
  std::size_t conditions = 0;
  for (const std::string_view text : split_list(entry.value, ';', entry.field)) {
    ExclusionClause& clause = clauses.emplace_back(ExclusionClause{entry.field, std::string(text), {}});
    for (const std::string_view condition : split_list(text, '&', entry.field)) {
      if (++conditions > most_conditions)
        refuse(entry.field, entry.value, fmt::format("at most {} conditions are allowed", most_conditions));
      clause.conditions.push_back(read_condition(vocabulary, condition, entry));
    }
  }
  return clauses;
}

std::uint64_t saturating_product(std::span<const std::uint64_t> factors) {
  std::uint64_t product = 1;
  for (const std::uint64_t factor : factors)
    if (__builtin_mul_overflow(product, factor, &product)) return most;
  return product;
}

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  return a > most - b ? most : a + b;
}

std::string count_text(std::uint64_t count) {
  return (count == most ? "more than " : "") + std::to_string(count);
}

// What `exclude` takes: each condition is looked up for each combination, after each of its ranges was tried
// for each value of its axis.
class ExclusionWork {
 public:
  void add(const GridDraft& draft, std::uint64_t combinations) {
    for (const ExclusionClause& clause : draft.exclusions)
      for (const ExclusionCondition& condition : clause.conditions) {
        const auto axis = draft.axes.find(condition.parameter);
        const std::uint64_t length = axis == draft.axes.end() ? 1 : count_values(axis->second);
        const std::array ranges = {length, std::uint64_t{condition.admitted.ranges()}};
        range_tests_ = saturating_sum(range_tests_, saturating_product(ranges));
        tests_ = saturating_sum(tests_, combinations);
      }
  }

  void check(const GridDraft& draft, const Limits& limits) const {
    const auto refuse_more = [&](std::uint64_t count, const char* what, std::uint64_t limit) {
      if (count > limit)
        refuse(draft.exclusions.front().field, fmt::format("{} {}", count_text(count), what),
               fmt::format("at most {} are allowed; write fewer conditions or a smaller grid", limit));
    };
    refuse_more(tests_, "tests of conditions on combinations", limits.exclusion_tests);
    refuse_more(range_tests_, "tests of ranges on axis values", limits.range_tests);
  }

 private:
  std::uint64_t tests_ = 0, range_tests_ = 0;
};

// Axes with items CHOICE(FILE): the parameter that identifies the files' rows advances with them.
class FileAxes {
 public:
  FileAxes(GridDraft& draft, const Document& document, const Vocabulary& vocabulary)
      : draft_(draft), document_(document), vocabulary_(vocabulary) {}

  /// The entry's text with CHOICE for CHOICE(FILE); keeps the files' hashes.
  std::string without_files(const ParameterDeclaration& declaration, const Entry& entry) {
    if (declaration.file_choice.empty() || entry.value.empty()) return entry.value;
    std::string names;
    std::vector<AxisItem> hashes;
    bool any = false;
    for (const std::string_view item : split_list(entry.value, ',', entry.field)) {
      const std::string file = file_of(declaration, item);
      if (file.empty() && item == declaration.file_choice)
        refuse(entry.field, item, fmt::format("needs a file: {}(FILE)", declaration.file_choice));
      if (!names.empty()) names += ", ";
      names += file.empty() ? std::string(item) : declaration.file_choice;
      any = any || !file.empty();
      hashes.push_back(file.empty() ? Value{} : Value{hash_of(file, entry)});
    }
    if (any) found_.push_back({&declaration, &entry, hashes});
    return any ? names : entry.value;
  }

  /// Adds the hashes as axes, each in the zip of its axis of names.
  void join() {
    for (const Found& found : found_) {
      const std::size_t names = parameter_index(vocabulary_, found.declaration->key);
      const std::size_t files = parameter_index(vocabulary_, found.declaration->file_key);
      if (draft_.axes.contains(files))
        refuse(draft_.fields.at(files), "", "is set by " + found.declaration->file_choice + "(FILE)");
      draft_.axes[files] = found.hashes;
      draft_.fields[files] = found.entry->field;
      zip_with(names, files);
    }
  }

 private:
  struct Found {
    const ParameterDeclaration* declaration;
    const Entry* entry;
    std::vector<AxisItem> hashes;
  };

  std::int64_t hash_of(const std::string& file, const Entry& entry) const {
    const auto found = document_.tables.find(file);
    if (found == document_.tables.end()) refuse(entry.field, file, "its rows are not in the sweep's text");
    return found->second;
  }

  void zip_with(std::size_t names, std::size_t files) {
    for (std::vector<std::size_t>& zip : draft_.zips)
      if (std::find(zip.begin(), zip.end(), names) != zip.end()) {
        zip.push_back(files);
        std::sort(zip.begin(), zip.end());
        return;
      }
    draft_.zips.push_back({std::min(names, files), std::max(names, files)});
  }

  GridDraft& draft_;
  const Document& document_;
  const Vocabulary& vocabulary_;
  std::vector<Found> found_;
};

}  // namespace

const std::vector<std::size_t>* GridDraft::zip_of(std::size_t parameter) const {
  const auto holds = [&](const auto& zip) {
    return std::find(zip.begin(), zip.end(), parameter) != zip.end();
  };
  const auto zip = std::find_if(zips.begin(), zips.end(), holds);
  return zip == zips.end() ? nullptr : &*zip;
}

std::vector<std::uint64_t> GridDraft::lengths() const {
  std::vector<std::uint64_t> lengths;
  for (const auto& [parameter, items] : axes) {
    const auto* zip = zip_of(parameter);
    if (zip && zip->front() != parameter) continue;
    lengths.push_back(zip ? count_values(items) : count_distinct(items));
  }
  return lengths;
}

GridDraft draft_grid(const Section& section, const Document& document, const Vocabulary& vocabulary,
                     const Limits& limits) {
  GridDraft draft;
  draft.field = section.heading;
  FileAxes files(draft, document, vocabulary);
  for (const auto& [key, entry] : section.entries) {
    const std::size_t parameter = parameter_index(vocabulary, key);
    if (parameter == vocabulary.parameters.size()) continue;
    const ParameterDeclaration& declaration = vocabulary.parameters[parameter];
    const std::string names = files.without_files(declaration, entry);
    draft.axes[parameter] = parse_axis(declaration, names, entry.field, limits.axis_values);
    draft.fields[parameter] = entry.field;
  }
  if (const Entry* zip = section.find("zip")) read_zips(draft, vocabulary, *zip);
  files.join();
  if (const Entry* exclude = section.find("exclude"))
    draft.exclusions = read_exclusions(vocabulary, *exclude);
  return draft;
}

std::uint64_t check_size(std::span<const GridDraft> drafts, const Limits& limits) {
  std::uint64_t points = 0, values = 0;
  ExclusionWork work;
  for (const GridDraft& draft : drafts) {
    const auto lengths = draft.lengths();
    const std::uint64_t combinations = saturating_product(lengths);
    points = saturating_sum(points, combinations);
    if (points > limits.points)
      refuse(draft.field, count_text(points) + " points",
             fmt::format("a sweep has at most {} points; the axes of this section have {} values",
                         limits.points, fmt::join(lengths, " x ")));
    for (const auto& [parameter, items] : draft.axes) values = saturating_sum(values, count_values(items));
    if (values > limits.axis_values)
      refuse(draft.field, count_text(values) + " values",
             fmt::format("the axes of a sweep have at most {} values together", limits.axis_values));
    work.add(draft, combinations);
    work.check(draft, limits);
  }
  return points;
}

}  // namespace flowsweep::sweep
