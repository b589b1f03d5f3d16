#include "store/suspect_list.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "store/positioned_io.hpp"
#include "store/temporary_file.hpp"

namespace flowsweep::store {
namespace {

constexpr std::streamsize longest_file = 1 << 20;
constexpr int largest_count = 99;

std::string beginning_of(const std::string& file) {
  std::error_code missing;
  if (!std::filesystem::is_regular_file(file, missing)) return {};
  std::ifstream stream(file, std::ios::binary);
  std::string text(longest_file, '\0');
  stream.read(text.data(), longest_file);
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

void read_line(const std::string& line, std::map<std::uint64_t, int>& counts) {
  std::istringstream words(line);
  std::string id;
  int count = 0;
  if (!(words >> id >> count) || count < 1) return;
  try {
    counts[parse_hex(id)] = std::min(count, largest_count);
  } catch (const InputError&) {
    // Not a line of ours.
  }
}

}  // namespace

SuspectList::SuspectList(const std::string& store) : file_(resolved(store) + ".suspects") {
  std::istringstream lines(beginning_of(file_));
  for (std::string line; std::getline(lines, line);) read_line(line, counts_);
}

void SuspectList::set(std::uint64_t id, int count) {
  const auto before = counts_;
  if (count > 0)
    counts_[id] = count;
  else
    counts_.erase(id);
  if (counts_ == before) return;
  if (counts_.empty()) {
    ::unlink(file_.c_str());
    return;
  }
  std::string text;
  for (const auto& [suspect, deaths] : counts_) text += to_hex(suspect) + " " + std::to_string(deaths) + "\n";
  TemporaryFile temporary(file_, text.size());
  write_at(temporary.descriptor(), std::as_bytes(std::span(text)), 0);
  temporary.publish();
}

}  // namespace flowsweep::store
