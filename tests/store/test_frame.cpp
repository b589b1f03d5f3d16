#include <fcntl.h>

#include <filesystem>
#include <random>

#include "core/error.hpp"
#include "file_bytes.hpp"
#include "sample.hpp"
#include "store/positioned_io.hpp"
#include "store/sealed_file.hpp"
#include "store/stored_file.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;
using sample::flip;

namespace {

struct Whole {
  sample::Scratch scratch;
  std::string path = scratch.path();
  std::vector<std::byte> bytes;
  Frame frame;

  Whole() {
    const sweep::Grid grid = sample::grid(2);
    sample::write_whole(path, grid, sample::schema(grid));
    bytes = sample::bytes_of_file(path);
    frame = open_stored(path, O_RDONLY).frame;
  }
  bool restored() const { return sample::bytes_of_file(path) == bytes; }
};

std::string reading(const std::string& path) {
  try {
    Reader reader(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

/// Places in every part of the frame: the user block's fields and table, and each gap's ends and middle.
std::vector<std::uint64_t> frame_places(const Frame& frame) {
  std::vector<std::uint64_t> places;
  for (std::uint64_t field = 0; field < user_block_head + 16; field += 4) places.push_back(field);
  places.push_back(frame.user_block - 1);
  for (const Extent& gap : frame.gaps())
    places.insert(places.end(), {gap.offset, gap.offset + gap.length / 2, gap.end() - 1});
  return places;
}

}  // namespace

TEST_CASE("a flip anywhere in the frame is refused before HDF5, and repaired from the copy", "[store]") {
  const Whole whole;
  for (const std::uint64_t place : frame_places(whole.frame)) {
    CAPTURE(place);
    flip(whole.path, place, std::byte{0x40});
    const std::string message = reading(whole.path);
    REQUIRE_THAT(message, Catch::Contains("damaged") && Catch::Contains("flowsweep repair " + whole.path));
    REQUIRE_THROWS_AS(RowWriter(whole.path), InputError);
    REQUIRE(repair(whole.path) == Repair::frame);
    REQUIRE(whole.restored());
  }
}

TEST_CASE("a flip in the copy harms no reader, and is repaired from the frame", "[store]") {
  const Whole whole;
  const std::uint64_t end = whole.bytes.size();
  for (const std::uint64_t place : {whole.frame.hdf5_end, whole.frame.hdf5_end + whole.frame.copy_bytes() / 2,
                                    end - trailer_bytes, end - trailer_bytes / 2, end - 1}) {
    CAPTURE(place);
    flip(whole.path, place, std::byte{1});
    REQUIRE(reading(whole.path).empty());
    REQUIRE(repair(whole.path) == Repair::copy);
    REQUIRE(whole.restored());
  }
  CHECK(repair(whole.path) == Repair::nothing);
  CHECK(whole.restored());
}

TEST_CASE("a store that has lost its end, or was given another, is repaired", "[store]") {
  const Whole whole;
  std::filesystem::resize_file(whole.path, whole.frame.hdf5_end);
  CHECK_THAT(reading(whole.path), Catch::Contains("is truncated") && Catch::Contains("flowsweep repair"));
  CHECK(repair(whole.path) == Repair::copy);
  CHECK(whole.restored());
  std::filesystem::resize_file(whole.path, whole.bytes.size() + 1000);
  CHECK(reading(whole.path).empty());
  CHECK(repair(whole.path) == Repair::copy);
  CHECK(whole.restored());
}

TEST_CASE("what cannot be repaired is refused and left as it is", "[store]") {
  const Whole whole;
  std::vector<std::byte> damaged = whole.bytes;
  damaged[whole.frame.gaps()[0].offset] ^= std::byte{2};
  damaged[whole.frame.hdf5_end + 5] ^= std::byte{2};
  sample::write_file(whole.path, damaged);
  CHECK_THROWS_WITH(repair(whole.path), Catch::Contains("new store"));
  CHECK(sample::bytes_of_file(whole.path) == damaged);
  damaged = whole.bytes;
  damaged.resize(whole.frame.hdf5_end - 1);
  sample::write_file(whole.path, damaged);
  CHECK_THROWS_WITH(repair(whole.path), Catch::Contains("truncated"));
  CHECK(sample::bytes_of_file(whole.path) == damaged);
  sample::write_file(whole.path, std::vector<std::byte>(5000));
  CHECK_THROWS_WITH(repair(whole.path), Catch::Contains("not an HDF5 file"));
  CHECK_THROWS_WITH(repair(whole.scratch.path("none.h5")), Catch::Contains("No such file"));
}

TEST_CASE("forged lengths are refused before anything of that length is read", "[store]") {
  const Whole whole;
  constexpr std::uint64_t user_block = 400'000'000'000, hdf5_end = user_block + 1000, copy_bytes = 1000;
  const std::uint64_t file_bytes = hdf5_end + copy_bytes + trailer_bytes;
  sample::write_file(whole.path, {});
  std::filesystem::resize_file(whole.path, file_bytes);  // sparse
  {
    const Descriptor file(::open(whole.path.c_str(), O_RDWR));
    const Extent copy{hdf5_end, copy_bytes};
    const std::uint64_t checksum = chained_checksum(file, std::span(&copy, 1));
    write_at(file, encode_trailer({user_block, hdf5_end, file_bytes, checksum}), file_bytes - trailer_bytes);
  }
  CHECK_THROWS_AS(repair(whole.path), InputError);
  CHECK_THROWS_AS(Reader(whole.path), InputError);
}

TEST_CASE("a frame of a length that no store has is none", "[store]") {
  constexpr std::uint64_t end = 2 * greatest_frame;
  const auto block = [](const Frame& frame) { return decode_user_block(encode_user_block(frame, 0)); };
  CHECK(block({512, end, {{1024, end - 2048}}}).has_value());
  CHECK_FALSE(block({512, end, {}}).has_value());
  const auto trailer = [](std::uint64_t user_block, std::uint64_t copy_bytes) {
    const std::uint64_t file_bytes = 4096 + copy_bytes + trailer_bytes;
    return decode_trailer(encode_trailer({user_block, 4096, file_bytes, 0}), file_bytes);
  };
  CHECK(trailer(512, 1000).has_value());
  CHECK_FALSE(trailer(512, 500).has_value());  // the user block alone is longer
  CHECK_FALSE(trailer(1000, 2000).has_value());
  CHECK_FALSE(trailer(512, greatest_frame + 1).has_value());
}

TEST_CASE("rows are no part of the frame", "[store]") {
  const Whole whole;
  const sweep::Grid grid = sample::grid(2);
  create(whole.scratch.path("empty.h5"), sample::schema(grid), grid, sample::metadata());
  const std::vector<std::byte> empty = sample::bytes_of_file(whole.scratch.path("empty.h5"));
  REQUIRE(empty.size() == whole.bytes.size());
  for (std::uint64_t place = 0; place < empty.size(); ++place)
    if (!whole.frame.holds_data({place, 1})) REQUIRE(empty[place] == whole.bytes[place]);
}

TEST_CASE("an HDF5 file is told from a text, wherever HDF5 begins", "[store]") {
  const Whole whole;
  CHECK(holds_hdf5(whole.path));
  std::vector<std::byte> damaged = whole.bytes;
  std::fill_n(damaged.begin(), user_block_head, std::byte{0});
  sample::write_file(whole.path, damaged);
  CHECK(holds_hdf5(whole.path));
  CHECK_THAT(reading(whole.path), Catch::Contains("first bytes"));
  damaged.resize(damaged.size() - 1);  // no copy at its end any more
  sample::write_file(whole.path, damaged);
  CHECK_THAT(reading(whole.path), Catch::Contains("not a flowsweep store"));
  damaged.erase(damaged.begin(), damaged.begin() + static_cast<std::ptrdiff_t>(whole.frame.user_block));
  sample::write_file(whole.path, damaged);
  CHECK_THAT(reading(whole.path), Catch::Contains("not a flowsweep store of format 2"));
  sample::write_file(whole.path, std::vector<std::byte>(600, std::byte{'a'}));
  CHECK_FALSE(holds_hdf5(whole.path));
}

TEST_CASE("extents know what they hold and touch", "[store]") {
  const Frame frame{512, 4096, coalesced({{2048, 100}, {1024, 8}, {1032, 8}, {3000, 0}})};
  REQUIRE(frame.data.size() == 2);
  CHECK(frame.data[0].length == 16);
  CHECK(frame.gaps().size() == 3);
  CHECK(frame.copy_bytes() == 4096 - 116);
  CHECK(frame.holds_data({1024, 16}));
  CHECK(frame.holds_data({1030, 10}));
  CHECK_FALSE(frame.holds_data({1030, 11}));
  CHECK_FALSE(frame.holds_data({1023, 4}));
  CHECK(frame.touches_data({1000, 25}));
  CHECK_FALSE(frame.touches_data({1000, 24}));
  CHECK(frame.touches_data({1039, 1}));
  CHECK_FALSE(frame.touches_data({1040, 1008}));
  CHECK(frame.touches_data({600, 3000}));
}
