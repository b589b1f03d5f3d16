#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <numeric>
#include <stdexcept>

#include "cli/bench_cases.hpp"
#include "cli/prepared_store.hpp"
#include "cli/stored_theorems.hpp"
#include "cli/temporary_folder.hpp"
#include "core/provenance.hpp"
#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"
#include "schedule/run.hpp"
#include "store/store.hpp"
#include "verify/verify.hpp"

namespace flowsweep::cli {
namespace {

namespace fs = std::filesystem;

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Of all threads of the process.
double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Points with the runs they lead to, made before anything is timed.
struct Prepared {
  sweep::Sweep sweep;
  store::Schema schema;
  std::vector<record::RunRecord> runs;

  std::size_t size() const { return runs.size(); }
  std::string text() const {
    return fmt::format("{} points, {} records, {} theorems", size(), schema.records, schema.theorems.size());
  }
};

Prepared prepare(std::size_t points) {
  Prepared prepared{bench_sweep(fmt::format("dimension = 2\ncontext = 3..{}", points + 2)), {}, {}};
  const Theorems theorems = experiment::theorems_of(prepared.sweep);
  prepared.schema = schema_of(prepared.sweep.grid, theorems);
  for (std::size_t row = 0; row < points; ++row)
    prepared.runs.push_back(experiment::run_point(prepared.sweep.grid.point(row), theorems));
  return prepared;
}

void create_store(const Prepared& prepared, const std::string& path) {
  const Provenance p = provenance();
  store::Metadata metadata;
  metadata.sweep_name = prepared.sweep.name;
  metadata.sweep_text = prepared.sweep.text;
  metadata.program_version = p.program_version;
  metadata.git_commit = p.git_commit;
  metadata.instruction_set = p.instruction_set;
  metadata.kernel = p.kernel;
  metadata.compiler = p.compiler;
  metadata.libraries = p.libraries;
  store::create(path, prepared.schema, prepared.sweep.grid, metadata);
}

struct Dispatch {
  double wall = 0, processor = 0, commit = 0;  // seconds a point
  std::size_t done = 0;
};

Dispatch dispatch(const schedule::Mpi& mpi, const Prepared& prepared, const std::string& path) {
  create_store(prepared, path);
  store::RowWriter writer(path);
  std::vector<std::size_t> rows(prepared.size());
  std::iota(rows.begin(), rows.end(), 0);
  const std::vector<double> costs(rows.size(), 1e-3);
  double committing = 0;
  const schedule::Payload payload = [&](std::size_t row) {
    const double start = wall_seconds();
    writer.commit(row, prepared.runs[row]);
    committing += wall_seconds() - start;
  };
  const double wall = wall_seconds(), processor = processor_seconds();
  const schedule::Outcome outcome = schedule::run(mpi, rows, costs, payload, {});
  if (!outcome.complete)
    throw std::runtime_error("the benchmark's points were not all dispatched: " + outcome.error);
  const auto points = static_cast<double>(rows.size());
  return {(wall_seconds() - wall) / points, (processor_seconds() - processor) / points, committing / points,
          outcome.done};
}

Figure dispatch_figure(const schedule::Mpi& mpi, const Prepared& prepared, const TemporaryFolder& folder,
                       int repetitions) {
  Figure figure{
      "dispatch_and_commit", "dispatch and commit of a point", prepared.text(), "us", 0, 0, 0, 0, {}};
  std::vector<double> walls, processors, commits;
  std::size_t done = 0;
  for (int k = 0; k < repetitions; ++k) {
    const Dispatch measured = dispatch(mpi, prepared, folder.file(fmt::format("{}.h5", k)));
    walls.push_back(1e6 * measured.wall);
    processors.push_back(1e6 * measured.processor);
    commits.push_back(1e6 * measured.commit);
    done += measured.done;
  }
  Figure processor, commit;
  summarise(figure, walls);
  summarise(processor, processors);
  summarise(commit, commits);
  const double bytes = static_cast<double>(fs::file_size(folder.file("0.h5")));
  figure.counts = {{"points", static_cast<double>(done) / repetitions},
                   {"commit_us", commit.median},
                   {"processor_us", processor.median},
                   {"bytes_per_point", bytes / static_cast<double>(prepared.size())}};
  return figure;
}

// All rows of a new store, without a scheduler; at the end of power-loss mode all are on the disk.
double commit_seconds(const Prepared& prepared, const std::string& path, store::Durability durability) {
  create_store(prepared, path);
  store::RowWriter writer(path, store::RowAccess::automatic, durability);
  const double start = wall_seconds();
  for (std::size_t row = 0; row < prepared.size(); ++row) writer.commit(row, prepared.runs[row]);
  if (durability == store::Durability::power_loss) writer.sync();
  const double seconds = wall_seconds() - start;
  fs::remove(path);
  return seconds;
}

Figure commit_figure(const Prepared& prepared, const TemporaryFolder& folder, int repetitions,
                     store::Durability durability) {
  const bool synced = durability == store::Durability::power_loss;
  Figure figure{synced ? "commit_power_loss" : "commit_process_death",
                synced ? "commit of a point, safe from power loss" : "commit of a point, safe from kills",
                prepared.text(),
                "us",
                0,
                0,
                0,
                0,
                {}};
  std::vector<double> samples;
  for (int k = 0; k < repetitions; ++k)
    samples.push_back(1e6 / static_cast<double>(prepared.size()) *
                      commit_seconds(prepared, folder.file("commit.h5"), durability));
  summarise(figure, samples);
  figure.counts = {{"points_per_second", 1e6 / figure.median}};
  return figure;
}

Figure checksum_figure(const Prepared& prepared, const std::string& path, const Repetition& repetition) {
  Figure figure{"checksums", "reading and checking a row", prepared.text(), "us", 0, 0, 0, 0, {}};
  store::Reader reader(path);
  const auto points = static_cast<double>(prepared.size());
  time_work(figure, repetition, 1e6 / points, [&] { reader.row_states(); });
  const double bytes = static_cast<double>(fs::file_size(path));
  figure.counts = {{"megabytes_per_second", bytes / points / figure.median}};
  return figure;
}

Figure verify_figure(const Prepared& prepared, const std::string& path, const Repetition& repetition) {
  Figure figure{"verify", "verify: reading, checking and judging a row", prepared.text(), "us", 0, 0, 0, 0,
                {}};
  store::Reader reader(path);
  verify::Report report;
  time_work(figure, repetition, 1e6 / static_cast<double>(prepared.size()),
            [&] { report = verify::examine(reader, experiment::vocabulary(), {}); });
  figure.counts = {{"points_per_second", 1e6 / figure.median},
                   {"judged", static_cast<double>(report.judged())},
                   {"disagreeing", static_cast<double>(report.disagreeing)}};
  return figure;
}

}  // namespace

std::vector<Figure> bench_store(const schedule::Mpi& mpi, bool quick) {
  const Prepared prepared = prepare(quick ? 50 : 2000);
  const TemporaryFolder folder;
  const Repetition repetition{quick ? 2 : 5, 0};
  return {dispatch_figure(mpi, prepared, folder, repetition.times),
          commit_figure(prepared, folder, repetition.times, store::Durability::process_death),
          commit_figure(prepared, folder, repetition.times, store::Durability::power_loss),
          checksum_figure(prepared, folder.file("0.h5"), repetition),
          verify_figure(prepared, folder.file("0.h5"), repetition)};
}

}  // namespace flowsweep::cli
