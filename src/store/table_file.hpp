#pragma once
#include <string>

#include "sweep/table.hpp"

namespace flowsweep::store {

/// Rows of real numbers from a file: FILE is CSV, FILE:DATASET a 2-d dataset of an HDF5 file.
///
/// CSV: numbers separated by commas, one row a line; a first line none of whose fields is a number is a
/// header and skipped, as are empty lines and lines that start with #. HDF5: integers or floating-point
/// numbers, converted to double.
///
/// Throws InputError naming file, line (of CSV), row and column for what is not a finite number, for a row of
/// another length, and for fewer than two rows or more than sweep::largest_table numbers.
sweep::Table read_table(const std::string& path);

}  // namespace flowsweep::store
