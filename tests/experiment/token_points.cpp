#include "token_points.hpp"

#include "experiment/parameters.hpp"

namespace flowsweep::test {

sweep::Sweep token_sweep(const std::string& axes) {
  return sweep::parse_sweep("name = test\nmodel = softmax-attention\n[axes]\ntask = tokens\n" + axes,
                            "test.ini", {}, experiment::vocabulary());
}

theory::Theorem measured_by(const std::string& theorem, std::vector<double> (*measure)(const theory::Run&)) {
  theory::Theorem changed = *theory::find_theorem(theorem);
  changed.measure = measure;
  return changed;
}

theory::SampleGaps one_token_gaps(const theory::Run& run) {
  return theory::sample_gaps(
      run.tokens().population, static_cast<int>(run.point.integer("demonstrations")),
      static_cast<int>(run.point.integer("draws")), CounterRng(run.point.id(), Stream::token_samples),
      [](const dual::TokenPopulation& population, int count, CounterRng& rng) {
        return std::vector<int>(static_cast<std::size_t>(count), draw_tokens(population, 1, rng).front());
      });
}

}  // namespace flowsweep::test
