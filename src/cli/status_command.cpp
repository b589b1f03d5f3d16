#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.hpp"
#include "cli/run_summary.hpp"
#include "core/counted.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {
namespace {

struct RowChecks {
  std::size_t missing = 0, damaged = 0;
};

struct StoreState {
  std::string path, sweep;
  std::optional<std::string> writer;
  StoreCount count;
  std::optional<RowChecks> checks;  ///< with --exit-code
};

RowChecks check_rows(store::Reader& reader) {
  const std::vector<store::Reader::RowState> states = reader.row_states();
  const auto count = [&](store::Reader::RowState state) {
    return static_cast<std::size_t>(std::ranges::count(states, state));
  };
  return {count(store::Reader::RowState::missing), count(store::Reader::RowState::damaged)};
}

std::string as_json(const StoreState& state) {
  const StoreCount& count = state.count;
  nlohmann::ordered_json json = {
      {"store", state.path},    {"sweep", state.sweep},           {"writer", nullptr},
      {"points", count.points}, {"committed", count.committed()}, {"damaged", nullptr}};
  if (state.checks) json["damaged"] = state.checks->damaged;
  if (state.writer) json["writer"] = *state.writer;
  for (std::size_t status = 0; status < count.statuses.size(); ++status)
    json[std::string(record::status_names[status])] = count.statuses[status];
  return json.dump(2);
}

std::string in_words(const StoreState& state) {
  const StoreCount& count = state.count;
  const double percent = 100.0 * static_cast<double>(count.committed()) / static_cast<double>(count.points);
  const std::size_t damaged = state.checks ? state.checks->damaged : 0;
  return fmt::format("{}: {} ({:.1f} %): {}{}{}", state.path, counted_rows(count.committed(), count.points),
                     percent, status_counts(count),
                     damaged > 0 ? fmt::format("; {} damaged, to be run again", damaged) : "",
                     state.writer ? "; being written by " + *state.writer : "");
}

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  store::Reader reader(path);
  StoreState state = {path, reader.metadata().sweep_name, store::writer_of(path), count_statuses(reader), {}};
  if (arguments.given("exit-code")) state.checks = check_rows(reader);
  fmt::print("{}\n", arguments.given("json") ? as_json(state) : in_words(state));
  const bool more = state.checks && state.checks->missing + state.checks->damaged > 0;
  return more ? ExitCode::more_work : ExitCode::success;
}

}  // namespace

const Command& status_command() {
  static const Command command = {
      "status",
      "Count the rows of a store, also while a sweep writes it.",
      "Prints how many points have a row, how their runs ended, and who writes the store at this moment. "
      "Checksums are checked with --exit-code only: damaged rows are named as a number, and count as "
      "missing.\n"
      "Exit code 0; with --exit-code 75 while points are missing or damaged; 2: no usable store.",
      {{"STORE", "Store to look at."}},
      {{"json", 0, "",
        "Print a JSON object with the keys store, sweep, writer (null, or who writes it now), points, "
        "committed, damaged (null without --exit-code) and one for each status."},
       {"exit-code", 0, "", "Check every row, and exit with 75 while points are missing or damaged."}},
      run};
  return command;
}

}  // namespace flowsweep::cli
