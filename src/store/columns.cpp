#include "store/columns.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <stdexcept>

namespace flowsweep::store {
namespace {

constexpr const char* host_path = "/runs/host";

using Attributes = std::vector<std::pair<std::string, std::string>>;

Column real(const std::string& path, const std::string& unit, const std::string& meaning) {
  Column column;
  column.path = path;
  column.fill = nan_fill();
  column.attributes = {{unit_attribute, unit}, {meaning_attribute, meaning}};
  return column;
}

Column integer(const std::string& path, Element element, std::int64_t fill, const std::string& meaning) {
  Column column;
  column.path = path;
  column.element = element;
  column.fill = integer_fill(element, fill);
  column.attributes = {{meaning_attribute, meaning}};
  return column;
}

Column text(const std::string& path, std::size_t bytes, const std::string& dimension,
            const std::string& meaning) {
  Column column = integer(path, Element::uint8, 0, meaning + "; UTF-8 bytes, zero-padded");
  column.width = bytes;
  column.dimension = dimension;
  column.attributes.emplace_back("encoding", "utf-8");
  return column;
}

Column not_in_digest(Column column) {
  column.in_digest = false;
  return column;
}

template <class Names>
Column coded(Column column, const Names& names) {
  for (std::size_t code = 0; code < names.size(); ++code) {
    column.flags.values.push_back(static_cast<std::int64_t>(code));
    column.flags.meanings.emplace_back(names[code]);
  }
  return column;
}

Column axis_column(const Axis& axis) {
  Column column;
  column.path = axis_path(axis.key);
  column.element = element_of(axis);
  column.width = axis.width;
  if (axis.kind == sweep::Kind::pair) column.dimension = "pair";
  if (axis.kind == sweep::Kind::real_list) column.dimension = axis.key + "_entry";
  column.fill = fill_of(axis);
  column.flags = flags_of(axis);
  column.masked = axis.optional && axis.kind == sweep::Kind::integer;
  column.attributes = {
      {unit_attribute, axis.unit}, {meaning_attribute, axis.help}, {"kind", kind_name(axis.kind)}};
  return column;
}

void add_points(std::vector<Column>& columns, std::span<const Axis> axes) {
  columns.push_back(integer("/points/id", Element::uint64, 0, "hash of the point's typed content"));
  for (const Axis& axis : axes) columns.push_back(axis_column(axis));
  columns.push_back(not_in_digest(integer("/weights/offset", Element::uint64, 0,
                                          "first entry of the point's weights in /weights/values")));
  columns.push_back(integer("/weights/count", Element::uint32, 0, "number of the point's weights"));
}

void add_runs(std::vector<Column>& columns) {
  columns.push_back(
      coded(integer("/runs/status", Element::int8, 0, "how the run ended"), record::status_names));
  columns.push_back(
      not_in_digest(integer("/runs/attempts", Element::int32, 0, "workers that began the run")));
  columns.push_back(integer("/runs/steps", Element::int64, 0, "integrator steps"));
  columns.push_back(integer("/runs/evaluations", Element::int64, 0, "gradient evaluations"));
  columns.push_back(integer("/runs/products", Element::int64, 0, "Hessian-vector products"));
  columns.push_back(not_in_digest(real("/runs/wall_seconds", "s", "wall time of the run")));
  columns.push_back(real("/runs/flow_time", "1", "flow time at the end"));
  columns.push_back(
      real("/runs/largest_gradient_norm", "v^2", "largest Euclidean norm of grad L on the flow"));
  columns.push_back(not_in_digest(text(host_path, host_bytes, "host_byte", "where the run was done")));
  columns.push_back(text("/runs/message", message_bytes, "message_byte", "why the run ended as it did"));
}

Column along_records(Column column, int records) {
  column.width = static_cast<std::size_t>(records);
  column.dimension = "record";
  return column;
}

void add_observables(std::vector<Column>& columns, const Schema& schema) {
  columns.push_back(
      along_records(real("/trajectories/flow_time", "1", "flow time of each record"), schema.records));
  for (const record::Quantity& q : schema.observables)
    columns.push_back(along_records(real(observable_path(q.name), q.unit, q.long_name), schema.records));
  for (const record::Quantity& q : schema.observables)
    columns.push_back(real("/finals/" + q.name, q.unit, q.long_name + ", at the end"));
}

/// Lower case, everything but letters and digits as '_'; distinct within `taken`.
std::string slug(const std::string& name, std::set<std::string>& taken) {
  std::string text;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 128;
    text += plain ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '_';
  }
  std::string candidate = text;
  for (int copy = 2; !taken.insert(candidate).second; ++copy) candidate = text + "_" + std::to_string(copy);
  return candidate;
}

void add_margins(std::vector<Column>& columns, const TheoremColumns& theorem, const std::string& role,
                 const std::vector<std::string>& names) {
  std::set<std::string> taken;
  for (const std::string& name : names)
    columns.push_back(real(theorem_group(theorem.name) + "/" + role + "_" + slug(name, taken), "1",
                           "margin of the " + role + ": " + name + "; positive inside"));
}

Column verdict_column(const std::string& path) {
  Column column = coded(integer(path, Element::int8, no_verdict, "what the theorem says of the run"),
                        record::verdict_names);
  column.flags.values.insert(column.flags.values.begin(), no_verdict);
  column.flags.meanings.insert(column.flags.meanings.begin(), "not-judged");
  return column;
}

void add_theorem(std::vector<Column>& columns, const TheoremColumns& theorem) {
  const std::string group = theorem_group(theorem.name);
  for (const record::Quantity& q : theorem.measurements)
    columns.push_back(real(measurement_path(theorem.name, q.name), q.unit, q.long_name));
  columns.push_back(verdict_column(group + "/verdict"));
  columns.push_back(real(group + "/margin", "1", "smallest margin of the conclusions; positive inside"));
  columns.push_back(real(group + "/predicted", "1", "the theorem's number"));
  columns.push_back(real(group + "/measured", "1", "the run's number"));
  columns.push_back(real(group + "/tolerance", "1", "absolute, on |measured - predicted|"));
  add_margins(columns, theorem, "hypothesis", theorem.hypotheses);
  add_margins(columns, theorem, "conclusion", theorem.conclusions);
}

Column weights_column() {
  Column column = real("/weights/values", "1", "final weights of all points, one after another");
  column.dimension = "weight";
  column.ragged = true;
  return column;
}

std::vector<Dimension> dimensions_of(const Layout& layout) {
  std::vector<Dimension> dimensions = {{"point", layout.points}, {"weight", layout.weight_total}};
  for (const Column& column : layout.columns) {
    const auto same = [&](const Dimension& d) { return d.name == column.dimension; };
    if (!column.dimension.empty() && std::none_of(dimensions.begin(), dimensions.end(), same))
      dimensions.push_back({column.dimension, column.width});
  }
  return dimensions;
}

/// The words of the columns that a run fills; a committed run has none of the fill, which says that there was
/// none yet.
std::vector<CodedByte> codes_of(const Layout& layout) {
  std::vector<CodedByte> codes;
  std::size_t place = layout.static_bytes();
  for (std::size_t c = layout.statics; c < layout.columns.size(); ++c) {
    const Column& column = layout.columns[c];
    if (!column.flags.values.empty())
      codes.push_back({place, static_cast<std::int8_t>(column.flags.values.front() + 1),
                       static_cast<std::int8_t>(column.flags.values.back())});
    place += column.row_bytes();
  }
  return codes;
}

void check_paths(const Layout& layout) {
  std::set<std::string> paths;
  for (const Column* column : layout.datasets()) {
    const std::string& path = column->path;
    const auto depth = std::count(path.begin(), path.end(), '/');
    const bool nested = path.starts_with("/measurements/") || path.starts_with("/verdicts/");
    if (depth != (nested ? 3 : 2) || path.back() == '/')
      throw std::invalid_argument("not a name for a dataset: " + path);
    if (!paths.insert(path).second) throw std::invalid_argument("two datasets would be named " + path);
  }
}

}  // namespace

