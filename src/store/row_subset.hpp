#pragma once
#include <memory>
#include <span>
#include <string>

#include "store/store.hpp"
#include "store/temporary_file.hpp"

namespace flowsweep::store {

/// Builds, under a temporary name beside `target`, a store of some committed rows of another, with the same
/// schema and metadata; to be published by the caller. Throws InputError for want of space.
std::unique_ptr<TemporaryFile> build_subset(const std::string& target, Reader& from,
                                            std::span<const std::size_t> rows,
                                            const std::shared_ptr<const sweep::Vocabulary>& vocabulary);

}  // namespace flowsweep::store
