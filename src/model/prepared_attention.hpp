#pragma once
#include <span>
#include <vector>

#include "model/attention_kernel.hpp"
#include "model/attention_shape.hpp"

namespace flowsweep::model {

/// Softmax attention as the kernels take it, for prompts of N and T tokens: `form`, and the map between the
/// flat weights and the prepared ones. Prepared weights of a layer: first U, with which the scores are
/// key_i . U token_j: W_Q / sqrt(d_o) where keys are mapped (then W_K follows, and A_1, A_2 of g2), else
/// W_K^T W_Q / sqrt(d_o), keys being tokens; then W_V, and A_1, A_2 of g1. Last W_1, b_1, W_2, b_2.
class PreparedAttention {
 public:
  /// Throws std::invalid_argument for a shape that is none, N < 1 or T < 1.
  PreparedAttention(const AttentionShape& shape, int demonstrations, int queries);

  AttentionForm form() const;
  std::size_t weight_count() const { return layout_.size; }  ///< of the flat weights
  std::size_t size() const { return size_; }                 ///< of the prepared weights

  void prepare(std::span<const double> weights, std::span<double> prepared) const;

  /// The gradient with respect to the flat weights from that with respect to the prepared ones.
  void pull_back(std::span<const double> weights, std::span<const double> prepared_gradient,
                 std::span<double> gradient) const;

 private:
  /// Weights that are copied: `length` numbers.
  struct Copy {
    std::size_t from, to, length;
  };

  void place_layer(const AttentionLayerLayout& source, bool last);
  long place(std::size_t from, int rows, int columns);
  void place_maps(TokenMap map, const std::size_t (&from)[2], long (&to)[2]);

  AttentionShape shape_;
  AttentionLayout layout_;
  int demonstrations_, queries_;
  std::size_t size_ = 0;
  std::vector<KernelLayer> layers_;
  std::vector<Copy> copies_;
  long inner_, inner_bias_, outer_, outer_bias_;
};

/// The kernel of active_instruction_set().
AttentionKernel active_attention_kernel();

}  // namespace flowsweep::model
