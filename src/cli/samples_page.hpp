#pragma once
#include <cstdint>
#include <string>

namespace flowsweep::cli {

/// What `distributions 'samples(FILE)'` prints: the rows' moments with intervals, and which hypotheses they
/// meet, miss or leave undecided at a training context. Throws InputError for rows that no sweep would take.
std::string samples_page(const std::string& file, std::int64_t context);

}  // namespace flowsweep::cli
