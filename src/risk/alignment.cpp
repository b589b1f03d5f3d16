#include "risk/alignment.hpp"

#include "model/linear_attention.hpp"
#include "risk/index_tuples.hpp"
#include "risk/token_charges.hpp"

namespace flowsweep::risk {

Alignment::Alignment(const distribution::Law& law, const ContextSums& sums) : energy_(0) {
  const int d = law.dimension();
  const auto size = static_cast<std::size_t>(d);
  for (int j = 0; j < d; ++j)
    energy_ += 0.5 * sums.h0 * law.moment(std::vector<distribution::Factor>{{j, 2}});
  for (const LinearCharge& charge : linear_charges()) {
    const auto& [row, k, l, m] = charge.pattern;
    for_different_indices(d, blocks(charge.pattern), [&](std::span<const int> index) {
      const double moment = pattern_moment(law, charge.pattern, index);
      if (moment == 0) return;
      const std::size_t column = charge.term.value * size + index[k];
      const std::size_t key = charge.term.key * size + index[l], query = charge.term.query * size + index[m];
      entries_.push_back({model::p_index(size, index[row], column) / 2, model::q_index(size, key, query) / 2,
                          moment * linear_value(charge.count, sums)});
    });
  }
}

double Alignment::subtract_gradient(std::span<const double> theta, std::span<double> gradient) const {
  double total = 0;
  for (const Entry& entry : entries_) total += entry.coefficient * theta[entry.value] * theta[entry.query];
  subtract_product(theta, gradient);
  return total;
}

void Alignment::subtract_product(std::span<const double> direction, std::span<double> product) const {
  for (const Entry& entry : entries_) {
    product[entry.value] -= entry.coefficient * direction[entry.query];
    product[entry.query] -= entry.coefficient * direction[entry.value];
  }
}

}  // namespace flowsweep::risk