std::string axis_path(const std::string& key) {
  return "/points/" + key;
}
std::string observable_path(const std::string& observable) {
  return "/trajectories/" + observable;
}
std::string theorem_group(const std::string& theorem) {
  return "/verdicts/" + theorem;
}
std::string measurement_path(const std::string& theorem, const std::string& measurement) {
  return "/measurements/" + theorem + "/" + measurement;
}

const Column& Layout::host() const {
  return *std::ranges::find(columns, host_path, &Column::path);
}

std::size_t Layout::static_bytes() const {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < statics; ++i) bytes += columns[i].row_bytes();
  return bytes;
}

std::size_t Layout::fixed_bytes() const {
  std::size_t bytes = 0;
  for (const Column& column : columns) bytes += column.row_bytes();
  return bytes;
}

std::vector<Column*> Layout::datasets() {
  std::vector<Column*> all;
  for (Column& column : columns) all.push_back(&column);
  all.insert(all.end(), {&weights, &checksum, &committed});
  return all;
}

std::vector<const Column*> Layout::datasets() const {
  std::vector<const Column*> all;
  for (const Column& column : columns) all.push_back(&column);
  all.insert(all.end(), {&weights, &checksum, &committed});
  return all;
}

std::vector<const Column*> Layout::written() const {
  std::vector<const Column*> all = datasets();
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(statics));
  return all;
}

std::uint64_t Layout::total_bytes(const Column& column) const {
  return (column.ragged ? weight_total : points) * column.row_bytes();
}

std::vector<Dimension> Layout::shape(const Column& column) const {
  if (column.ragged) return {{column.dimension, weight_total}};
  if (column.dimension.empty()) return {{"point", points}};
  return {{"point", points}, {column.dimension, column.width}};
}

Layout make_layout(const Schema& schema, std::span<const Axis> axes, std::size_t points,
                   std::uint64_t weight_total) {
  if (schema.records < 1) throw std::invalid_argument("a trajectory needs at least one record");
  Layout layout;
  layout.points = points;
  layout.weight_total = std::max<std::uint64_t>(weight_total, 1);
  add_points(layout.columns, axes);
  layout.statics = layout.columns.size();
  add_runs(layout.columns);
  add_observables(layout.columns, schema);
  for (const TheoremColumns& theorem : schema.theorems) add_theorem(layout.columns, theorem);
  layout.weights = weights_column();
  layout.checksum =
      integer("/runs/checksum", Element::uint64, 0, "XXH3 of the row's bytes, seeded with its id");
  layout.committed =
      coded(integer("/runs/committed", Element::uint8, 0, "1 once every other value is written"),
            std::array{"no", "yes"});
  layout.dimensions = dimensions_of(layout);
  layout.codes = codes_of(layout);
  check_paths(layout);
  return layout;
}

}  // namespace flowsweep::store
