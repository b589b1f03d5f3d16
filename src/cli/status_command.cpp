#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/run_summary.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {
namespace {

struct StoreState {
  std::string path, sweep;
  std::optional<std::string> writer;
  StoreCount count;
};

std::string as_json(const StoreState& state) {
  const StoreCount& count = state.count;
  nlohmann::ordered_json json = {{"store", state.path},
                                 {"sweep", state.sweep},
                                 {"writer", nullptr},
                                 {"points", count.points},
                                 {"committed", count.committed()}};
  if (state.writer) json["writer"] = *state.writer;
  for (std::size_t status = 0; status < count.statuses.size(); ++status)
    json[std::string(record::status_names[status])] = count.statuses[status];
  return json.dump(2);
}

std::string in_words(const StoreState& state) {
  const StoreCount& count = state.count;
  const double percent = 100.0 * static_cast<double>(count.committed()) / static_cast<double>(count.points);
  return fmt::format("{}: {} of {} points have a row ({:.1f} %): {}{}", state.path, count.committed(),
                     count.points, percent, status_counts(count),
                     state.writer ? "; being written by " + *state.writer : "");
}

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  store::Reader reader(path);
  const StoreState state = {path, reader.metadata().sweep_name, store::writer_of(path),
                            count_statuses(reader)};
  fmt::print("{}\n", arguments.given("json") ? as_json(state) : in_words(state));
  const bool more = arguments.given("exit-code") && state.count.committed() < state.count.points;
  return more ? ExitCode::more_work : ExitCode::success;
}

}  // namespace

const Command& status_command() {
  static const Command command = {
      "status",
      "Count the rows of a store, also while a sweep writes it.",
      "Prints how many points have a row, how their runs ended, and who writes the store at this moment. "
      "Checksums are not checked: `flowsweep "
      "verify` does.\n"
      "Exit code 0; with --exit-code 75 while points are missing; 2: no usable store.",
      {{"STORE", "Store to look at."}},
      {{"json", 0, "",
        "Print a JSON object with the keys store, sweep, writer (null, or who writes it now), points, "
        "committed "
        "and one for each status."},
       {"exit-code", 0, "", "Exit with 75 while points are missing."}},
      run};
  return command;
}

}  // namespace flowsweep::cli
