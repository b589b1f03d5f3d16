#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace flowsweep::store {

/// The points of a store that have taken workers down, and how many each: the file STORE.suspects, a line
/// "ID COUNT" each (ID of 16 hexadecimal digits), there only while it has lines. To be used under a
/// WriterLock.
class SuspectList {
 public:
  /// Reads the list of this store. Lines that are none, and all beyond a megabyte, are ignored; a file that
  /// cannot be read is an empty list.
  explicit SuspectList(const std::string& store);

  const std::map<std::uint64_t, int>& counts() const { return counts_; }

  /// Sets the count of a point, 0 to forget it, and replaces the file by one rename. Throws InputError or
  /// std::runtime_error if it cannot be written; the list in memory has the count all the same.
  void set(std::uint64_t id, int count);

 private:
  std::string file_;
  std::map<std::uint64_t, int> counts_;
};

}  // namespace flowsweep::store
