#include "cli/agreement.hpp"
#include "cli/report.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace flowsweep::cli {

ExitCode reported(const std::function<void()>& action) {
  try {
    action();
    return ExitCode::success;
  } catch (const InputError& error) {
    report("flowsweep: {}\n", error.what());
    return ExitCode::bad_input;
  } catch (const std::exception& error) {
    report("flowsweep: internal error: {}\n", error.what());
    return ExitCode::internal_error;
  }
}

std::string agree(const schedule::Mpi& mpi, const std::function<std::string()>& on_rank_0) {
  // The first character tells an answer from the exit code of an error.
  std::string message;
  if (mpi.rank() == 0) {
    const ExitCode code = reported([&] { message = "+" + on_rank_0(); });
    if (code != ExitCode::success) message = "!" + std::to_string(static_cast<int>(code));
  }
  message = mpi.broadcast(std::move(message));
  if (message.front() == '!') throw JobEnd{static_cast<ExitCode>(std::stoi(message.substr(1)))};
  return message.substr(1);
}

void together(const schedule::Mpi& mpi, const std::function<void()>& on_each) {
  const ExitCode mine = reported(on_each);
  const int worst = -mpi.minimum(-static_cast<int>(mine));
  if (worst != 0) throw JobEnd{static_cast<ExitCode>(worst)};
}

}  // namespace flowsweep::cli
