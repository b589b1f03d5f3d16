#include "points.hpp"

#include <limits>
#include <stdexcept>

#include "experiment/linear_attention_observer.hpp"
#include "experiment/parameters.hpp"

namespace flowsweep::test {

sweep::Sweep sweep_of(const std::string& top, const std::string& axes, const std::string& flow,
                      const std::string& empirical) {
  return sweep_of_model("linear-attention", top, axes, flow, empirical);
}

sweep::Sweep sweep_of_model(const std::string& model, const std::string& top, const std::string& axes,
                            const std::string& flow, const std::string& empirical) {
  std::string text = "name = test\nmodel = " + model + "\n" + top + "\n[axes]\n" + axes + "\n";
  if (!flow.empty()) text += "[flow]\n" + flow + "\n";
  if (!empirical.empty()) text += "[empirical]\n" + empirical + "\n";
  return sweep::parse_sweep(text, "test.ini", {}, experiment::vocabulary());
}

sweep::Sweep causal_sweep_of(const std::string& axes, const std::string& flow, const std::string& empirical) {
  return sweep_of_model("causal-attention", "", axes, flow, empirical);
}

sweep::Point only_point(const sweep::Sweep& sweep) {
  if (sweep.grid.size() != 1)
    throw std::logic_error("not one point but " + std::to_string(sweep.grid.size()));
  return sweep.grid.point(0);
}

record::RunRecord run(const sweep::Point& point, const std::string& theorem,
                      const experiment::Options& options) {
  const theory::Theorem* const theorems[] = {theory::find_theorem(theorem)};
  return experiment::run_point(point, theorems, options);
}

double final_value(const record::RunRecord& run, const std::string& observable) {
  const auto& all = experiment::linear_attention_observables();
  for (std::size_t k = 0; k < all.size(); ++k)
    if (all[k].name == observable && !run.finals.empty()) return run.finals.at(k);
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace flowsweep::test
