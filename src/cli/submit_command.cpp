#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <numeric>
#include <thread>

#include "cli/allocation.hpp"
#include "cli/batch_script.hpp"
#include "cli/commands.hpp"
#include "cli/prepared_store.hpp"
#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "cli/requested_sweep.hpp"
#include "cli/sbatch.hpp"
#include "cli/script_file.hpp"
#include "cli/size_text.hpp"
#include "cli/slurm_time.hpp"
#include "cli/sweep_estimate.hpp"
#include "core/counted.hpp"
#include "store/point_text.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::int64_t most_nodes = 100'000, most_tasks_per_node = 10'000, most_tasks = 100'000;

/// What is submitted, with what the user asked for.
struct Submission {
  const Arguments& arguments;
  sweep::Sweep sweep;
  std::string store;
  std::int64_t shards;  ///< tasks of the array; 0: a single job
  SweepEstimate estimate;
};

[[noreturn]] void refuse_array(const Submission& submission, const std::string& constraint) {
  throw InputError({"command line", 0}, "--array", std::to_string(submission.shards), constraint);
}

void check_store(const Submission& submission) {
  if (!std::filesystem::exists(submission.store)) {
    if (submission.estimate.free_bytes < submission.estimate.store_bytes)
      throw InputError(submission.store, fmt::format("needs {}, and {} are free there",
                                                     size_text(submission.estimate.store_bytes),
                                                     size_text(submission.estimate.free_bytes)));
    return;
  }
  if (submission.shards > 0)
    throw InputError(submission.store,
                     "exists: an array starts from nothing and makes this store in the end; give another "
                     "one, and `flowsweep merge` both when it is done");
  store::Reader reader(submission.store);
  check_continues(reader, submission.sweep, submission.store);
}

// A shard without points would make no store, and the merge would never start.
std::vector<double> costs_of_largest_shard(const Submission& submission) {
  const auto shards = static_cast<std::uint64_t>(submission.shards);
  std::vector<std::vector<double>> costs(shards);
  for (std::size_t row = 0; row < submission.sweep.grid.size(); ++row)
    costs[submission.sweep.grid.id(row) % shards].push_back(submission.estimate.costs[row]);
  const auto empty = std::ranges::find_if(costs, &std::vector<double>::empty);
  if (empty != costs.end())
    refuse_array(submission, fmt::format("leaves shard {} of {} without points; the sweep has {}",
                                         empty - costs.begin() + 1, shards, submission.sweep.grid.size()));
  const auto sum = [](const std::vector<double>& shard) {
    return std::accumulate(shard.begin(), shard.end(), 0.0);
  };
  return std::move(*std::ranges::max_element(costs, {}, sum));
}

Submission requested(const Arguments& arguments) {
  sweep::Sweep sweep = requested_sweep(arguments);
  std::string store = never_an_option(arguments.text("output", sweep.name + ".h5"));
  const std::int64_t shards = arguments.integer("array", 2, most_tasks).value_or(0);
  SweepEstimate found = estimate(sweep, wanted_theorems(sweep, {}), store);
  Submission submission{arguments, std::move(sweep), std::move(store), shards, std::move(found)};
  if (submission.sweep.grid.size() == 0)
    throw InputError(arguments.text("SWEEP"), empty_shard_text(submission.sweep));
  if (shards > 0 && !submission.sweep.shard.whole())
    refuse_array(submission, "splits a sweep that is a shard itself");
  check_store(submission);
  return submission;
}

Allocation allocation_of(const Submission& submission) {
  const Arguments& arguments = submission.arguments;
  AllocationWishes wishes;
  wishes.nodes = arguments.integer("nodes", 1, most_nodes);
  wishes.tasks_per_node = arguments.integer("ntasks-per-node", 1, most_tasks_per_node);
  if (arguments.given("time")) wishes.seconds = parse_slurm_time(arguments.text("time"), "--time");
  wishes.cores = std::max(1U, std::thread::hardware_concurrency());
  return allocate(submission.shards > 0 ? costs_of_largest_shard(submission) : submission.estimate.costs,
                  submission.estimate.memory_bytes, wishes);
}

void set_partition(const Arguments& arguments, BatchScript& script) {
  if (!arguments.given("partition")) return;
  const std::string partition = arguments.text("partition");
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == ',';
  };
  if (!std::ranges::all_of(partition, allowed))
    throw InputError({"command line", 0}, "--partition", store::quoted(partition),
                     "must consist of letters, digits, _, -, . and, between several partitions, commas");
  script.set_directive("partition", partition);
}

BatchScript script_of(std::string_view name, const Submission& submission, const Allocation& allocation) {
  BatchScript script(name);
  script.set_directive("time", slurm_time_text(allocation.seconds));
  script.set_directive("mem-per-cpu", fmt::format("{}M", allocation.memory_megabytes));
  set_partition(submission.arguments, script);
  script.set_variable("program", std::filesystem::read_symlink("/proc/self/exe").string());
  script.set_variable("store", submission.store);
  if (submission.shards > 0) script.set_variable("shards", std::to_string(submission.shards));
  return script;
}

BatchScript run_script(const Submission& submission, const Allocation& allocation) {
  const bool array = submission.shards > 0;
  BatchScript script = script_of(array ? "flowsweep-array" : "flowsweep", submission, allocation);
  script.set_directive("job-name", job_name(submission.sweep.name));
  script.set_directive("nodes", std::to_string(allocation.nodes));
  script.set_directive("ntasks-per-node", std::to_string(allocation.tasks_per_node));
  script.set_directive("signal", fmt::format("B:USR1@{}", allocation.warning));
  if (array) script.set_directive("array", fmt::format("1-{}", submission.shards));
  script.set_variable("sweep", never_an_option(submission.arguments.text("SWEEP")));
  std::vector<std::string> options;
  for (const std::string& setting : submission.arguments.list("set"))
    options.insert(options.end(), {"--set", setting});
  script.set_list("options", options);
  return script;
}

