#pragma once
#include <filesystem>
#include <string>

namespace flowsweep::cli {

/// A new folder below the system's temporary folder that disappears with everything in it.
class TemporaryFolder {
 public:
  /// Throws std::runtime_error if none can be made.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace flowsweep::cli
