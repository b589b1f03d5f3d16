#pragma once
#include <string>

namespace flowsweep::cli {

/// A file with a batch script, kept beside the store only if its job was submitted.
class ScriptFile {
 public:
  /// Writes the file. One that exists with the same text is taken as it is; with another text it is left
  /// alone. Throws InputError then, and if the file cannot be written.
  ScriptFile(std::string path, const std::string& text);
  /// Removes what was written, unless keep() was called.
  ~ScriptFile();
  ScriptFile(const ScriptFile&) = delete;
  ScriptFile& operator=(const ScriptFile&) = delete;

  const std::string& path() const { return path_; }
  void keep() { temporary_ = false; }

 private:
  std::string path_;
  bool temporary_ = false;
};

}  // namespace flowsweep::cli
