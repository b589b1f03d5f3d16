#include <fmt/format.h>

#include "cli/bench_cases.hpp"
#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"

namespace flowsweep::cli {
namespace {

struct FlowCase {
  std::string key, start;
  int dimension;
  std::string context, axis;  // axis: the start's line in [axes]
  Repetition repetition;
};

Figure flow_figure(const FlowCase& flow) {
  Figure figure{flow.key,
                "exact flow, gaussian, " + flow.start,
                fmt::format("d={}, T={}", flow.dimension, flow.context),
                "ms",
                0,
                0,
                0,
                0,
                {}};
  const sweep::Point point =
      bench_sweep(fmt::format("dimension = {}\ncontext = {}\n{}", flow.dimension, flow.context, flow.axis))
          .grid.point(0);
  record::RunRecord run;
  const auto work = [&] { run = experiment::run_point(point, {}); };
  const double growth = peak_growth(work);
  time_work(figure, flow.repetition, 1e3, work);
  figure.counts = {{"parameters", static_cast<double>(run.weights.size())},
                   {"converged", run.status == record::Status::converged ? 1 : 0},
                   {"steps", static_cast<double>(run.steps)},
                   {"evaluations", static_cast<double>(run.evaluations)},
                   {"products", static_cast<double>(run.products)},
                   {"peak_growth_bytes", growth}};
  return figure;
}

}  // namespace

sweep::Sweep bench_sweep(const std::string& axes, const std::string& law) {
  const std::string text =
      "name = bench\nmodel = linear-attention\n[axes]\ndistribution = " + law + "\n" + axes + "\n";
  return sweep::parse_sweep(text, "bench", {}, experiment::vocabulary());
}

std::vector<Figure> bench_flows(bool quick) {
  const Repetition many{quick ? 3 : 31, 0}, few{quick ? 1 : 5, 0};
  const int large = quick ? 8 : 64;
  const std::string diagonal = "init = 0.1:0.1", dense = "dense = 0.1",
                    all_blocks = "blocks = all\ndense = 0.1";
  std::vector<Figure> figures = {
      flow_figure({"exact_flow", "a0=b0=0.1", 5, "100", diagonal, many}),
      flow_figure({"exact_flow_long_context", "a0=b0=0.1", 5, "1000000", diagonal, many}),
      flow_figure({"exact_flow_large_diagonal", "a0=b0=0.1", large, "100", diagonal, few}),
      flow_figure({"exact_flow_large_dense", "dense start, sd 0.1", large, "100", dense, few}),
      flow_figure({"all_blocks_flow_d5", "all blocks, dense start, sd 0.1", 5, "100", all_blocks, few}),
      flow_figure({"all_blocks_flow_d16", "all blocks, dense start, sd 0.1", quick ? 6 : 16, "100",
                   all_blocks, few})};
  const Figure& base = figures[0];
  Figure& longer = figures[1];
  longer.counts.emplace_back("evaluations_ratio", longer.count("evaluations") / base.count("evaluations"));
  longer.counts.emplace_back("time_ratio", longer.median / base.median);
  return figures;
}

}  // namespace flowsweep::cli
