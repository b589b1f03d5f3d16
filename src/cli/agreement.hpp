#pragma once
#include <functional>
#include <string>

#include "core/error.hpp"
#include "schedule/mpi.hpp"

namespace flowsweep::cli {

/// Thrown on every rank when the job ends before its work; whatever there is to say has been said.
struct JobEnd {
  ExitCode code;
};

/// Calls `action`. An exception is printed on stderr and becomes its exit code: 2 for InputError, else 1.
ExitCode reported(const std::function<void()>& action);

/// Collective: what `on_rank_0` returns there, on every rank. If it throws, that is reported once and JobEnd
/// is thrown on every rank: no rank may leave a collective sequence alone.
std::string agree(const schedule::Mpi& mpi, const std::function<std::string()>& on_rank_0);

/// Collective: calls `on_each` on every rank. If it throws on any, JobEnd is thrown on all.
void together(const schedule::Mpi& mpi, const std::function<void()>& on_each);

}  // namespace flowsweep::cli
