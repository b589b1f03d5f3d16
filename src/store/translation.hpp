#pragma once
#include <cstddef>
#include <vector>

#include "store/store.hpp"

namespace flowsweep::store {

/// Carries runs from one schema to another by the names of observables and theorems.
class Translation {
 public:
  Translation(const Schema& from, const Schema& to);

  /// Theorems of the new schema for which the old rows hold nothing.
  const std::vector<std::size_t>& lacking() const { return lacking_; }

  /// The run under the new schema: NaN for new observables, NaN and `failed` for the lacking theorems.
  record::RunRecord operator()(record::RunRecord run) const;

 private:
  std::vector<double> picked(const std::vector<double>& old, std::size_t rows) const;

  std::size_t from_observables_;
  std::vector<std::size_t> observables_, theorems_;  ///< indices in the old schema
  std::vector<std::size_t> lacking_;
  std::vector<std::vector<double>> blank_measurements_;
};

}  // namespace flowsweep::store
