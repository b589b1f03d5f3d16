#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace flowsweep::store {

/// The unfinished flows of a store's points: files STORE.checkpoints/ID, ID of 16 hexadecimal digits.
///
/// A file holds one line that names format, kernel version, instruction set and id, the state's bytes, and a
/// checksum of both. Objects in several processes may use one folder at a time.
class CheckpointFolder {
 public:
  /// Touches nothing yet. Symbolic links to the store are followed.
  explicit CheckpointFolder(const std::string& store);

  /// The bytes of the last save(); "" if there are none, or if they are damaged, of another kernel version or
  /// instruction set, or not in a plain file.
  std::string load(std::uint64_t id) const;

  /// The points that have a file, be it one that a killed process left unfinished; ascending. None
  /// if the folder is a symbolic link.
  std::vector<std::uint64_t> ids() const;

  /// Replaces the file by one rename, after fsync: a kill leaves the old state or the new one. Makes the
  /// folder where it is missing. Throws std::runtime_error if the state cannot be written.
  void save(std::uint64_t id, std::string_view state) const;

  /// Removes the file, what killed processes left of unfinished ones, and the folder once it is empty. Does
  /// nothing where there is nothing, or where the folder is a symbolic link; never throws.
  void remove(std::uint64_t id) const;

  /// Removes a folder whose maker was killed before it wrote into it. Never throws.
  void remove_if_empty() const;

 private:
  std::string file(std::uint64_t id) const;
  void save_once(const std::string& file, std::string_view bytes) const;

  std::string folder_;
};

}  // namespace flowsweep::store
