#include <hdf5.h>

#include <map>

#include "file_bytes.hpp"
#include "sample.hpp"
#include "store/store.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;
using sample::flip;

namespace {

struct Extent {
  std::uint64_t offset = 0, row_bytes = 0;
};

herr_t collect(hid_t group, const char* name, const H5O_info_t* info, void* extents) {
  if (info->type != H5O_TYPE_DATASET) return 0;
  const hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
  const hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
  std::array<hsize_t, 2> sizes = {1, 1};
  H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  const std::string path = name;
  if (H5Dget_offset(dataset) != HADDR_UNDEF && path.find('/') != std::string::npos &&
      !path.starts_with("provenance"))
    (*static_cast<std::map<std::string, Extent>*>(extents))[path] = {H5Dget_offset(dataset),
                                                                     sizes[1] * H5Tget_size(type)};
  H5Tclose(type);
  H5Sclose(space);
  H5Dclose(dataset);
  return 0;
}

/// Where each dataset lies, asked of HDF5 and not of the store.
std::map<std::string, Extent> extents_of(const std::string& path) {
  std::map<std::string, Extent> extents;
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, collect, &extents);
  H5Fclose(file);
  return extents;
}

/// Written at creation, and part of the frame.
bool is_static(const std::string& name) {
  return name.starts_with("points/") || name == "weights/offset" || name == "weights/count";
}

void check_damaged(const std::string& path, std::size_t row) {
  Reader reader(path);
  const auto states = reader.row_states();
  for (std::size_t other = 0; other < states.size(); ++other)
    REQUIRE(states[other] == (other == row ? Reader::RowState::damaged : Reader::RowState::committed));
  REQUIRE_THROWS_AS(reader.read(row), std::runtime_error);
  REQUIRE_FALSE(RowWriter(path).committed(row));
}

}  // namespace

TEST_CASE("a flipped bit in any column damages its row and no other", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  sample::write_whole(scratch.path(), grid, sample::schema(grid));
  const auto extents = extents_of(scratch.path());
  REQUIRE(extents.size() > 40);
  const std::size_t row = 5;
  for (const auto& [name, extent] : extents) {
    const bool ragged = name == "weights/values";
    const std::uint64_t bytes =
        ragged ? 8 * sizeof(double) : extent.row_bytes;  // eight weights at dimension 2
    for (const std::uint64_t byte : {std::uint64_t{0}, bytes - 1}) {
      CAPTURE(name, byte);
      const std::uint64_t place = extent.offset + row * bytes + byte;
      flip(scratch.path(), place, std::byte{0x10});
      if (is_static(name))
        CHECK_THROWS_WITH(Reader(scratch.path()), Catch::Contains("is damaged outside its rows"));
      else
        check_damaged(scratch.path(), row);
      flip(scratch.path(), place, std::byte{0x10});
    }
  }
  CHECK(Reader(scratch.path()).row_states()[row] == Reader::RowState::committed);
}

TEST_CASE("a mark that is cleared makes its row a missing one", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  sample::write_whole(scratch.path(), grid, sample::schema(grid));
  flip(scratch.path(), extents_of(scratch.path()).at("runs/committed").offset + 3, std::byte{1});
  Reader reader(scratch.path());
  CHECK(reader.row_states()[3] == Reader::RowState::missing);
  CHECK(reader.statuses()[3] == record::Status::not_run);
  CHECK_FALSE(RowWriter(scratch.path()).committed(3));
}

TEST_CASE("datasets are contiguous, allocated, and full of their fill before any run", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  create(scratch.path(), sample::schema(grid), grid, sample::metadata());
  const hid_t file = H5Fopen(scratch.path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, "/trajectories/risk", H5P_DEFAULT);
  std::vector<double> values(grid.size() * 8, 0.0);
  REQUIRE(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
  for (const double value : values) REQUIRE(value != value);
  const hid_t properties = H5Dget_create_plist(dataset);
  CHECK(H5Pget_layout(properties) == H5D_CONTIGUOUS);
  H5Pclose(properties);
  H5Dclose(dataset);
  H5Fclose(file);
}
