#include "store/temporary_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "core/error.hpp"

namespace flowsweep::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* suffix = ".partial";

void remove_if_abandoned(const fs::path& path) {
  const Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
}

void remove_abandoned(const fs::path& target) {
  const std::string start = target.filename().string() + ".";
  std::error_code ignored;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(fs::absolute(target).parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(start) && name.ends_with(suffix)) remove_if_abandoned(entry.path());
  }
}

/// Asks the file system for the space before any work; one that cannot tell is left to the writes themselves.
void reserve(int descriptor, std::uint64_t bytes, const std::string& target) {
  if (::fallocate(descriptor, 0, 0, static_cast<off_t>(bytes)) == 0) return;
  if (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR)
    throw InputError(target,
                     "no room for a store of " + std::to_string(bytes) + " bytes: " + system_reason());
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string resolved(const std::string& path) {
  std::error_code missing;
  const fs::path file = fs::canonical(path, missing);
  return missing ? path : file.string();
}

TemporaryFile::TemporaryFile(const std::string& target, std::uint64_t bytes)
    : target_(target), path_(target + "." + host_name() + "-" + std::to_string(::getpid()) + suffix) {
  remove_abandoned(target_);
  descriptor_ = Descriptor(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (descriptor_ < 0) throw InputError(target_, "cannot be created: " + system_reason());
  ::flock(descriptor_, LOCK_EX | LOCK_NB);
  try {
    reserve(descriptor_, bytes, target_);
  } catch (...) {
    ::unlink(path_.c_str());
    throw;
  }
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void TemporaryFile::publish() {
  sync_descriptor(descriptor_);
  if (::rename(path_.c_str(), target_.c_str()) != 0)
    throw InputError(target_, "cannot be put in place: " + system_reason());
  path_.clear();
  sync_folder_of(target_);
}

}  // namespace flowsweep::store