BatchScript merge_script(const Submission& submission) {
  const Allocation allocation =
      allocate_merge(submission.estimate.store_bytes, submission.estimate.memory_bytes);
  BatchScript script = script_of("flowsweep-merge", submission, allocation);
  script.set_directive("job-name", job_name(submission.sweep.name + "-merge"));
  return script;
}

void report_estimate(const Submission& submission, const Allocation& allocation) {
  report("{}: {}, store {}; {} on {}{}; time limit of one start {}\n", submission.sweep.name,
         counted(submission.sweep.grid.size(), "point"), size_text(submission.estimate.store_bytes),
         duration_text(allocation.makespan), counted(static_cast<std::size_t>(allocation.ranks()), "rank"),
         submission.shards > 0 ? " for the largest shard" : "", slurm_time_text(allocation.seconds));
}

void print_how_to_follow(const Submission& submission, const std::string& job) {
  const std::string log =
      fmt::format("{}-{}.log", job_name(submission.sweep.name), job + (submission.shards > 0 ? "_1" : ""));
  fmt::print(
      "  waiting or running?  squeue --job={0}\n"
      "  all about it         scontrol show job {0}\n"
      "  points done          flowsweep status {1}\n"
      "  its log              tail -f {2}\n"
      "  end it               scancel {0}\n",
      job, store::quoted(submission.store + (submission.shards > 0 ? ".shard-1" : "")), log);
}

ExitCode submit_single(const Submission& submission, const Allocation& allocation) {
  ScriptFile file(submission.store + ".sbatch", run_script(submission, allocation).text());
  const std::string job = submit_script({file.path()});
  file.keep();
  fmt::print("submitted {} as job {}\n", file.path(), job);
  print_how_to_follow(submission, job);
  return ExitCode::success;
}

ExitCode submit_array(const Submission& submission, const Allocation& allocation) {
  ScriptFile array(submission.store + ".sbatch", run_script(submission, allocation).text());
  ScriptFile merge(submission.store + ".merge.sbatch", merge_script(submission).text());
  const std::string job = submit_script({array.path()});
  array.keep();
  merge.keep();
  fmt::print("submitted {} as job {}, {} tasks\n", array.path(), job, submission.shards);
  print_how_to_follow(submission, job);
  std::fflush(stdout);
  const std::string merging =
      submit_script({"--dependency=afterok:" + job, "--kill-on-invalid-dep=yes", merge.path()});
  fmt::print("submitted {} as job {}: it makes {} when all tasks of job {} are done\n", merge.path(), merging,
             submission.store, job);
  return ExitCode::success;
}

ExitCode run(const Arguments& arguments) {
  const Submission submission = requested(arguments);
  const Allocation allocation = allocation_of(submission);
  report_estimate(submission, allocation);
  std::string scripts = run_script(submission, allocation).text();
  if (submission.shards > 0)
    scripts += fmt::format("\n# ---- {}.merge.sbatch, submitted with --dependency=afterok:NUMBER\n{}",
                           submission.store, merge_script(submission).text());
  if (arguments.given("dry-run")) return fmt::print("{}", scripts), ExitCode::success;
  report("{}\n", scripts);
  return submission.shards > 0 ? submit_array(submission, allocation) : submit_single(submission, allocation);
}

}  // namespace

const Command& submit_command() {
  static const Command command = {
      "submit",
      "Submit a sweep to Slurm as a job that runs until its store is complete.",
      "Writes a batch script from what `plan` predicts, shows it, keeps it as STORE.sbatch, submits it "
      "with sbatch and prints the job's number and how to follow it. The job runs in the present folder. "
      "Shortly before its time limit it stops, queues itself again and goes on, until every point has a "
      "row; docs/slurm.md has more. Without wishes it asks for one node, with as many ranks as bring the "
      "predicted time down to ten minutes, at most one a core of this machine; with --nodes for one a "
      "core. What sbatch reads from its environment counts as ever, for example SBATCH_ACCOUNT.\n"
      "With --array the sweep is split into shards, one a task of a job array, each with that many nodes "
      "and ranks and a store STORE.shard-I; a further job, STORE.merge.sbatch, then merges them into "
      "STORE.\n"
      "Exit code 0: submitted, or with --dry-run shown; 2: bad input, or no sbatch, or sbatch refused: "
      "nothing was submitted, except that a refused merge leaves its array running.",
      {{"SWEEP", "Sweep file."}},
      {{"output", 'o', "STORE",
        "Store to create, resume or extend; without it NAME.h5 in the present folder, NAME being the "
        "sweep's."},
       {"set", 0, "S.K=V", "Replace or add the key K of section S of the sweep file.", true},
       {"nodes", 0, "N", "Nodes of a job."},
       {"ntasks-per-node", 0, "M", "Ranks on each node."},
       {"time", 0, "T",
        "Time limit of one start, as Slurm writes it: minutes, H:MM:SS, D-HH:MM:SS, ..; without it three "
        "times what is predicted and five minutes, from ten minutes to a day."},
       {"partition", 0, "P", "Partition, or several with commas between them."},
       {"array", 0, "N", "Split the sweep into N shards, one a task of a job array."},
       {"dry-run", 0, "", "Print the script, write and submit nothing."}},
      run};
  return command;
}

}  // namespace flowsweep::cli
