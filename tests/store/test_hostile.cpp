// Stores whose checksums are right and whose contents are not: what a stranger could send.
#include <fcntl.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "child_process.hpp"
#include "core/error.hpp"
#include "file_bytes.hpp"
#include "sample.hpp"
#include "store/row_blocks.hpp"
#include "store/row_image.hpp"
#include "store/sealed_file.hpp"
#include "store/stored_file.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

constexpr unsigned patience_seconds = 20;  // a refusal takes milliseconds; a hang is ended by the alarm

struct Forgery {
  sample::Scratch scratch;
  std::string path = scratch.path();
  sweep::Grid grid = sample::grid(2);
  Frame frame;
  hid_t file = -1;

  Forgery() {
    sample::write_whole(path, grid, sample::schema(grid));
    frame = open_stored(path, O_RDONLY).frame;
  }

  /// Changes the HDF5 part through HDF5, and makes the checksums right again.
  template <class Change>
  void forge(const Change& change) {
    file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    REQUIRE(file >= 0);
    change();
    H5Fclose(file);
    reseal();
  }
  void reseal() {
    const Descriptor descriptor(::open(path.c_str(), O_RDWR));
    frame.hdf5_end = std::max(frame.hdf5_end, length_of_file(descriptor, path));
    seal(descriptor, frame);
  }

  void replace(const char* name, const std::vector<hsize_t>& shape, hid_t type, hid_t properties) const {
    H5Ldelete(file, name, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    REQUIRE(dataset >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
  }
  void link(const char* name, const char* target) const {
    H5Ldelete(file, name, H5P_DEFAULT);
    REQUIRE(H5Lcreate_hard(file, target, file, name, H5P_DEFAULT, H5P_DEFAULT) >= 0);
  }
  void set_records(std::int64_t records) const {
    const hid_t group = H5Gopen2(file, "/trajectories", H5P_DEFAULT);
    const hid_t attribute = H5Aopen(group, "records", H5P_DEFAULT);
    REQUIRE(H5Awrite(attribute, H5T_NATIVE_INT64, &records) >= 0);
    H5Aclose(attribute);
    H5Gclose(group);
  }

  /// Opens the store in a child, as a reader and as a writer; "refused", or what happened instead.
  std::string outcome() const {
    const auto open = [&]() -> int {
      ::alarm(patience_seconds);
      int refusals = 0;
      try {
        Reader reader(path);
      } catch (const InputError&) {
        ++refusals;
      }
      try {
        RowWriter writer(path);
      } catch (const InputError&) {
        ++refusals;
      }
      return refusals;
    };
    const int result = sample::Child(open).wait();
    if (result == 2) return "refused";
    return result < 0 ? "crashed or hung" : result == 99 ? "failed" : "opened";
  }
};

/// Where HDF5's own class of external links would open the other file.
hid_t follow_link(const char*, hid_t, const void*, size_t, hid_t, hid_t) {
  std::abort();
}

hid_t layout_of(H5D_layout_t layout) {
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_layout(properties, layout);
  return properties;
}

/// Creating and opening stores takes the library's class of external links away: here is one in its place.
void create_external_link(hid_t file, const char* name, const std::string& target) {
  const H5L_class_t external = {
      H5L_LINK_CLASS_T_VERS, H5L_TYPE_EXTERNAL, "external", nullptr, nullptr, nullptr,
      follow_link,           nullptr,           nullptr};
  REQUIRE(H5Lregister(&external) >= 0);
  const std::string content = std::string(1, '\0') + target + std::string("\0/x\0", 4);
  REQUIRE(H5Lcreate_ud(file, name, H5L_TYPE_EXTERNAL, content.data(), content.size(), H5P_DEFAULT,
                       H5P_DEFAULT) >= 0);
}

}  // namespace

TEST_CASE("a store that is sealed again without a change is a store", "[store]") {
  Forgery forgery;
  forgery.forge([] {});
  CHECK(forgery.outcome() == "opened");
}

TEST_CASE("numbers of records that do not fit the file are refused", "[store]") {
  const std::int64_t records =
      GENERATE(std::int64_t{0}, std::int64_t{-5}, std::int64_t{7}, std::int64_t{2147483647},
               std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::min());
  Forgery forgery;
  forgery.forge([&] { forgery.set_records(records); });
  CHECK(forgery.outcome() == "refused");
}

TEST_CASE("datasets of another shape, type or storage are refused", "[store]") {
  Forgery forgery;
  const hsize_t points = forgery.grid.size();
  const auto change = GENERATE(range(0, 8));
  CAPTURE(change);
  const hid_t chunked = layout_of(H5D_CHUNKED), external = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk = 4;
  H5Pset_chunk(chunked, 1, &chunk);
  H5Pset_external(external, "/dev/zero", 0, points * sizeof(double));
  forgery.forge([&] {
    switch (change) {
      case 0:
        return forgery.replace("/points/init", {points, 1}, H5T_NATIVE_DOUBLE, H5P_DEFAULT);
      case 1:
        return forgery.replace("/points/law", {points, 5}, H5T_NATIVE_INT16, H5P_DEFAULT);
      case 2:
        return forgery.replace("/points/id", {hsize_t{1} << 60}, H5T_NATIVE_UINT64, H5P_DEFAULT);
      case 3:
        return forgery.replace("/weights/values", {hsize_t{1} << 60}, H5T_NATIVE_DOUBLE, H5P_DEFAULT);
      case 4:
        return forgery.replace("/finals/risk", {points}, H5T_NATIVE_DOUBLE, chunked);
      case 5:
        return forgery.replace("/finals/risk", {points}, H5T_NATIVE_DOUBLE, external);
      case 6:
        return forgery.replace("/finals/risk", {points}, H5T_NATIVE_FLOAT, H5P_DEFAULT);
      default:
        return forgery.replace("/runs/committed", {points}, H5T_NATIVE_UINT8, H5P_DEFAULT);
    }
  });
  CHECK(forgery.outcome() == "refused");
}

TEST_CASE("a dataset that lies where another does, or in the wrong part, is refused", "[store]") {
  Forgery forgery;
  const auto [name, target] =
      GENERATE(std::pair{"/finals/risk", "/finals/ab"}, std::pair{"/points/seed", "/runs/steps"},
               std::pair{"/runs/steps", "/points/seed"});
  CAPTURE(name, target);
  forgery.forge([&, from = name, to = target] { forgery.link(from, to); });
  CHECK(forgery.outcome() == "refused");
}

TEST_CASE("links out of the file are not followed", "[store]") {
  Forgery forgery;
  const std::string pipe = forgery.scratch.path("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  forgery.forge([&] {
    H5Ldelete(forgery.file, "/runs/steps", H5P_DEFAULT);
    create_external_link(forgery.file, "/runs/steps", pipe);
  });
  CHECK(forgery.outcome() == "refused");
}

