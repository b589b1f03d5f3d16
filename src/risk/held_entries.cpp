#include "risk/held_entries.hpp"

#include <utility>

#include "model/linear_attention.hpp"

namespace flowsweep::risk {

HeldEntries::HeldEntries(std::unique_ptr<Differentiable> risk, std::vector<double> start,
                         std::vector<std::size_t> held)
    : risk_(std::move(risk)), start_(std::move(start)), held_(std::move(held)) {}

// A copy of `vector` whose held entries are `factor` times those of the start.
std::vector<double> HeldEntries::with(std::span<const double> vector, double factor) const {
  std::vector<double> copy(vector.begin(), vector.end());
  for (const std::size_t k : held_) copy[k] = factor * start_[k];
  return copy;
}

double HeldEntries::gradient(std::span<const double> theta, std::span<double> gradient) {
  const double risk = risk_->gradient(with(theta, 1), gradient);
  for (const std::size_t k : held_) gradient[k] = 0;
  return risk;
}

double HeldEntries::gradient_rounding(std::span<const double> theta) const {
  return risk_->gradient_rounding(with(theta, 1));
}

void HeldEntries::hessian_product(std::span<const double> theta, std::span<const double> direction,
                                  std::span<double> product) {
  risk_->hessian_product(with(theta, 1), with(direction, 0), product);
  for (const std::size_t k : held_) product[k] = 0;
}

std::vector<std::size_t> off_diagonal_entries(std::size_t dimension) {
  std::vector<std::size_t> entries;
  for (std::size_t k = 0; k < 2 * dimension * dimension; ++k) {
    const std::size_t entry = k % (dimension * dimension);
    if (entry / dimension != entry % dimension) entries.push_back(k);
  }
  return entries;
}

std::vector<std::size_t> full_off_diagonal_entries(std::size_t dimension) {
  std::vector<std::size_t> entries;
  for (const auto index : {model::p1_index, model::q21_index})
    for (std::size_t i = 0; i < dimension; ++i)
      for (std::size_t j = 0; j < dimension; ++j)
        if (i != j) entries.push_back(index(dimension, i, j) / 2);
  return entries;
}

std::vector<std::size_t> other_block_entries(std::size_t dimension) {
  std::vector<std::size_t> entries;
  for (const auto index : {model::p2_index, model::q11_index, model::q12_index, model::q22_index})
    for (std::size_t i = 0; i < dimension; ++i)
      for (std::size_t j = 0; j < dimension; ++j)
        for (const std::size_t part : {0, 1}) entries.push_back(index(dimension, i, j) + part);
  return entries;
}

}  // namespace flowsweep::risk
