#include "risk/moment_list.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace flowsweep::risk {

using distribution::Factor;
using distribution::Law;

namespace {

int distinct_indices(std::string_view pattern) {
  return std::ranges::max(pattern) - '0' + 1;
}

// result = X^T Y, d x d row-major.
void transposed_product(std::size_t d, const double* x, const double* y, std::vector<double>& result) {
  result.assign(d * d, 0.0);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t k = 0; k < d; ++k)
      for (std::size_t l = 0; l < d; ++l) result[k * d + l] += x[i * d + k] * y[i * d + l];
}

// result += X N
void add_product(std::size_t d, const double* x, const std::vector<double>& n, double* result) {
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t k = 0; k < d; ++k)
      for (std::size_t l = 0; l < d; ++l) result[i * d + l] += x[i * d + k] * n[k * d + l];
}

}  // namespace

// Finds the terms: for each pair (k, k') and pattern every choice of the other distinct indices.
class MomentListBuilder {
 public:
  MomentListBuilder(const Law& law, const ContextSums& sums, MomentList& list)
      : law_(law), sums_(sums), list_(list), dimension_(law.dimension()) {}

  void build() {
    for (int k = 0; k < dimension_; ++k)
      for (int other = k; other < dimension_; ++other) {
        const std::size_t begin = list_.terms_.size();
        for (const ChargePattern& entry : charge_patterns) add_pattern(entry, k, other);
        list_.pairs_.push_back(
            {static_cast<std::size_t>(k), static_cast<std::size_t>(other), begin, list_.terms_.size()});
      }
  }

  double moment(std::vector<Factor> factors) {
    // Coordinates below 512 and powers below 8: twelve bits a factor.
    std::ranges::sort(factors, {}, &Factor::coordinate);
    std::uint64_t key = 1;
    for (const Factor& factor : factors)
      key = key << 12 | static_cast<std::uint64_t>(factor.coordinate << 3 | factor.power);
    const auto [found, inserted] = moments_.try_emplace(key, 0.0);
    if (inserted) found->second = law_.moment(factors);
    return found->second;
  }

 private:
  void add_pattern(const ChargePattern& entry, int k, int other) {
    if ((entry.pattern[3] == '0') != (k == other)) return;
    pattern_ = entry.pattern;
    coefficient_ = value(entry.sum, sums_);
    index_.fill(-1);
    index_[0] = k;
    index_[pattern_[3] - '0'] = other;
    choose(0);
  }

  void choose(int digit) {
    if (digit == distinct_indices(pattern_)) return add_term();
    if (index_[digit] >= 0) return choose(digit + 1);
    for (int j = 0; j < dimension_; ++j) {
      if (std::ranges::find(index_, j) != index_.end()) continue;
      index_[digit] = j;
      choose(digit + 1);
    }
    index_[digit] = -1;
  }

  void add_term() {
    const auto entry = [&](int row, int column) {
      return static_cast<std::uint32_t>(index_[pattern_[row] - '0'] * dimension_ +
                                        index_[pattern_[column] - '0']);
    };
    const std::uint32_t first = entry(1, 2), second = entry(4, 5);
    const bool diagonal = pattern_[3] == '0';
    if (diagonal && first > second) return;
    std::vector<Factor> factors;
    for (int digit = 0; digit < distinct_indices(pattern_); ++digit)
      factors.push_back({index_[digit], static_cast<int>(std::ranges::count(pattern_, '0' + digit))});
    const double weight = (diagonal && first < second ? 2 : 1) * coefficient_ * moment(factors);
    if (weight != 0) list_.terms_.push_back({first, second, weight});
  }

  const Law& law_;
  const ContextSums& sums_;
  MomentList& list_;
  int dimension_;
  std::string_view pattern_;
  double coefficient_ = 0;
  std::array<int, 4> index_{};  // by the pattern's digits
  std::unordered_map<std::uint64_t, double> moments_;
};

MomentList::MomentList(const Law& law, const ContextSums& sums)
    : dimension_(static_cast<std::size_t>(law.dimension())), linear_(dimension_ * dimension_) {
  MomentListBuilder builder(law, sums, *this);
  builder.build();
  const int d = law.dimension();
  for (int i = 0; i < d; ++i) {
    constant_ += 0.5 * sums.h0 * builder.moment({{i, 2}});
    for (int l = 0; l < d; ++l)
      linear_[l * d + i] =
          l == i ? sums.h0 * builder.moment({{i, 4}}) : sums.h1 * builder.moment({{i, 3}, {l, 1}});
  }
}

