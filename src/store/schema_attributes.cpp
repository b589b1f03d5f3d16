#include "store/schema_attributes.hpp"

#include <array>
#include <iterator>
#include <limits>
#include <sstream>

#include "core/error.hpp"
#include "store/columns.hpp"
#include "store/hdf5_attribute.hpp"

namespace flowsweep::store {
namespace {

struct MetadataAttribute {
  const char* name;
  std::string Metadata::*text;
};
constexpr std::array<MetadataAttribute, 9> metadata_attributes = {{
    {"sweep_name", &Metadata::sweep_name},
    {"command_line", &Metadata::command_line},
    {"program_version", &Metadata::program_version},
    {"git_commit", &Metadata::git_commit},
    {"instruction_set", &Metadata::instruction_set},
    {"kernel", &Metadata::kernel},
    {"compiler", &Metadata::compiler},
    {"libraries", &Metadata::libraries},
    {"created", &Metadata::created},
}};

template <class Items>
std::vector<std::string> names_of(const Items& items) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(item.name);
  return names;
}

void write_theorem(hid_t file, const TheoremColumns& theorem) {
  const Handle group = open_group(file, theorem_group(theorem.name));
  write_text(group, meaning_attribute, theorem.statement);
  write_text(group, "source", theorem.source);
  write_text(group, "standing", theorem.standing);
  write_text(group, "tolerance_source", theorem.tolerance_source);
  write_texts(group, "hypotheses", theorem.hypotheses);
  write_texts(group, "conclusions", theorem.conclusions);
  write_texts(group, "measurements", names_of(theorem.measurements));
}

std::string read_text_if_any(hid_t object, const std::string& name) {
  const std::vector<std::string> values = read_texts(object, name);
  return values.empty() ? "" : values.front();
}

record::Quantity read_quantity(hid_t file, const std::string& name, const std::string& path) {
  const Handle dataset = open_dataset(file, path);
  return {name, read_text(dataset, unit_attribute), read_text(dataset, meaning_attribute)};
}

TheoremColumns read_theorem(hid_t file, const std::string& name) {
  const Handle group = open_group(file, theorem_group(name));
  TheoremColumns theorem;
  theorem.name = name;
  theorem.statement = read_text(group, meaning_attribute);
  theorem.source = read_text(group, "source");
  theorem.standing = read_text_if_any(group, "standing");  // stores from before it was written have none
  theorem.tolerance_source = read_text(group, "tolerance_source");
  theorem.hypotheses = read_texts(group, "hypotheses");
  theorem.conclusions = read_texts(group, "conclusions");
  for (const std::string& measurement : read_texts(group, "measurements"))
    theorem.measurements.push_back(read_quantity(file, measurement, measurement_path(name, measurement)));
  return theorem;
}

std::size_t trailing_extent(hid_t dataset) {
  const Handle space(FLOWSWEEP_HDF5(H5Dget_space(dataset)));
  std::array<hsize_t, 2> sizes = {1, 1};
  if (FLOWSWEEP_HDF5(H5Sget_simple_extent_ndims(space)) > 2)
    throw Hdf5Error("a dataset has too many dimensions");
  FLOWSWEEP_HDF5(H5Sget_simple_extent_dims(space, sizes.data(), nullptr));
  return sizes[1];
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

Axis read_axis(hid_t file, const std::string& key) {
  const Handle dataset = open_dataset(file, axis_path(key));
  Axis axis{key,
            parse_kind(read_text(dataset, "kind")),
            read_text(dataset, unit_attribute),
            read_text(dataset, meaning_attribute),
            {},
            trailing_extent(dataset),
            false};
  const bool list = axis.kind == sweep::Kind::real_list;
  if (list ? axis.width == 0 : axis.width != (axis.kind == sweep::Kind::pair ? 2 : 1))
    throw Hdf5Error(axis_path(key) + " has another width than its kind");
  if (axis.kind == sweep::Kind::name || axis.kind == sweep::Kind::flag) {
    axis.choices = split(read_text(dataset, "flag_meanings"));
    axis.optional = !axis.choices.empty() && axis.choices.front() == unused_word;
    if (axis.optional) axis.choices.erase(axis.choices.begin());
  }
  return axis;
}

}  // namespace

void write_description(hid_t file, const Schema& schema, std::span<const Axis> axes,
                       const Metadata& metadata) {
  write_text(file, "format", format_tag);
  write_integer(file, "format_version", format_version);
  for (const MetadataAttribute& attribute : metadata_attributes)
    write_text(file, attribute.name, metadata.*attribute.text);
  write_text_dataset(file, sweep_text_dataset, metadata.sweep_text);
  if (!metadata.merged_from.empty()) write_text_dataset(file, merged_from_dataset, metadata.merged_from);
  std::vector<std::string> keys;
  for (const Axis& axis : axes) keys.push_back(axis.key);
  write_texts(open_group(file, points_group), "axes", keys);
  const Handle trajectories = open_group(file, trajectories_group);
  write_texts(trajectories, "observables", names_of(schema.observables));
  write_integer(trajectories, "records", schema.records);
  write_texts(file, "theorems", names_of(schema.theorems));
  for (const TheoremColumns& theorem : schema.theorems) write_theorem(file, theorem);
}

void check_format(hid_t file, const std::string& path) {
  const bool tagged = H5Aexists(file, "format") > 0 && H5Aexists(file, "format_version") > 0;
  try {
    if (!tagged || read_text(file, "format") != format_tag)
      throw InputError(path, "is an HDF5 file but not a flowsweep store");
  } catch (const Hdf5Error&) {
    throw InputError(path, "is an HDF5 file but not a flowsweep store");
  }
  const std::int64_t version = read_integer(file, "format_version");
  if (version != format_version)
    throw InputError(path, "has store format " + std::to_string(version) + "; this program reads format " +
                               std::to_string(format_version));
}

Schema read_schema(hid_t file) {
  Schema schema;
  const Handle trajectories = open_group(file, trajectories_group);
  const std::int64_t records = read_integer(trajectories, "records");
  if (records < 1 || records > std::numeric_limits<int>::max())
    throw Hdf5Error("attribute records: " + std::to_string(records) + " is no number of records");
  schema.records = static_cast<int>(records);
  for (const std::string& name : read_texts(trajectories, "observables"))
    schema.observables.push_back(read_quantity(file, name, observable_path(name)));
  for (const std::string& name : read_texts(file, "theorems"))
    schema.theorems.push_back(read_theorem(file, name));
  return schema;
}

std::vector<Axis> read_axes(hid_t file) {
  std::vector<Axis> axes;
  for (const std::string& key : read_texts(open_group(file, points_group), "axes"))
    axes.push_back(read_axis(file, key));
  return axes;
}

Metadata read_metadata(hid_t file) {
  Metadata metadata;
  for (const MetadataAttribute& attribute : metadata_attributes)
    metadata.*attribute.text = read_text(file, attribute.name);
  metadata.sweep_text = read_text_dataset(file, sweep_text_dataset);
  if (H5Lexists(file, merged_from_dataset, H5P_DEFAULT) > 0)
    metadata.merged_from = read_text_dataset(file, merged_from_dataset);
  return metadata;
}

}  // namespace flowsweep::store
