// write_sample_store STORE: writes the sample store of the tests, with the last row left uncommitted, and
// prints what a reader should find in it: "KEY VALUE" lines.
#include <cstdio>
#include <exception>

#include "sample.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

void write(const std::string& path) {
  const sweep::Grid grid = sample::grid();
  const Schema schema = sample::schema(grid);
  create(path, schema, grid, sample::metadata());
  RowWriter writer(path);
  for (std::size_t row = 0; row + 1 < grid.size(); ++row)
    writer.commit(row, sample::run(grid.id(row), schema, schema.weight_counts[row]));
  const record::RunRecord run = sample::run(grid.id(3), schema, schema.weight_counts[3]);
  const record::Verdict& verdict = run.verdicts[0];
  std::printf("points %zu\nid %llu\n", grid.size(), static_cast<unsigned long long>(grid.id(3)));
  std::printf("runs/status %d\nruns/attempts %d\n", static_cast<int>(run.status), run.attempts);
  std::printf("runs/steps %lld\nruns/evaluations %lld\nruns/products %lld\n",
              static_cast<long long>(run.steps), static_cast<long long>(run.evaluations),
              static_cast<long long>(run.products));
  std::printf("runs/wall_seconds %.17g\nruns/flow_time %.17g\n", run.wall_seconds, run.flow_time);
  std::printf("runs/largest_gradient_norm %.17g\n", run.largest_gradient_norm);
  std::printf("host %s\nmessage %s\n", run.host.c_str(), run.message.c_str());
  std::printf("finals/risk %.17g\nfinals/ab %.17g\nfinals/gradient_norm %.17g\n", run.finals[0],
              run.finals[1], run.finals[2]);
  std::printf("start/flow_time %.17g\nstart/risk %.17g\nstart/gradient_norm %.17g\n",
              run.trajectory.flow_time[0], run.trajectory.values[0], run.trajectory.values[2]);
  std::printf("measurements/mesa.limit/ab_end %.17g\n", run.measurements[0][0]);
  std::printf("verdicts/mesa.limit/verdict %d\n", static_cast<int>(verdict.kind));
  std::printf("verdicts/mesa.limit/predicted %.17g\nverdicts/mesa.limit/measured %.17g\n", verdict.predicted,
              verdict.measured);
  std::printf("verdicts/mesa.limit/tolerance %.17g\n", verdict.tolerance);
  std::printf("verdicts/mesa.limit/hypothesis_positive_start__a0__b0___0 %.17g\n",
              verdict.hypothesis_margins[0]);
  std::printf("verdicts/mesa.limit/hypothesis_vanishing_moments %.17g\n", verdict.hypothesis_margins[1]);
  std::printf("verdicts/mesa.limit/conclusion_limit_of_ab %.17g\n", verdict.conclusion_margins[0]);
  std::printf("verdicts/mesa.balance/conclusion_drift_2 %.17g\n", run.verdicts[1].conclusion_margins[1]);
  std::printf("first_weight %.17g\nweights %zu\n", run.weights[0], run.weights.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    write(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
