#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;
namespace fs = std::filesystem;

namespace {

// A folder that goes with the test case.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("flowsweep-sweep-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  std::string path() const { return path_; }

 private:
  fs::path path_;
};

std::string refusal(const std::string& path, const Limits& limits = {}) {
  try {
    read_sweep(path, {}, small_vocabulary(), limits);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a file reads as its text") {
  const Folder folder;
  const std::string path = folder.file("a.ini", valid_text());
  const Sweep sweep = read_sweep(path, {}, small_vocabulary());
  CHECK(sweep.text == valid_text());
  CHECK(sweep.grid.hash() == read_text(valid_text()).grid.hash());
}

TEST_CASE("what is no readable sweep file is refused") {
  const Folder folder;
  CHECK(refusal(folder.path() + "/none.ini") == folder.path() + "/none.ini: the sweep file must exist");
  CHECK(refusal(folder.path()) == folder.path() + ": is a directory; a sweep file is needed");
  const std::string pipe = folder.path() + "/pipe.ini";
  REQUIRE(::mkfifo(pipe.c_str(), 0666) == 0);
  CHECK(refusal(pipe) == pipe + ": is not a regular file; a sweep file is needed");
  const std::string path = folder.file("long.ini", valid_text());
  CHECK(refusal(path, {.text_bytes = 100}) == path + ": a sweep file has at most 100 bytes");
  const std::string faulty = folder.file("faulty.ini", "nmae = 1\n");
  CHECK(refusal(faulty).starts_with(faulty + ":1: nmae = 1: unknown key"));
  CHECK(refusal(folder.file("empty.ini", ""))
            .ends_with("name = (nothing): must be given at the top of the file"));
}
