#include "risk/regression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/lane_array.hpp"
#include "model/prepared_attention.hpp"

namespace flowsweep::risk {
namespace {

void require(bool condition, const std::string& constraint) {
  if (!condition) throw InputError("risk of in-context regression", constraint);
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

void check(const model::AttentionShape& shape, const model::Prompts& prompts) {
  require(prompts.demonstrations >= 1 && prompts.queries >= 1,
          "a prompt needs at least one demonstration and one query token");
  require(prompts.dimension >= 1 && prompts.dimension == shape.input,
          "the dimension of the tokens must be the input dimension of the attention, at least 1");
  require(!prompts.tokens.empty(), "there must be at least one prompt");
  require(prompts.tokens.size() % prompts.tokens_of_one() == 0,
          "the number of token entries must be a multiple of (N + T) d_i");
  require(prompts.targets.size() == prompts.count(), "there must be a target for each prompt");
  require(all_finite(prompts.tokens) && all_finite(prompts.targets), "tokens and targets must be finite");
}

const model::Prompts& checked(const model::AttentionShape& shape, const model::Prompts& prompts) {
  check(shape, prompts);
  return prompts;
}

model::PreparedAttention prepared(const model::AttentionShape& shape, const model::Prompts& prompts) {
  try {
    return {shape, prompts.demonstrations, prompts.queries};
  } catch (const std::invalid_argument& error) {
    throw InputError("risk of in-context regression", error.what());
  }
}

/// Prompts in blocks of `lanes`: [N + T][d_i][lanes], and [lanes] targets. Lanes beyond the last prompt are
/// 0.
class PackedPrompts {
 public:
  PackedPrompts(const model::Prompts& prompts, int lanes)
      : lanes_(static_cast<std::size_t>(lanes)),
        entries_(prompts.tokens_of_one()),
        count_(prompts.count()),
        tokens_(blocks() * lanes_ * entries_),
        targets_(blocks() * lanes_) {
    for (std::size_t p = 0; p < count_; ++p) {
      double* const block = tokens_.get() + (p / lanes_) * lanes_ * entries_ + p % lanes_;
      for (std::size_t k = 0; k < entries_; ++k) block[k * lanes_] = prompts.tokens[p * entries_ + k];
    }
    std::copy(prompts.targets.begin(), prompts.targets.end(), targets_.get());
  }
  std::size_t count() const { return count_; }
  std::size_t lanes() const { return lanes_; }
  std::size_t blocks() const { return (count_ + lanes_ - 1) / lanes_; }
  std::size_t used_lanes(std::size_t block) const { return std::min(lanes_, count_ - block * lanes_); }
  const double* tokens(std::size_t block) const { return tokens_.get() + block * lanes_ * entries_; }
  const double* targets(std::size_t block) const { return targets_.get() + block * lanes_; }
  std::size_t bytes() const { return tokens_.bytes() + targets_.bytes(); }

 private:
  std::size_t lanes_, entries_, count_;
  LaneArray<double> tokens_, targets_;
};

/// Number of blocks below which a sum over blocks is a plain loop; above it is pairwise.
constexpr std::size_t tile_blocks = 32;
constexpr std::size_t most_lanes = 8;

std::size_t pairwise_levels(std::size_t blocks) {
  std::size_t levels = 1;
  for (; blocks > tile_blocks; blocks -= blocks / 2) ++levels;
  return levels;
}

/// Sum of [count][lanes] over the lanes, halves added pairwise; destroys its input.
void fold(double* values, std::size_t count, std::size_t lanes, double* folded) {
  for (std::size_t i = 0; i < count; ++i, values += lanes) {
    for (std::size_t width = lanes / 2; width > 0; width /= 2)
      for (std::size_t lane = 0; lane < width; ++lane) values[lane] += values[lane + width];
    folded[i] = values[0];
  }
}

}  // namespace

class RegressionRisk::Evaluator {
 public:
  Evaluator(const model::AttentionShape& shape, const model::Prompts& prompts)
      : attention_(prepared(shape, checked(shape, prompts))),
        form_(attention_.form()),
        kernel_(model::active_attention_kernel()),
        prompts_(prompts, kernel_.lanes),
        workspace_(static_cast<std::size_t>(kernel_.workspace_vectors(form_)) * prompts_.lanes()),
        lane_sums_((attention_.size() + 1) * prompts_.lanes()),
        weights_(attention_.size()),
        sums_((attention_.size() + 1) * pairwise_levels(prompts_.blocks())) {}

