// Runs the same Catch2 session on every rank of an MPI job. Rank 0 prints; a failed assertion on any rank is
// printed and ends the job, because the other ranks would wait for the one that left the test case.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Listener = Catch::EventListenerBase;
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
using Listener = Catch::TestEventListenerBase;
#endif
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schedule/mpi_job.hpp"

namespace {

const flowsweep::schedule::Mpi* job = nullptr;
int registered_ranks = 0;

class EndJobOnFailure : public Listener {
 public:
  using Listener::Listener;
  // Void or bool, by the version of Catch2.
  using Ended =
      decltype(std::declval<Listener&>().assertionEnded(std::declval<const Catch::AssertionStats&>()));

  Ended assertionEnded(const Catch::AssertionStats& stats) override {
    if (!stats.assertionResult.isOk()) end_job(stats);
    return Ended();
  }

 private:
  static void end_job(const Catch::AssertionStats& stats) {
    const Catch::AssertionResult& result = stats.assertionResult;
    std::cerr << "rank " << job->rank() << " of " << job->ranks() << ": " << result.getSourceInfo()
              << ": failed: " << result.getExpression() << " with " << result.getExpandedExpression() << ' '
              << result.getMessage();
    for (const Catch::MessageInfo& info : stats.infoMessages) std::cerr << "\n  " << info.message;
    std::cerr << std::endl;
    job->abort(EXIT_FAILURE);
  }
};
CATCH_REGISTER_LISTENER(EndJobOnFailure)

/// Takes "--expect-ranks N" out of the arguments.
std::vector<const char*> catch_arguments(int argc, char** argv, bool silent) {
  std::vector<const char*> arguments;
  for (int i = 0; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--expect-ranks" && i + 1 < argc) {
      registered_ranks = std::atoi(argv[++i]);
    } else {
      arguments.push_back(argv[i]);
    }
  }
  arguments.insert(arguments.end(), {"--order", "decl"});
  if (silent) arguments.insert(arguments.end(), {"--out", "/dev/null"});
  return arguments;
}

}  // namespace

const flowsweep::schedule::Mpi& mpi_job() {
  return *job;
}
int expected_ranks() {
  return registered_ranks;
}

int main(int argc, char** argv) {
  const flowsweep::schedule::Mpi mpi(argc, argv);
  job = &mpi;
  const std::vector<const char*> arguments = catch_arguments(argc, argv, mpi.rank() != 0);
  return Catch::Session().run(static_cast<int>(arguments.size()), arguments.data());
}
