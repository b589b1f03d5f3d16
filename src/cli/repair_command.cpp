#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/writer_notice.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {
namespace {

std::string in_words(store::Repair done) {
  switch (done) {
    case store::Repair::frame:
      return "everything outside the rows was restored from the copy at the end of the file";
    case store::Repair::copy:
      return "the copy at the end of the file was written anew; nothing else was damaged outside the rows";
    default:
      return "nothing is damaged outside the rows; nothing was written";
  }
}

std::string rows_in_words(store::Reader& reader) {
  const std::vector<store::Reader::RowState> states = reader.row_states();
  const auto count = [&](store::Reader::RowState state) { return std::ranges::count(states, state); };
  return fmt::format("{} rows are committed, {} damaged, {} missing",
                     count(store::Reader::RowState::committed), count(store::Reader::RowState::damaged),
                     count(store::Reader::RowState::missing));
}

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  notice_of_writer(path);
  const store::WriterLock lock(path);
  const store::Repair done = store::repair(path);
  store::Reader reader(path);
  fmt::print("{}: {}\n{}\n", path, in_words(done), rows_in_words(reader));
  return ExitCode::success;
}

}  // namespace

const Command& repair_command() {
  static const Command command = {
      "repair",
      "Restore what is damaged in a store outside its rows.",
      "A store holds everything but its rows twice: names, shapes, points and the places of the rows in "
      "front, "
      "and a copy at the end of the file. Restores the one from the other, says which, and counts the rows. "
      "Rows have no copy: `flowsweep run` does damaged ones again.\n"
      "Exit code 0: the store is whole outside its rows; 2: it is no store, another job writes it, or both "
      "are "
      "damaged (then run the sweep into a new store: rows cannot be told apart without their places).",
      {{"STORE", "Store to repair."}},
      {},
      run};
  return command;
}

}  // namespace flowsweep::cli
