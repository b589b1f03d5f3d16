#include "store/checkpoint_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <span>
#include <stdexcept>

#include "core/hash.hpp"
#include "core/instruction_set.hpp"
#include "core/provenance.hpp"
#include "store/positioned_io.hpp"
#include "store/temporary_file.hpp"

namespace flowsweep::store {
namespace {

namespace fs = std::filesystem;

/// Larger files are refused unread: 128 records of 2 million weights are 2 GB.
constexpr std::uint64_t largest_file = std::uint64_t{1} << 32;

std::string header_of(std::uint64_t id) {
  return "flowsweep checkpoint 1, kernel " + std::string(kernel_version) + ", " +
         std::string(name(active_instruction_set())) + ", point " + to_hex(id) + "\n";
}

std::string checksum_of(std::string_view bytes) {
  const std::uint64_t hash = hash_text(bytes);
  std::string text(sizeof hash, '\0');
  std::memcpy(text.data(), &hash, sizeof hash);
  return text;
}

/// False for a link to one: what lies elsewhere is not ours.
bool is_folder(const std::string& path) {
  struct stat state {};
  return ::lstat(path.c_str(), &state) == 0 && S_ISDIR(state.st_mode);
}

/// "" unless it is a plain file of a bearable size: a pipe would be waited for.
std::string read_plain_file(const std::string& path) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat state {};
  if (descriptor < 0 || ::fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode)) return "";
  if (state.st_size <= 0 || static_cast<std::uint64_t>(state.st_size) > largest_file) return "";
  std::string bytes(static_cast<std::size_t>(state.st_size), '\0');
  read_at(descriptor, std::as_writable_bytes(std::span(bytes)), 0);
  return bytes;
}

}  // namespace

CheckpointFolder::CheckpointFolder(const std::string& store) : folder_(resolved(store) + ".checkpoints") {}

std::string CheckpointFolder::file(std::uint64_t id) const {
  return folder_ + "/" + to_hex(id);
}

std::string CheckpointFolder::load(std::uint64_t id) const {
  try {
    std::string bytes = read_plain_file(file(id));
    const std::string header = header_of(id);
    const std::size_t checksum_size = sizeof(std::uint64_t);
    if (!bytes.starts_with(header) || bytes.size() < header.size() + checksum_size) return "";
    const std::string checksum = bytes.substr(bytes.size() - checksum_size);
    bytes.resize(bytes.size() - checksum_size);
    return checksum_of(bytes) == checksum ? bytes.substr(header.size()) : "";
  } catch (const std::exception&) {
    return "";
  }
}

std::vector<std::uint64_t> CheckpointFolder::ids() const {
  std::vector<std::uint64_t> found;
  if (!is_folder(folder_)) return found;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, none)) {
    const std::string name = entry.path().filename().string();
    const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const std::string id = name.substr(0, name.find('.'));
    if (id.size() == 16 && std::ranges::all_of(id, digit)) found.push_back(parse_hex(id));
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

void CheckpointFolder::save(std::uint64_t id, std::string_view state) const {
  std::string bytes = header_of(id);
  bytes += state;
  bytes += checksum_of(bytes);
  if (bytes.size() > largest_file)
    throw std::runtime_error(file(id) + ": a state of " + std::to_string(state.size()) +
                             " bytes is too large");
  // Another process may remove the folder, empty for a moment, between its making and its use.
  constexpr int attempts = 3;
  for (int attempt = 1;; ++attempt) try {
      return save_once(file(id), bytes);
    } catch (const std::exception&) {
      if (attempt == attempts || fs::exists(folder_)) throw;
    }
}

void CheckpointFolder::save_once(const std::string& file, std::string_view bytes) const {
  if (fs::create_directory(folder_)) sync_folder_of(folder_);
  if (fs::is_symlink(folder_)) throw std::runtime_error(folder_ + " is a symbolic link");
  TemporaryFile temporary(file, bytes.size());
  write_at(temporary.descriptor(), std::as_bytes(std::span(bytes)), 0);
  temporary.publish();
}

void CheckpointFolder::remove_if_empty() const {
  ::rmdir(folder_.c_str());
}

void CheckpointFolder::remove(std::uint64_t id) const {
  if (!is_folder(folder_)) return;
  ::unlink(file(id).c_str());
  if (::rmdir(folder_.c_str()) == 0 || errno == ENOENT) return;
  remove_abandoned(file(id));
  ::rmdir(folder_.c_str());
}

}  // namespace flowsweep::store
