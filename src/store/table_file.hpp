#pragma once
#include <string>

#include "sweep/table.hpp"

namespace flowsweep::store {

/// Rows of real numbers from a file: FILE is CSV, FILE:DATASET a 2-d dataset of an HDF5 file.
///
/// CSV: numbers separated by commas, one row a line; a first line of as many names (each begins with a letter
/// and is none of nan, na and inf) is a header and skipped, as are empty lines, lines that start with #, and
/// a byte order mark of UTF-8. HDF5: integers or floating-point numbers, converted to double.
///
/// Throws InputError naming file, line (of CSV), row and column for what is not a number of magnitude at most
/// 1e20 and for a row of another length; and for fewer than two rows, more than sweep::largest_table numbers,
/// and numbers that are all below 1e-50 in magnitude, whose sixth moments would be 0.
sweep::Table read_table(const std::string& path);

}  // namespace flowsweep::store
