#pragma once
#include "risk/empirical.hpp"

namespace flowsweep::risk {

/// The sequences are cut into so many runs of consecutive ones, or as many as there are.
inline constexpr std::size_t gradient_batches = 64;

/// How clearly a sample says that theta is no stationary point of the risk of its law: the largest modulus of
/// corrected_t() over the 12 d^2 components of the gradient, each from the gradients of the batches. A batch
/// gradient counts as 0 below 1e-12 of the largest component at 2 theta, where nothing cancels. With a mask
/// the entries that it holds have none. Costs two evaluations of EmpiricalRisk. Throws InputError as it does.
double gradient_evidence(const Sequences& sequences, std::span<const double> theta, bool diagonal_mask);

}  // namespace flowsweep::risk
