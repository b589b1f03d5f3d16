#include "store/hdf5_attribute.hpp"

namespace flowsweep::store {
namespace {

Handle text_type() {
  Handle type(FLOWSWEEP_HDF5(H5Tcopy(H5T_C_S1)));
  FLOWSWEEP_HDF5(H5Tset_size(type, H5T_VARIABLE));
  FLOWSWEEP_HDF5(H5Tset_cset(type, H5T_CSET_UTF8));
  return type;
}

Handle vector_space(std::size_t count) {
  const hsize_t size = count;
  return Handle(FLOWSWEEP_HDF5(H5Screate_simple(1, &size, nullptr)));
}

void write_attribute(hid_t object, const std::string& name, hid_t type, hid_t space, const void* values) {
  const Handle attribute(
      FLOWSWEEP_HDF5(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT)));
  FLOWSWEEP_HDF5(H5Awrite(attribute, type, values));
}

/// As many as an attribute of the earliest file format has room for: 64 KiB, 16 bytes each.
constexpr hssize_t most_texts = 4096;

void require_text(hid_t type) {
  if (H5Tis_variable_str(type) <= 0) throw Hdf5Error("a string of variable length was expected");
}

/// Copies strings that HDF5 allocated, and frees them; HDF5 hands out an empty string as a null pointer.
std::vector<std::string> take(std::vector<char*>& texts, hid_t type, hid_t space) {
  std::vector<std::string> values;
  for (const char* text : texts) values.emplace_back(text ? text : "");
  FLOWSWEEP_HDF5(H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts.data()));
  return values;
}

}  // namespace

void write_text(hid_t object, const std::string& name, const std::string& value) {
  const char* text = value.c_str();
  write_attribute(object, name, text_type(), Handle(FLOWSWEEP_HDF5(H5Screate(H5S_SCALAR))), &text);
}

void write_texts(hid_t object, const std::string& name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::vector<const char*> texts;
  for (const std::string& value : values) texts.push_back(value.c_str());
  write_attribute(object, name, text_type(), vector_space(texts.size()), texts.data());
}

void write_integer(hid_t object, const std::string& name, std::int64_t value) {
  write_attribute(object, name, H5T_NATIVE_INT64, Handle(FLOWSWEEP_HDF5(H5Screate(H5S_SCALAR))), &value);
}

void write_values(hid_t object, const std::string& name, hid_t type, std::size_t count, const void* values) {
  write_attribute(object, name, type, vector_space(count), values);
}

void write_text_dataset(hid_t file, const std::string& path, const std::string& value) {
  const Handle type = text_type(), space(FLOWSWEEP_HDF5(H5Screate(H5S_SCALAR)));
  const Handle links(FLOWSWEEP_HDF5(H5Pcreate(H5P_LINK_CREATE)));
  FLOWSWEEP_HDF5(H5Pset_create_intermediate_group(links, 1));
  const Handle dataset(
      FLOWSWEEP_HDF5(H5Dcreate2(file, path.c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT)));
  const char* text = value.c_str();
  FLOWSWEEP_HDF5(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text));
}

std::string read_text(hid_t object, const std::string& name) {
  const std::vector<std::string> values = read_texts(object, name);
  if (values.size() != 1) throw Hdf5Error("attribute " + name + ": one string was expected");
  return values.front();
}

std::vector<std::string> read_texts(hid_t object, const std::string& name) {
  if (FLOWSWEEP_HDF5(H5Aexists(object, name.c_str())) == 0) return {};
  const Handle attribute(FLOWSWEEP_HDF5(H5Aopen(object, name.c_str(), H5P_DEFAULT)));
  const Handle stored(FLOWSWEEP_HDF5(H5Aget_type(attribute)));
  const Handle space(FLOWSWEEP_HDF5(H5Aget_space(attribute)));
  require_text(stored);
  const hssize_t count = FLOWSWEEP_HDF5(H5Sget_simple_extent_npoints(space));
  if (count > most_texts) throw Hdf5Error("attribute " + name + " claims to have more strings than fit");
  std::vector<char*> texts(static_cast<std::size_t>(count));
  const Handle type = text_type();
  FLOWSWEEP_HDF5(H5Aread(attribute, type, texts.data()));
  return take(texts, type, space);
}

std::int64_t read_integer(hid_t object, const std::string& name) {
  const Handle attribute(FLOWSWEEP_HDF5(H5Aopen(object, name.c_str(), H5P_DEFAULT)));
  const Handle space(FLOWSWEEP_HDF5(H5Aget_space(attribute)));
  const Handle type(FLOWSWEEP_HDF5(H5Aget_type(attribute)));
  if (H5Sget_simple_extent_npoints(space) != 1 || H5Tget_class(type) != H5T_INTEGER)
    throw Hdf5Error("attribute " + name + ": one integer was expected");
  std::int64_t value = 0;
  FLOWSWEEP_HDF5(H5Aread(attribute, H5T_NATIVE_INT64, &value));
  return value;
}

std::string read_text_dataset(hid_t file, const std::string& path) {
  const Handle dataset = open_dataset(file, path);
  const Handle stored(FLOWSWEEP_HDF5(H5Dget_type(dataset))), space(FLOWSWEEP_HDF5(H5Dget_space(dataset)));
  require_text(stored);
  require_own_bytes(dataset, path);
  if (H5Sget_simple_extent_npoints(space) != 1) throw Hdf5Error(path + ": one string was expected");
  std::vector<char*> texts(1);
  const Handle type = text_type();
  FLOWSWEEP_HDF5(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()));
  return take(texts, type, space).front();
}

void require_own_bytes(hid_t dataset, const std::string& path) {
  const Handle properties(FLOWSWEEP_HDF5(H5Dget_create_plist(dataset)));
  if (H5Pget_layout(properties) != H5D_CONTIGUOUS || H5Pget_external_count(properties) != 0)
    throw Hdf5Error(path + " is not one piece of the file");
}

Handle open_group(hid_t file, const std::string& path) {
  return Handle(checked(H5Gopen2(file, path.c_str(), H5P_DEFAULT), ("group " + path).c_str()));
}

Handle open_dataset(hid_t file, const std::string& path) {
  return Handle(checked(H5Dopen2(file, path.c_str(), H5P_DEFAULT), ("dataset " + path).c_str()));
}

}  // namespace flowsweep::store
