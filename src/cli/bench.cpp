#include "cli/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "cli/bench_cases.hpp"
#include "core/provenance.hpp"

namespace flowsweep::cli {
namespace {

using Json = nlohmann::ordered_json;
using Machine = std::vector<std::pair<std::string, std::string>>;

std::string processor_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(std::min(line.size(), line.find(':') + 2));
  return "unknown";
}

Machine machine() {
  const Provenance p = provenance();
  return {{"processor", processor_model()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"instruction_set", p.instruction_set},
          {"compiler", p.compiler},
          {"libraries", p.libraries},
          {"program_version", p.program_version},
          {"git_commit", p.git_commit}};
}

std::vector<Figure> measure(const schedule::Mpi& mpi, bool quick) {
  std::vector<Figure> figures;
  for (std::vector<Figure>& group :
       std::vector{bench_flows(quick), bench_population(quick), bench_empirical(quick),
                   bench_attention(quick), bench_store(mpi, quick), bench_checkpoints(quick)})
    figures.insert(figures.end(), group.begin(), group.end());
  return figures;
}

std::string counts_text(const Figure& figure) {
  std::string text;
  for (const auto& [name, value] : figure.counts)
    text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", name, value);
  return text;
}

void print_table(const Machine& here, const std::vector<Figure>& figures, std::ostream& out) {
  for (const auto& [name, value] : here) out << fmt::format("{}: {}\n", name, value);
  out << "Median of the repetitions, smallest to largest in brackets.\n\n";
  for (const Figure& figure : figures) {
    out << fmt::format("{}, {}\n", figure.what, figure.size);
    out << fmt::format("    {:.4g} {} [{:.4g} .. {:.4g}, {} times]\n", figure.median, figure.unit,
                       figure.smallest, figure.largest, figure.repetitions);
    if (!figure.counts.empty()) out << "    " << counts_text(figure) << "\n";
  }
}

void print_json(const Machine& here, const std::vector<Figure>& figures, std::ostream& out) {
  Json json = {{"machine", Json::object()}, {"measurements", Json::object()}};
  for (const auto& [name, value] : here) json["machine"][name] = value;
  for (const Figure& figure : figures) {
    Json counts = Json::object();
    for (const auto& [name, value] : figure.counts) counts[name] = value;
    json["measurements"][figure.key] = {{"what", figure.what},
                                        {"size", figure.size},
                                        {"unit", figure.unit},
                                        {"median", figure.median},
                                        {"smallest", figure.smallest},
                                        {"largest", figure.largest},
                                        {"repetitions", figure.repetitions},
                                        {"counts", counts}};
  }
  out << json.dump(2) << "\n";
}

}  // namespace

void bench(const schedule::Mpi& mpi, const BenchOptions& options, std::ostream& out) {
  const Machine here = machine();
  const std::vector<Figure> figures = measure(mpi, options.quick);
  options.json ? print_json(here, figures, out) : print_table(here, figures, out);
}

}  // namespace flowsweep::cli
