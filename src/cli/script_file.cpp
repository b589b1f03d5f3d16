#include "cli/script_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

#include "core/error.hpp"
#include "store/point_text.hpp"
#include "store/positioned_io.hpp"

namespace flowsweep::cli {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

ScriptFile::ScriptFile(std::string path, const std::string& text) : path_(std::move(path)) {
  std::FILE* file = std::fopen(path_.c_str(), "wxe");
  if (file == nullptr && errno == EEXIST) {
    if (content(path_) == text) return;
    throw InputError(
        path_,
        fmt::format(
            "exists and is not what would be submitted: remove it, or submit it as it is with `sbatch {}`",
            store::quoted(path_)));
  }
  if (file == nullptr) throw InputError(path_, "cannot be written: " + store::system_reason());
  temporary_ = true;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) == 0 && written) return;
  const std::string reason = store::system_reason();
  ::unlink(path_.c_str());
  throw InputError(path_, "cannot be written: " + reason);
}

ScriptFile::~ScriptFile() {
  if (temporary_) ::unlink(path_.c_str());
}

}  // namespace flowsweep::cli
