#include "store/checkpoint_folder.hpp"

#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "child_process.hpp"
#include "core/hash.hpp"
#include "core/instruction_set.hpp"
#include "core/provenance.hpp"
#include "sample.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t id = 0x0123456789abcdef;
constexpr const char* file_name = "store.h5.checkpoints/0123456789abcdef";

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// As a program with another header would write it: with the right checksum.
std::string with_replaced(std::string bytes, const std::string& from, const std::string& to) {
  bytes.resize(bytes.size() - sizeof(std::uint64_t));
  const std::size_t at = bytes.find(from);
  REQUIRE(at != std::string::npos);
  bytes.replace(at, from.size(), to);
  const std::uint64_t hash = hash_text(bytes);
  std::string checksum(sizeof hash, '\0');
  std::memcpy(checksum.data(), &hash, sizeof hash);
  return bytes + checksum;
}

}  // namespace

TEST_CASE("a checkpoint is read as it was written, until it is replaced or removed", "[store]") {
  const sample::Scratch scratch;
  const CheckpointFolder folder(scratch.path());
  CHECK(folder.load(id).empty());
  CHECK(scratch.files().empty());
  const std::string state("a\0b\n", 4);
  folder.save(id, state);
  CHECK(fs::exists(scratch.path(file_name)));
  CHECK(CheckpointFolder(scratch.path()).load(id) == state);
  CHECK(folder.load(id + 1).empty());
  folder.save(id, "longer than the first");
  CHECK(folder.load(id) == "longer than the first");
  folder.save(id, "short");
  CHECK(folder.load(id) == "short");
  folder.remove(id);
  CHECK(folder.load(id).empty());
}

TEST_CASE("the folder goes with its last checkpoint and what killed writers left", "[store]") {
  const sample::Scratch scratch;
  const CheckpointFolder folder(scratch.path());
  folder.remove(id);
  folder.save(id, "one");
  folder.save(id + 1, "two");
  write(scratch.path(std::string(file_name) + ".node-12.partial"), "half of a state");
  folder.remove(id + 1);
  CHECK(folder.load(id) == "one");
  folder.remove(id);
  CHECK(scratch.files().empty());
}

TEST_CASE("a kill in the first save of a point leaves nothing for ever", "[store]") {
  const sample::Scratch scratch;
  const CheckpointFolder folder(scratch.path());
  folder.save(id + 1, "other");
  write(scratch.path(std::string(file_name) + ".node-12.partial"), "half of a state");
  CHECK(folder.ids() == std::vector{id, id + 1});
  for (const std::uint64_t found : folder.ids()) folder.remove(found);
  CHECK(scratch.files().empty());
  fs::create_directory(scratch.path("store.h5.checkpoints"));
  folder.remove_if_empty();
  CHECK(scratch.files().empty());
}

TEST_CASE("an empty state is no checkpoint", "[store]") {
  const sample::Scratch scratch;
  CheckpointFolder(scratch.path()).save(id, "");
  CHECK(CheckpointFolder(scratch.path()).load(id).empty());
}

TEST_CASE("damaged checkpoints are none: every byte, every length", "[store]") {
  const sample::Scratch scratch;
  const CheckpointFolder folder(scratch.path());
  folder.save(id, "forty-two");
  const std::string path = scratch.path(file_name), whole = bytes_of(path);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    write(path, bytes);
    CHECK(folder.load(id).empty());
    write(path, whole.substr(0, at));
    CHECK(folder.load(id).empty());
  }
  write(path, whole + "x");
  CHECK(folder.load(id).empty());
  write(path, whole);
  CHECK(folder.load(id) == "forty-two");
}

TEST_CASE("checkpoints of another kernel, instruction set, point or format are none", "[store]") {
  const sample::Scratch scratch;
  const CheckpointFolder folder(scratch.path());
  folder.save(id, "state");
  const std::string path = scratch.path(file_name), whole = bytes_of(path);
  const std::string set(name(active_instruction_set()));
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"checkpoint 1", "checkpoint 2"},
                                 {std::string("kernel ") + kernel_version + ",", "kernel 0,"},
                                 {set, "other"},
                                 {"cdef", "cdee"}}) {
    CAPTURE(from, to);
    write(path, with_replaced(whole, from, to));
    CHECK(folder.load(id).empty());
  }
  write(path, with_replaced(whole, "state", "taste"));
  CHECK(folder.load(id) == "taste");
}