// The linear term of the risk at (b, a), subtracted from value, and its derivatives.
void MomentList::add_linear(std::span<const double> b, std::span<const double> a,
                            std::span<double> b_gradient, std::span<double> a_gradient, double& value) const {
  const std::size_t d = dimension_;
  for (std::size_t l = 0; l < d; ++l)
    for (std::size_t i = 0; i < d; ++i) {
      const double c = linear_[l * d + i];
      value -= b[i * d + i] * c * a[l * d + i];
      b_gradient[i * d + i] -= c * a[l * d + i];
      a_gradient[l * d + i] -= c * b[i * d + i];
    }
}

double MomentList::gradient(std::span<const double> theta, std::span<double> gradient) {
  const std::size_t d = dimension_, square = d * d;
  const auto b = theta.first(square), a = theta.subspan(square);
  const auto b_gradient = gradient.first(square), a_gradient = gradient.subspan(square);
  std::ranges::fill(gradient, 0.0);
  transposed_product(d, b.data(), b.data(), gram_);
  sum_.assign(square, 0.0);
  double risk = constant_;
  for (const Pair& pair : pairs_) {
    const double g = (pair.k == pair.other ? 0.5 : 1.0) * gram_[pair.k * d + pair.other];
    double n = 0;
    for (std::size_t t = pair.begin; t < pair.end; ++t) {
      const auto [first, second, weight] = terms_[t];
      n += weight * a[first] * a[second];
      a_gradient[first] += g * weight * a[second];
      a_gradient[second] += g * weight * a[first];
    }
    sum_[pair.k * d + pair.other] = sum_[pair.other * d + pair.k] = n;
    risk += g * n;
  }
  add_product(d, b.data(), sum_, b_gradient.data());
  add_linear(b, a, b_gradient, a_gradient, risk);
  return risk;
}

void MomentList::hessian_product(std::span<const double> theta, std::span<const double> direction,
                                 std::span<double> product) {
  const std::size_t d = dimension_, square = d * d;
  const auto b = theta.first(square), a = theta.subspan(square);
  const auto beta = direction.first(square), alpha = direction.subspan(square);
  const auto b_product = product.first(square), a_product = product.subspan(square);
  std::ranges::fill(product, 0.0);
  transposed_product(d, b.data(), b.data(), gram_);
  transposed_product(d, beta.data(), b.data(), gram_change_);
  sum_.assign(square, 0.0);
  sum_change_.assign(square, 0.0);
  for (const Pair& pair : pairs_) {
    const std::size_t at = pair.k * d + pair.other, mirrored = pair.other * d + pair.k;
    const double share = pair.k == pair.other ? 0.5 : 1.0;
    const double g = share * gram_[at], change = share * (gram_change_[at] + gram_change_[mirrored]);
    for (std::size_t t = pair.begin; t < pair.end; ++t) {
      const auto [first, second, weight] = terms_[t];
      sum_[at] += weight * a[first] * a[second];
      sum_change_[at] += weight * (a[first] * alpha[second] + alpha[first] * a[second]);
      a_product[first] += weight * (change * a[second] + g * alpha[second]);
      a_product[second] += weight * (change * a[first] + g * alpha[first]);
    }
    sum_[mirrored] = sum_[at];
    sum_change_[mirrored] = sum_change_[at];
  }
  add_product(d, beta.data(), sum_, b_product.data());
  add_product(d, b.data(), sum_change_, b_product.data());
  double ignored = 0;
  add_linear(beta, alpha, b_product, a_product, ignored);
}

std::size_t moment_list_bytes(int dimension) {
  double terms = static_cast<double>(dimension) * dimension;
  for (const ChargePattern& entry : charge_patterns) {
    double choices = 0.5;  // of a term and its mirror image one is kept
    for (int k = 0; k < distinct_indices(entry.pattern); ++k) choices *= dimension - k;
    terms += choices;
  }
  return static_cast<std::size_t>(terms) * (2 * sizeof(std::uint32_t) + sizeof(double));
}

std::string too_long_moment_list(int dimension) {
  return "the moments of a law that is neither exchangeable nor independent may take " +
         std::to_string(moment_list_bytes(dimension) >> 20) + " MiB at d = " + std::to_string(dimension) +
         "; at most " + std::to_string(moment_list_limit >> 20) + " MiB are allowed";
}

}  // namespace flowsweep::risk
