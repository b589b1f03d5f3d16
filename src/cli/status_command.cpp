#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/run_summary.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {
namespace {

std::string as_json(const StoreCount& count, const std::string& store) {
  nlohmann::ordered_json json = {
      {"store", store}, {"points", count.points}, {"committed", count.committed()}};
  for (std::size_t status = 0; status < count.statuses.size(); ++status)
    json[std::string(record::status_names[status])] = count.statuses[status];
  return json.dump(2);
}

std::string in_words(const StoreCount& count, const std::string& store) {
  const double percent = 100.0 * static_cast<double>(count.committed()) / static_cast<double>(count.points);
  return fmt::format("{}: {} of {} points have a row ({:.1f} %): {}", store, count.committed(), count.points,
                     percent, status_counts(count));
}

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  store::Reader reader(path);
  const StoreCount count = count_statuses(reader);
  fmt::print("{}\n", arguments.given("json") ? as_json(count, path) : in_words(count, path));
  const bool more = arguments.given("exit-code") && count.committed() < count.points;
  return more ? ExitCode::more_work : ExitCode::success;
}

}  // namespace

const Command& status_command() {
  static const Command command = {
      "status",
      "Count the rows of a store, also while a sweep writes it.",
      "Prints how many points have a row and how their runs ended. Checksums are not checked: `flowsweep "
      "verify` does.\n"
      "Exit code 0; with --exit-code 75 while points are missing; 2: no usable store.",
      {{"STORE", "Store to look at."}},
      {{"json", 0, "", "Print a JSON object with the keys store, points, committed and one for each status."},
       {"exit-code", 0, "", "Exit with 75 while points are missing."}},
      run};
  return command;
}

}  // namespace flowsweep::cli
