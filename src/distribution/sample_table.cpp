#include "distribution/sample_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace flowsweep::distribution {
namespace {

// Products of a row's entries that all moments up to degree 6 in at most four coordinates ask for.
constexpr double most_products = 4e9;

std::string key_of(std::span<const Monomial> terms) {
  std::string key;
  const auto append = [&key](const auto& value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  for (const Monomial& term : terms) {
    append(term.coefficient);
    append(term.factors.size());
    for (const Factor& factor : term.factors) append(factor);
  }
  return key;
}

struct Registry {
  std::mutex mutex;
  std::map<std::int64_t, std::shared_ptr<const SampleTable>> tables;
};

Registry& registry() {
  static Registry tables;
  return tables;
}

}  // namespace

double moments_up_to_six(double d) {
  const double pairs = d * (d - 1) / 2, triples = pairs * (d - 2) / 3, quadruples = triples * (d - 3) / 4;
  return 6 * d + 15 * pairs + 20 * triples + 15 * quadruples;  // binomial(6, k) exponents each
}

SampleTable::SampleTable(std::string name, std::size_t columns, std::span<const double> values)
    : name_(std::move(name)),
      rows_(values.size() / columns),
      columns_(columns),
      columns_values_(rows_ * columns) {
  for (std::size_t row = 0; row < rows_; ++row)
    for (std::size_t j = 0; j < columns; ++j) columns_values_[j * rows_ + row] = values[row * columns + j];
}

void SampleTable::add(const Monomial& term, std::vector<double>& sums) const {
  std::vector<double> product(rows_, term.coefficient);
  for (const Factor& factor : term.factors) {
    const double* column = columns_values_.data() + static_cast<std::size_t>(factor.coordinate) * rows_;
    for (int n = 0; n < factor.power; ++n)
      for (std::size_t row = 0; row < rows_; ++row) product[row] *= column[row];
  }
  for (std::size_t row = 0; row < rows_; ++row) sums[row] += product[row];
}

Estimate SampleTable::estimate(std::span<const Monomial> terms) const {
  const std::string key = key_of(terms);
  const std::scoped_lock lock(mutex_);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  std::vector<double> values(rows_, 0.0);
  for (const Monomial& term : terms) add(term, values);
  Estimate estimate;
  for (const double value : values) estimate.mean += value;
  estimate.mean /= static_cast<double>(rows_);
  double squares = 0, largest = 0;
  for (const double value : values) {
    const double square = (value - estimate.mean) * (value - estimate.mean);
    squares += square;
    largest = std::max(largest, square);
  }
  estimate.deviation = std::sqrt(squares / static_cast<double>(rows_ - 1));
  if (squares > 0) estimate.heaviest = largest / squares;
  known_.emplace(key, estimate);
  return estimate;
}

double SampleLaw::moment(std::span<const Factor> factors) const {
  std::vector<Factor> sorted(factors.begin(), factors.end());
  std::ranges::sort(sorted, {}, &Factor::coordinate);
  return table_->estimate(std::vector<Monomial>{{1, std::move(sorted)}}).mean;
}

void SampleLaw::sample(CounterRng& rng, std::span<double> v) const {
  const std::size_t row = rng.below(table_->rows());
  for (std::size_t j = 0; j < v.size(); ++j) v[j] = table_->value(row, j);
}

void publish(std::int64_t hash, std::string name, std::size_t columns, std::span<const double> values) {
  const std::scoped_lock lock(registry().mutex);
  std::shared_ptr<const SampleTable>& table = registry().tables[hash];
  if (!table) table = std::make_shared<SampleTable>(std::move(name), columns, values);
}

std::shared_ptr<const SampleTable> published(std::int64_t hash) {
  const std::scoped_lock lock(registry().mutex);
  const auto found = registry().tables.find(hash);
  return found == registry().tables.end() ? nullptr : found->second;
}

std::shared_ptr<const Law> make_samples(int /*dimension*/, std::span<const double> hash) {
  return std::make_shared<SampleLaw>(published(static_cast<std::int64_t>(hash[0])));
}

std::optional<LawFault> samples_fault(int dimension, std::span<const double> hash) {
  const auto table = published(static_cast<std::int64_t>(hash[0]));
  if (!table) return LawFault{"rows", "no rows with this hash were read: write distribution = samples(FILE)"};
  if (table->dimension() != dimension)
    return LawFault{"dimension", "the rows of " + table->name() + " have " +
                                     std::to_string(table->dimension()) +
                                     " columns; they are the coordinates of v"};
  if (moments_up_to_six(dimension) * static_cast<double>(table->rows()) > most_products)
    return LawFault{"dimension", "the moments up to degree 6 of the " + std::to_string(table->rows()) +
                                     " rows of " + table->name() +
                                     " take more than 4e9 products; fewer rows or columns are needed"};
  return {};
}

}  // namespace flowsweep::distribution
