#include "token_points.hpp"

#include "points.hpp"
#include "theory/token_check.hpp"

namespace flowsweep::test {

sweep::Sweep token_sweep(const std::string& axes) {
  return sweep_of_model("softmax-attention", "", "task = tokens\n" + axes);
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
