#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "core/error.hpp"
#include "core/host.hpp"
#include "store/positioned_io.hpp"
#include "store/store.hpp"
#include "store/temporary_file.hpp"

namespace flowsweep::store {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds poll_interval(50);

std::string holder_in(int descriptor) {
  std::array<char, 512> text{};
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : "an unnamed process";
}

void name_holder(int descriptor) {
  const std::string text =
      "process " + std::to_string(::getpid()) + " on " + host_name() + " since " + utc_now();
  // The text only serves the message of those who wait: a failure to write it is no failure to lock.
  if (::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, text.data(), text.size(), 0) < 0) return;
}

/// False if the holder before us has removed the file that we locked: the lock of a file without a name
/// excludes no one. A link is never ours.
bool still_named(const std::string& path, int descriptor) {
  struct stat by_path {
  }, by_descriptor{};
  return ::lstat(path.c_str(), &by_path) == 0 && ::fstat(descriptor, &by_descriptor) == 0 &&
         by_path.st_ino == by_descriptor.st_ino && by_path.st_dev == by_descriptor.st_dev;
}

/// Whatever the lock's name leads to is overwritten: nothing but a file of that one name will do.
Descriptor open_lock_file(const std::string& path, const std::string& store) {
  Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
  if (descriptor < 0 && errno == ELOOP)
    throw InputError(store, "cannot be locked: " + path + " is a symbolic link");
  if (descriptor < 0 && errno == ENOENT) throw InputError(store, "its folder does not exist");
  if (descriptor < 0) throw InputError(store, "cannot be locked: " + path + ": " + system_reason());
  struct stat state {};
  // No link at all: the holder has just removed the file.
  if (::fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode) || state.st_nlink > 1)
    throw InputError(store, "cannot be locked: " + path + " is not a regular file with one name");
  return descriptor;
}

}  // namespace

std::optional<std::string> writer_of(const std::string& path) {
  const Descriptor file(
      ::open((resolved(path) + ".lock").c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  // A shared lock: those who ask do not see each other, and a writer who comes at this very moment waits.
  if (file < 0 || ::flock(file, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return std::nullopt;
  return holder_in(file);
}

WriterLock::WriterLock(const std::string& path, double wait_seconds) : path_(resolved(path) + ".lock") {
  const Clock::time_point deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(wait_seconds));
  for (;;) {
    Descriptor file = open_lock_file(path_, path);
    const bool locked = ::flock(file, LOCK_EX | LOCK_NB) == 0;
    if (locked && still_named(path_, file)) {
      name_holder(file);
      descriptor_ = file.release();
      return;
    }
    if (!locked && errno != EWOULDBLOCK && errno != EINTR)
      throw InputError(path, "cannot be locked: " + system_reason());
    if (!locked && Clock::now() >= deadline) throw InputError(path, "is being written by " + holder_in(file));
    if (!locked) std::this_thread::sleep_for(poll_interval);
  }
}

WriterLock::~WriterLock() {
  if (still_named(path_, descriptor_)) ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace flowsweep::store
