#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "cli/run_summary.hpp"
#include "core/hash.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {
namespace {

ExitCode run(const Arguments& arguments) {
  store::Reader reader(arguments.text("STORE"));
  fmt::print("{}\n", to_hex(reader.digest()));
  const auto damaged = std::ranges::count(reader.row_states(), store::Reader::RowState::damaged);
  if (damaged > 0) report("{} damaged rows are not in the digest; `flowsweep verify` names them\n", damaged);
  const StoreCount count = count_statuses(reader);
  if (count.committed() < count.points)
    report("{} of {} points have no row and are not in the digest\n", count.points - count.committed(),
           count.points);
  return ExitCode::success;
}

}  // namespace

const Command& digest_command() {
  static const Command command = {
      "digest",
      "Print one hash over the results of a store.",
      "Prints 16 hexadecimal digits: a hash over the stored bytes of points, trajectories, finals, weights, "
      "measurements and verdicts, sorted by id, without timings, hosts and rows that timed out or were set "
      "aside. Two stores of one sweep, computed with one binary and instruction set on any number of ranks, "
      "have equal digests.\n"
      "Exit code 0; 2: no usable store.",
      {{"STORE", "Store to hash."}},
      {},
      run};
  return command;
}

}  // namespace flowsweep::cli