  std::size_t size() const { return attention_.weight_count(); }

  std::size_t bytes() const {
    return prompts_.bytes() + workspace_.bytes() + lane_sums_.bytes() +
           (weights_.size() + sums_.size()) * sizeof(double);
  }

  double value(std::span<const double> theta) {
    if (!all_finite(theta)) return std::numeric_limits<double>::quiet_NaN();
    return sum(theta, false) / static_cast<double>(prompts_.count());
  }

  double gradient(std::span<const double> theta, std::span<double> gradient) {
    // ReLU and the choice of negatives can hide a weight that is not finite.
    if (!all_finite(theta)) {
      std::fill(gradient.begin(), gradient.end(), std::numeric_limits<double>::quiet_NaN());
      return std::numeric_limits<double>::quiet_NaN();
    }
    const auto count = static_cast<double>(prompts_.count());
    const double risk = sum(theta, true) / count;
    const std::span<double> prepared_gradient = std::span(sums_).first(attention_.size());
    for (double& entry : prepared_gradient) entry *= 2 / count;
    attention_.pull_back(theta, prepared_gradient, gradient);
    return risk;
  }

 private:
  /// Fills the first row of sums_: with `gradient` half the gradient with respect to the prepared weights of
  /// the sum of squared errors, and this sum, which is returned.
  double sum(std::span<const double> theta, bool gradient) {
    attention_.prepare(theta, weights_);
    sum_blocks(0, prompts_.blocks(), 0, gradient);
    return sums_[attention_.size()];
  }

  /// Pairwise sum over blocks [first, last) into row `level` of sums_.
  void sum_blocks(std::size_t first, std::size_t last, std::size_t level, bool gradient) {
    const std::size_t width = attention_.size() + 1;
    double* row = sums_.data() + level * width;
    if (last - first <= tile_blocks) {
      std::fill_n(lane_sums_.get(), width * prompts_.lanes(), 0.0);
      for (std::size_t block = first; block < last; ++block) add_block(block, gradient);
      fold(lane_sums_.get(), width, prompts_.lanes(), row);
      return;
    }
    const std::size_t middle = first + (last - first) / 2;
    sum_blocks(first, middle, level, gradient);
    sum_blocks(middle, last, level + 1, gradient);
    for (std::size_t i = 0; i < width; ++i) row[i] += row[width + i];
  }

  void add_block(std::size_t index, bool gradient) {
    alignas(64) double residual[most_lanes] = {};
    double* const squares = lane_sums_.get() + attention_.size() * prompts_.lanes();
    const model::AttentionBlock block{weights_.data(), prompts_.tokens(index), workspace_.get()};
    kernel_.forward(form_, block, residual);
    const double* const targets = prompts_.targets(index);
    const std::size_t used = prompts_.used_lanes(index);
    for (std::size_t lane = 0; lane < prompts_.lanes(); ++lane) {
      residual[lane] = lane < used ? residual[lane] - targets[lane] : 0;
      squares[lane] += residual[lane] * residual[lane];
    }
    if (gradient) kernel_.backward(form_, block, residual, lane_sums_.get());
  }

  model::PreparedAttention attention_;
  model::AttentionForm form_;
  model::AttentionKernel kernel_;
  PackedPrompts prompts_;
  LaneArray<double> workspace_, lane_sums_;
  std::vector<double> weights_, sums_;
};

RegressionRisk::RegressionRisk(const model::AttentionShape& shape, const model::Prompts& prompts)
    : evaluator_(std::make_unique<Evaluator>(shape, prompts)) {}

RegressionRisk::~RegressionRisk() = default;

std::size_t RegressionRisk::size() const {
  return evaluator_->size();
}

double RegressionRisk::gradient(std::span<const double> theta, std::span<double> gradient) {
  return evaluator_->gradient(theta, gradient);
}

double RegressionRisk::value(std::span<const double> theta) {
  return evaluator_->value(theta);
}

std::size_t RegressionRisk::allocated_bytes() const {
  return evaluator_->bytes();
}

}  // namespace flowsweep::risk
