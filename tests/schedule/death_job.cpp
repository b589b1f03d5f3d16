// A job whose ranks kill themselves at a given place: death_job FOLDER PLACE RANK [ROWS]. PLACE is one of
// init, hello, prepare, join, row, stuck, poison, leave, conclude, none. FOLDER/rows holds a character for
// each row, written where a store would commit it; FOLDER/deaths what is to be remembered of suspects; rank 0
// writes how it ended to FOLDER/end. "row": the rank dies at its third row; "stuck": its third row never
// ends, and after a second the job is to stop; "poison": every rank dies that runs row 9, the costliest.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <thread>

#include "schedule/run.hpp"

namespace {

using namespace flowsweep::schedule;
using namespace std::chrono_literals;

constexpr std::size_t poison_row = 9;
constexpr char open_row = '.', done_row = 'x', aside_row = 'A';

struct Scenario {
  std::string folder, place;
  int rank = 0;
  std::size_t rows = 60;

  std::string file(const std::string& name) const { return folder + "/" + name; }
};

int launched_rank() {
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  return rank == nullptr ? 0 : std::atoi(rank);
}

class DyingWork : public Work {
 public:
  DyingWork(const Scenario& scenario, int rank)
      : scenario_(scenario),
        rank_(rank),
        rows_(::open(scenario.file("rows").c_str(), O_RDWR | O_CREAT, 0644)) {}
  ~DyingWork() override { ::close(rows_); }

  void die_at(const std::string& place) const {
    if (scenario_.place == place && scenario_.rank == rank_) std::raise(SIGKILL);
  }

  Preparation prepare(int) override {
    std::this_thread::sleep_for(300ms);  // workers that die meanwhile do so while rank 0 prepares
    die_at("prepare");
    Preparation plan;
    plan.settings.assign(50000, 's');
    for (std::size_t row = 0; row < scenario_.rows; ++row) {
      if (state(row) != open_row) continue;
      plan.rows.push_back(row);
      plan.costs.push_back(row == poison_row ? 1 : 0.005);
    }
    std::ifstream list(scenario_.file("deaths"));
    for (std::size_t row = 0, deaths = 0; list >> row >> deaths;) {
      plan.deaths.emplace_back(row, static_cast<int>(deaths));
      deaths_[row] = static_cast<int>(deaths);
    }
    return plan;
  }

  void join(const std::string& settings) override {
    die_at("join");
    if (settings != std::string(50000, 's')) throw std::runtime_error("the settings arrived damaged");
  }

  bool run(std::size_t row, const Interruption&) override {
    if (++begun_ == 3) {
      die_at("row");
      get_stuck();
    }
    std::this_thread::sleep_for(5ms);
    if (scenario_.place == "poison" && row == poison_row) std::raise(SIGKILL);
    write(row, done_row);
    return true;
  }

  void leave() override { die_at("leave"); }
  void conclude(const Outcome&) override { die_at("conclude"); }
  bool committed(std::size_t row) override { return state(row) != open_row; }
  void set_aside(std::size_t row, int) override { write(row, aside_row); }

  void remember_deaths(std::size_t row, int deaths) override {
    deaths_[row] = deaths;
    if (deaths == 0) deaths_.erase(row);
    std::ofstream list(scenario_.file("deaths"));
    for (const auto& [suspect, count] : deaths_) list << suspect << ' ' << count << '\n';
  }

 private:
  char state(std::size_t row) const {
    char byte = 0;  // as in the holes of the file
    (void)!::pread(rows_, &byte, 1, static_cast<off_t>(row));
    return byte == 0 ? open_row : byte;
  }
  void write(std::size_t row, char byte) {
    if (::pwrite(rows_, &byte, 1, static_cast<off_t>(row)) != 1) throw std::runtime_error("cannot write");
  }
  void get_stuck() const {
    while (scenario_.place == "stuck" && scenario_.rank == rank_) std::this_thread::sleep_for(1s);
  }

  const Scenario scenario_;
  const int rank_;
  const int rows_;
  int begun_ = 0;
  std::map<std::size_t, int> deaths_;
};

void note_end(const Scenario& scenario, const Outcome& outcome) {
  std::ofstream(scenario.file("end")) << "complete " << outcome.complete << "\ndone " << outcome.done
                                      << "\nlost " << outcome.lost << "\nerror " << outcome.error << "\n";
}

int run_job(const Scenario& scenario, int argc, char** argv) {
  Mpi mpi(argc, argv, 2s);
  DyingWork work(scenario, mpi.rank());
  work.die_at("hello");
  Options options;
  options.heartbeat = 2s;
  options.longest_stop = 1s;
  if (scenario.place == "stuck")
    options.stop_requested = [after = Options::Clock::now() + 1s] { return Options::Clock::now() > after; };
  options.notice = [](const std::string& text) { std::cerr << text << '\n'; };
  const Outcome outcome = run(mpi, work, options);
  if (outcome.abandoned) mpi.await_abort();
  if (mpi.rank() == 0) note_end(scenario, outcome);
  if (outcome.lost > 0) mpi.abort(0);
  mpi.finalize(0);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  Scenario scenario{argv[1], argv[2], std::atoi(argv[3])};
  if (argc > 4) scenario.rows = static_cast<std::size_t>(std::atoi(argv[4]));
  if (scenario.place == "init" && scenario.rank == launched_rank()) std::raise(SIGKILL);
  return run_job(scenario, argc, argv);
}
