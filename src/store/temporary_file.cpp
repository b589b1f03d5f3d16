#include "store/temporary_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "core/error.hpp"
#include "core/host.hpp"

namespace flowsweep::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".partial";

// Without dots, so that the temporary of "a.h5.csv" is not taken for one of "a.h5".
std::string maker() {
  std::string host = host_name();
  std::ranges::replace(host, '.', '_');
  return host + "-" + std::to_string(::getpid());
}

bool is_maker(std::string_view text) {
  const auto digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == text.size()) return false;
  return text.find('.') == std::string_view::npos && std::ranges::all_of(text.substr(dash + 1), digit);
}

bool is_temporary_of(std::string_view target, std::string_view name) {
  if (!name.starts_with(target) || !name.ends_with(suffix)) return false;
  name.remove_prefix(target.size());
  name.remove_suffix(std::min(suffix.size(), name.size()));
  return name.starts_with('.') && is_maker(name.substr(1));
}

void remove_if_abandoned(const fs::path& path) {
  const Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
}

/// A new file under a lock. Another process may take a file that is not yet locked for abandoned and remove
/// it: then the next one is made.
Descriptor create_locked(const std::string& path, const std::string& target) {
  for (;;) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file < 0) throw InputError(target, "cannot be created: " + system_reason());
    ::flock(file, LOCK_EX | LOCK_NB);
    struct stat state {};
    if (::fstat(file, &state) != 0 || state.st_nlink > 0) return file;
  }
}

/// Asks the file system for the space before any work; one that cannot tell is left to the writes themselves.
void reserve(int descriptor, std::uint64_t bytes, const std::string& target) {
  if (bytes == 0 || ::fallocate(descriptor, 0, 0, static_cast<off_t>(bytes)) == 0) return;
  if (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR)
    throw InputError(target,
                     "no room for a store of " + std::to_string(bytes) + " bytes: " + system_reason());
}

}  // namespace

void remove_abandoned(const std::string& target) {
  const fs::path path = fs::absolute(target);
  const std::string file = path.filename().string();
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(path.parent_path(), ignored))
    if (is_temporary_of(file, entry.path().filename().string())) remove_if_abandoned(entry.path());
}

std::string resolved(const std::string& path) {
  std::error_code missing;
  const fs::path file = fs::canonical(path, missing);
  return missing ? path : file.string();
}

TemporaryFile::TemporaryFile(const std::string& target, std::uint64_t bytes)
    : target_(target), path_(target + "." + maker() + std::string(suffix)) {
  remove_abandoned(target_);
  descriptor_ = create_locked(path_, target_);
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
