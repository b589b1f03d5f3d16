#pragma once
#include <Eigen/Core>
#include <cmath>
#include <random>
#include <vector>

#include "core/instruction_set.hpp"
#include "model/linear_attention.hpp"
#include "risk/empirical.hpp"

namespace flowsweep::test {

/// Lowers the active instruction set for the life of the object.
class UseInstructionSet {
 public:
  explicit UseInstructionSet(InstructionSet set) : before_(active_instruction_set()) {
    set_active_instruction_set(set);
  }
  ~UseInstructionSet() { set_active_instruction_set(before_); }

 private:
  InstructionSet before_;
};

inline std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets;
  for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512})
    if (set <= detected_instruction_set()) sets.push_back(set);
  return sets;
}

/// Random sequences and weights.
struct Sample {
  int dimension, context;
  std::vector<double> initial, phase, theta;
  risk::Sequences sequences() const { return {dimension, context, initial, phase}; }
};

inline Sample random_sample(int d, int T, int N, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> angle(-3.14159, 3.14159);
  Sample sample{d, T, {}, {}, {}};
  for (int k = 0; k < N * d; ++k) {
    sample.initial.push_back(normal(generator));
    sample.phase.push_back(angle(generator));
  }
  for (std::size_t k = 0; k < model::weight_count(d); ++k) sample.theta.push_back(0.3 * normal(generator));
  return sample;
}

/// x_1..x_T of sequence n with phases reduced in long double.
inline Eigen::MatrixXcd states(const Sample& sample, int n) {
  constexpr long double turn = 6.283185307179586476925286766559005768L;
  const int d = sample.dimension;
  Eigen::MatrixXcd x(d, sample.context);
  for (int t = 0; t < sample.context; ++t)
    for (int j = 0; j < d; ++j) {
      const long double angle = std::fmod(static_cast<long double>(sample.phase[n * d + j]) * t, turn);
      x(j, t) = std::polar(1.0, static_cast<double>(angle)) * sample.initial[n * d + j];
    }
  return x;
}

}  // namespace flowsweep::test
