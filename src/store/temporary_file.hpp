#pragma once
#include <cstdint>
#include <string>

#include "store/positioned_io.hpp"

namespace flowsweep::store {

/// A file that is built beside its target and becomes it by one rename; removed if it never does.
///
/// The name is "TARGET.HOST-PID.partial", the host's dots written as underscores. A kernel lock marks it as
/// in use; temporaries whose maker was killed are removed when the next one is made for the same target.
class TemporaryFile {
 public:
  /// Throws InputError, naming the target, if the folder cannot be written or has no room for `bytes`, which
  /// are reserved.
  TemporaryFile(const std::string& target, std::uint64_t bytes);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }
  int descriptor() const { return descriptor_; }

  /// fsync, rename onto the target, fsync of the folder.
  void publish();

 private:
  std::string target_, path_;
  Descriptor descriptor_;
};

/// Removes the temporaries of `target` whose makers were killed. Does nothing where it may not.
void remove_abandoned(const std::string& target);

/// The file that `path` means: symbolic links are followed, so that a rename replaces the file and not the
/// link.
std::string resolved(const std::string& path);

}  // namespace flowsweep::store