TEST_CASE("a user block whose table has no sense is refused", "[store]") {
  Forgery forgery;
  const auto change = GENERATE(range(0, 5));
  Frame& frame = forgery.frame;
  if (change == 0) frame.data[0].length = std::numeric_limits<std::uint64_t>::max();
  if (change == 1) frame.data[0].offset = std::uint64_t{1} << 63;
  if (change == 2) std::swap(frame.data[0], frame.data[1]);
  if (change == 3) frame.data[0].length += frame.data[1].offset;
  if (change == 4) frame.data[0].offset = 0;
  const std::vector<std::byte> block = encode_user_block(frame, 0);
  CHECK_FALSE(decode_user_block(block));
  const Descriptor descriptor(::open(forgery.path.c_str(), O_RDWR));
  write_at(descriptor, block, 0);
  CHECK(forgery.outcome() == "refused");
}

TEST_CASE("a row with a good checksum and codes that mean nothing is damaged", "[store]") {
  Forgery forgery;
  const StoredFile stored = open_stored(forgery.path, O_RDWR);
  const auto [column, code] =
      GENERATE(std::pair{"/runs/status", 9}, std::pair{"/runs/status", 0}, std::pair{"/runs/status", -1},
               std::pair{"/verdicts/mesa.limit/verdict", 5}, std::pair{"/verdicts/mesa.limit/verdict", -1});
  CAPTURE(column, code);
  constexpr std::size_t row = 2;
  std::vector<std::byte> image;
  visit_rows(stored, row, 1,
             [&](const RowView& view) { image.assign(view.image.begin(), view.image.end()); });
  std::size_t place = 0;
  for (const Column& candidate : stored.layout.columns) {
    if (candidate.path == column) {
      image[place] = static_cast<std::byte>(code);
      write_at(stored.descriptor, std::span(image).subspan(place, 1), candidate.offset + row);
    }
    place += candidate.row_bytes();
  }
  const std::uint64_t checksum = row_checksum(image, forgery.grid.id(row));
  write_at(stored.descriptor, std::as_bytes(std::span(&checksum, 1)),
           stored.layout.checksum.offset + row * sizeof checksum);
  CHECK(Reader(forgery.path).row_states()[row] == Reader::RowState::damaged);
  CHECK_FALSE(RowWriter(forgery.path).committed(row));
}

TEST_CASE("an axis' code without a word is refused where it is read", "[store]") {
  Forgery forgery;
  std::uint64_t place = 0;
  {
    const StoredFile stored = open_stored(forgery.path, O_RDONLY);
    for (const Column& column : stored.layout.columns)
      if (column.path == "/points/law") place = column.offset;
  }
  sample::flip(forgery.path, place, std::byte{0x40});
  forgery.reseal();
  Reader reader(forgery.path);
  CHECK_THROWS_AS(reader.parameters(0, *sample::vocabulary()), InputError);
}
