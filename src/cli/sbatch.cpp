#include "cli/sbatch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "core/error.hpp"
#include "store/positioned_io.hpp"

namespace flowsweep::cli {
namespace {

using store::Descriptor;

constexpr const char* program = "sbatch";

std::array<Descriptor, 2> pipe_ends() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::string everything_from(int descriptor) {
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t length = ::read(descriptor, piece.data(), piece.size());
    if (length > 0) text.append(piece.data(), static_cast<std::size_t>(length));
    if (length == 0 || (length < 0 && errno != EINTR)) return text;
  }
}

pid_t spawn(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, program, &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) throw InputError(program, "is not on the PATH: submit from a machine with Slurm");
  if (error != 0) throw InputError(program, std::generic_category().message(error));
  return child;
}

int exit_code_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::string job_number(const std::string& answer) {
  const std::size_t last = answer.find_last_not_of('\n');
  const std::string text = answer.substr(0, last == std::string::npos ? 0 : last + 1);
  const std::string line = text.substr(text.find_last_of('\n') + 1);
  const std::string number = line.substr(0, line.find(';'));
  if (number.empty() || number.size() > 19 ||
      !std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }))
    throw InputError(
        program,
        fmt::format("answered '{}', not the number of a job; `squeue` shows whether it was submitted", line));
  return number;
}

std::string submit_script(const std::vector<std::string>& words) {
  std::vector<std::string> all = {program, "--parsable"};
  all.insert(all.end(), words.begin(), words.end());
  auto [reading, writing] = pipe_ends();
  const pid_t child = spawn(all, writing);
  ::close(writing.release());
  const std::string answer = everything_from(reading);
  if (const int code = exit_code_of(child); code != 0)
    throw InputError(program, fmt::format("refused the job with exit code {}; its message is above", code));
  return job_number(answer);
}

}  // namespace flowsweep::cli
