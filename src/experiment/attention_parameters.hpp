#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "experiment/use_rules.hpp"
#include "sweep/parameter.hpp"

namespace flowsweep::experiment {

/// What the models of softmax attention on prompts are called.
inline const std::vector<std::string> attention_models = {"softmax-attention", "transformer-layer",
                                                          "multilayer-attention"};

/// The task and the law of its vector.
void declare_task(std::vector<sweep::ParameterDeclaration>& all);

/// Shapes, modifications and prompts of softmax attention, and what its theorems draw.
void declare_attention(std::vector<sweep::ParameterDeclaration>& all);

/// Sets the rules of the keys declared here.
void add_attention_rules(const std::vector<sweep::ParameterDeclaration>& all, std::vector<Rule>& rules);

/// A constraint that bounds cannot express and that a point of softmax attention breaks: the parameter's
/// position, and the constraint; an empty one if all is well.
std::pair<std::size_t, std::string> attention_fault(const std::vector<sweep::ParameterDeclaration>& all,
                                                    std::span<const sweep::Value> values);

}  // namespace flowsweep::experiment
