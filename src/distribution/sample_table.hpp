#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "distribution/law.hpp"

namespace flowsweep::distribution {

/// coefficient x prod_f v_{f.coordinate}^{f.power}, a term of a polynomial in v.
struct Monomial {
  double coefficient;
  std::vector<Factor> factors;
};

/// What the rows of a table say about the expectation of a function of v.
struct Estimate {
  double mean = 0;
  double deviation = 0;  ///< standard deviation of one row
  double heaviest = 0;   ///< share of the squared deviations that is one row's; 0 if there are none
};

/// n rows of v in R^d, taken as a sample. Estimates are computed once and kept: a table may be asked by
/// several threads.
class SampleTable {
 public:
  /// values[row][d], finite; at least two rows.
  SampleTable(std::string name, std::size_t columns, std::span<const double> values);

  const std::string& name() const { return name_; }
  std::size_t rows() const { return rows_; }
  int dimension() const { return static_cast<int>(columns_); }
  double value(std::size_t row, std::size_t column) const { return columns_values_[column * rows_ + row]; }

  /// Mean and spread over the rows of the sum of the terms.
  Estimate estimate(std::span<const Monomial> terms) const;

 private:
  void add(const Monomial& term, std::vector<double>& sums) const;

  std::string name_;
  std::size_t rows_, columns_;
  std::vector<double> columns_values_;  ///< [column][row]
  mutable std::mutex mutex_;
  mutable std::map<std::string, Estimate, std::less<>> known_;  ///< by the terms' bytes
};

/// v drawn from the rows of a table, each as likely as any other: the sample's own law. Its moments are exact
/// averages over the rows; what they say about the law that the rows came from is theory's matter.
class SampleLaw : public Law {
 public:
  explicit SampleLaw(std::shared_ptr<const SampleTable> table) : table_(std::move(table)) {}
  int dimension() const override { return table_->dimension(); }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return table_->dimension() == 1; }
  bool independent() const override { return table_->dimension() == 1; }
  void sample(CounterRng& rng, std::span<double> v) const override;
  const SampleTable* sample_table() const override { return table_.get(); }

 private:
  std::shared_ptr<const SampleTable> table_;
};

/// Makes a table known to this process under its hash, which is what points carry; a table that is known
/// already stays.
void publish(std::int64_t hash, std::string name, std::size_t columns, std::span<const double> values);
std::shared_ptr<const SampleTable> published(std::int64_t hash);  ///< nullptr if unknown

/// Number of monomials of degree 1 to 6 in d variables with at most four of them.
double moments_up_to_six(double d);

// The family `samples`; its one parameter is the hash.
std::shared_ptr<const Law> make_samples(int dimension, std::span<const double> hash);
std::optional<LawFault> samples_fault(int dimension, std::span<const double> hash);

}  // namespace flowsweep::distribution
