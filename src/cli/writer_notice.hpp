#pragma once
#include <optional>
#include <string>

#include "cli/report.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {

/// Says whom a WriterLock of `path` would have to wait for, if anybody.
inline void notice_of_writer(const std::string& path) {
  if (const std::optional<std::string> writer = store::writer_of(path))
    report("waiting: {} is being written by {}\n", path, *writer);
}

}  // namespace flowsweep::cli
