#include <fcntl.h>
#include <hdf5.h>
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <fstream>

#include "child_process.hpp"
#include "core/error.hpp"
#include "core/hash.hpp"
#include "sample.hpp"
#include "store/positioned_io.hpp"
#include "store/sealed_file.hpp"
#include "store/store.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string reading(const std::string& path) {
  return message_of([&] { Reader reader(path); });
}

void create_small(const std::string& path) {
  const sweep::Grid grid = sample::grid(2);
  create(path, sample::schema(grid), grid, sample::metadata());
}

/// Writes another version into the user block, with the checksum that belongs to it.
void set_format_version(const std::string& path, std::uint32_t version) {
  const Descriptor file(::open(path.c_str(), O_RDWR));
  const auto length = read_user_block(file, length_of_file(file, path)).value().frame.user_block;
  std::vector<std::byte> block(length);
  read_at(file, block, 0);
  std::memcpy(&block[8], &version, sizeof version);
  std::memset(&block[16], 0, sizeof(std::uint64_t));
  const std::uint64_t checksum = hash_bytes(block);
  std::memcpy(&block[16], &checksum, sizeof checksum);
  write_at(file, block, 0);
}

/// Creates a store in a child that may write files of at most `bytes` bytes: a full disk in miniature.
int create_within(const std::string& path, rlim_t bytes) {
  return sample::Child([&] {
           std::signal(SIGXFSZ, SIG_IGN);
           const rlimit limit{bytes, bytes};
           ::setrlimit(RLIMIT_FSIZE, &limit);
           const std::string message = message_of([&] { create_small(path); });
           return contains(message, path) ? 2 : message.empty() ? 0 : 1;
         })
      .wait();
}

}  // namespace

TEST_CASE("an unwritable folder is refused and nothing is left", "[store]") {
  const sample::Scratch scratch;
  std::ofstream(scratch.path("plain")) << "a file";
  const std::string below = scratch.path("plain") + "/store.h5";
  CHECK(contains(message_of([&] { create_small(below); }), below));
  const std::string nowhere = scratch.path("missing/store.h5");
  CHECK(contains(message_of([&] { create_small(nowhere); }), "No such file or directory"));
  CHECK(scratch.files() == std::vector<std::string>{"plain"});
}

TEST_CASE("a full disk is refused whole, whatever part no longer fits", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  const std::uint64_t whole = store_bytes(sample::schema(grid), grid);
  for (const std::uint64_t bytes : {std::uint64_t{0}, whole / 3, whole - 1}) {
    CAPTURE(bytes);
    CHECK(create_within(scratch.path(), bytes) == 2);
    CHECK(scratch.files().empty());
  }
  CHECK(create_within(scratch.path(), whole) == 0);
}

TEST_CASE("a write that the file system refuses leaves the row uncommitted", "[store]") {
  const sample::Scratch scratch;
  create_small(scratch.path());
  const auto commit_without_space = [&] {
    RowWriter writer(scratch.path(), RowAccess::positioned);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_FSIZE, &none);
    record::RunRecord run;
    run.status = record::Status::failed;
    try {
      writer.commit(0, run);
    } catch (const std::runtime_error& error) {
      return contains(error.what(), "cannot be written") ? 2 : 1;
    }
    return 0;
  };
  CHECK(sample::Child(commit_without_space).wait() == 2);
  CHECK(Reader(scratch.path()).row_states()[0] == Reader::RowState::missing);
}

TEST_CASE("an existing file is never overwritten by creation", "[store]") {
  const sample::Scratch scratch;
  std::ofstream(scratch.path()) << "precious";
  CHECK(contains(message_of([&] { create_small(scratch.path()); }), "exists already"));
  CHECK(std::filesystem::file_size(scratch.path()) == 8);
}

TEST_CASE("files that are no store are refused with the reason", "[store]") {
  const sample::Scratch scratch;
  CHECK(contains(reading(scratch.path("none.h5")), "No such file or directory"));
  CHECK(contains(reading(scratch.path("")), "not a regular file"));
  std::ofstream(scratch.path("empty.h5"));
  CHECK(contains(reading(scratch.path("empty.h5")), "is empty"));
  std::ofstream(scratch.path("text.h5")) << "some longer text";
  CHECK(contains(reading(scratch.path("text.h5")), "not an HDF5 file"));
  const hid_t file = H5Fcreate(scratch.path("foreign.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
  CHECK(contains(reading(scratch.path("foreign.h5")), "not a flowsweep store"));
  CHECK(contains(message_of([&] { RowWriter writer(scratch.path("foreign.h5")); }), "not a flowsweep store"));
}

TEST_CASE("a newer format is refused naming both versions", "[store]") {
  const sample::Scratch scratch;
  create_small(scratch.path());
  set_format_version(scratch.path(), 7);
  const std::string message = reading(scratch.path());
  CHECK(contains(message, "format 7"));
  CHECK(contains(message, "reads format 2"));
}

TEST_CASE("a truncated store is refused at every length", "[store]") {
  const sample::Scratch scratch;
  create_small(scratch.path());
  const auto size = std::filesystem::file_size(scratch.path());
  for (const double part : {0.999999, 0.9, 0.5, 0.1, 0.01}) {
    CAPTURE(part);
    std::filesystem::copy_file(scratch.path(), scratch.path("cut.h5"));
    std::filesystem::resize_file(scratch.path("cut.h5"), static_cast<std::uintmax_t>(part * double(size)));
    CHECK(contains(reading(scratch.path("cut.h5")), "truncated"));
    std::filesystem::remove(scratch.path("cut.h5"));
  }
}

TEST_CASE("names that cannot be datasets are refused", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  Schema schema = sample::schema(grid);
  schema.observables.push_back({"flow_time", "1", "taken"});
  CHECK_THROWS_AS(create(scratch.path(), schema, grid, {}), std::invalid_argument);
  schema.observables.back().name = "a/b";
  CHECK_THROWS_AS(create(scratch.path(), schema, grid, {}), std::invalid_argument);
  CHECK(scratch.files().empty());
}
