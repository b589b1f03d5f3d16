#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "child_process.hpp"
#include "core/error.hpp"
#include "sample.hpp"
#include "store/store.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

/// Takes the lock in a child, which then tells through a pipe and sleeps.
class Holder {
 public:
  explicit Holder(const std::string& path) {
    REQUIRE(::pipe(pipe_) == 0);
    child_.emplace([&] {
      const WriterLock lock(path);
      if (::write(pipe_[1], "x", 1) != 1) return 1;
      for (;;) ::pause();
    });
    char byte = 0;
    REQUIRE(::read(pipe_[0], &byte, 1) == 1);
  }
  ~Holder() {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }
  void kill() { child_->kill(); }

 private:
  int pipe_[2] = {-1, -1};
  std::optional<sample::Child> child_;
};

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string refusal(const std::string& path) {
  try {
    const WriterLock lock(path, 0);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a lock excludes another process, names it, and dies with it", "[store]") {
  const sample::Scratch scratch;
  Holder holder(scratch.path());
  const std::string message = refusal(scratch.path());
  CHECK(message.find("is being written by process ") != std::string::npos);
  CHECK(message.find(" on ") != std::string::npos);
  holder.kill();
  CHECK(refusal(scratch.path()).empty());
}

TEST_CASE("a released lock can be taken again and leaves no file", "[store]") {
  const sample::Scratch scratch;
  for (int i = 0; i < 2; ++i) {
    const WriterLock lock(scratch.path());
    CHECK(scratch.files() == std::vector<std::string>{"store.h5.lock"});
    CHECK_FALSE(refusal(scratch.path()).empty());
  }
  CHECK(scratch.files().empty());
}

TEST_CASE("a lock in an unwritable folder is refused", "[store]") {
  const sample::Scratch scratch;
  std::ofstream(scratch.path("plain")) << "a file";
  CHECK_THAT(refusal(scratch.path("plain") + "/store.h5"), Catch::Contains("cannot be locked"));
  CHECK_THAT(refusal(scratch.path("none") + "/store.h5"), Catch::Contains("its folder does not exist"));
}

TEST_CASE("a lock that has another name's file, or is none, is refused and left as it is", "[store]") {
  const sample::Scratch scratch;
  const std::string lock = scratch.path() + ".lock", foreign = scratch.path("foreign");
  std::ofstream(foreign) << "precious";
  std::filesystem::create_symlink(foreign, lock);
  CHECK_THAT(refusal(scratch.path()), Catch::Contains("is a symbolic link"));
  std::filesystem::remove(lock);
  std::filesystem::create_hard_link(foreign, lock);
  CHECK_THAT(refusal(scratch.path()), Catch::Contains("not a regular file with one name"));
  std::filesystem::remove(lock);
  REQUIRE(::mkfifo(lock.c_str(), 0666) == 0);
  CHECK_THAT(refusal(scratch.path()), Catch::Contains("not a regular file with one name"));
  CHECK(writer_of(scratch.path()) == std::nullopt);
  CHECK(scratch.files() == std::vector<std::string>{"foreign", "store.h5.lock"});
  CHECK(text_of(foreign) == "precious");
}

TEST_CASE("a lock that has lost its name removes no other's file", "[store]") {
  const sample::Scratch scratch;
  const std::string name = scratch.path() + ".lock";
  {
    const WriterLock lock(scratch.path());
    std::filesystem::remove(name);
    std::ofstream(name) << "of another";
  }
  CHECK(text_of(name) == "of another");
}