TEST_CASE("what is no plain file is no checkpoint, and nothing is written through a link", "[store]") {
  const sample::Scratch scratch;
  const CheckpointFolder folder(scratch.path());
  folder.save(id, "state");
  const std::string path = scratch.path(file_name), elsewhere = scratch.path("elsewhere");
  fs::rename(path, elsewhere);
  fs::create_symlink(elsewhere, path);
  CHECK(folder.load(id).empty());
  fs::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0666) == 0);
  CHECK(folder.load(id).empty());
  fs::remove(path);
  fs::create_directory(path);
  CHECK(folder.load(id).empty());
  fs::remove_all(scratch.path("store.h5.checkpoints"));
  fs::create_directory(scratch.path("target"));
  fs::create_directory_symlink(scratch.path("target"), scratch.path("store.h5.checkpoints"));
  CHECK_THROWS_AS(folder.save(id, "state"), std::runtime_error);
  CHECK(fs::is_empty(scratch.path("target")));
}

TEST_CASE("nothing is found or removed through a link to a folder", "[store]") {
  const sample::Scratch scratch;
  const std::string target = scratch.path("target");
  fs::create_directory(target);
  const std::vector<std::string> names = {"0123456789abcdef", "0123456789abcdef.host-1.partial"};
  for (const std::string& name : names) write(target + "/" + name, "of another");
  fs::create_directory_symlink(target, scratch.path("store.h5.checkpoints"));
  const CheckpointFolder folder(scratch.path());
  CHECK(folder.ids().empty());
  folder.remove(id);
  folder.remove_if_empty();
  for (const std::string& name : names) CHECK(fs::exists(target + "/" + name));
  CHECK(fs::is_symlink(scratch.path("store.h5.checkpoints")));
}

TEST_CASE("a sparse file of a terabyte is refused unread", "[store]") {
  const sample::Scratch scratch;
  const CheckpointFolder folder(scratch.path());
  folder.save(id, "state");
  fs::resize_file(scratch.path(file_name), std::uintmax_t{1} << 40);
  CHECK(folder.load(id).empty());
}

TEST_CASE("states that cannot be written are reported, and remove never throws", "[store]") {
  const sample::Scratch scratch;
  write(scratch.path("store.h5.checkpoints"), "a file in the folder's place");
  const CheckpointFolder folder(scratch.path());
  CHECK_THROWS_AS(folder.save(id, "state"), std::runtime_error);
  CHECK(folder.load(id).empty());
  folder.remove(id);
  CHECK(scratch.files() == std::vector<std::string>{"store.h5.checkpoints"});
}

TEST_CASE("links to a store share its checkpoints", "[store]") {
  const sample::Scratch scratch;
  write(scratch.path(), "a store");
  fs::create_symlink(scratch.path(), scratch.path("link.h5"));
  CheckpointFolder(scratch.path("link.h5")).save(id, "state");
  CHECK(CheckpointFolder(scratch.path()).load(id) == "state");
}

TEST_CASE("a kill while a checkpoint is saved leaves the old state or the new one", "[store]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<int> microseconds(0, 8000);
  const sample::Scratch scratch;
  const CheckpointFolder folder(scratch.path());
  const std::string old_state(40000, 'a'), new_state(70000, 'b');
  folder.save(id, old_state);
  for (int kill = 0; kill < 25; ++kill) {
    sample::Child writer([&] {
      for (;;) {
        folder.save(id, new_state);
        folder.save(id, old_state);
      }
      return 0;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds(random)));
    writer.kill();
    const std::string found = folder.load(id);
    REQUIRE((found == old_state || found == new_state));
  }
  folder.remove(id);
  CHECK(scratch.files().empty());
}
