#pragma once
#include "store/store.hpp"
#include "store/temporary_file.hpp"

namespace flowsweep::store {

/// Fills `file` with a whole store in which no row is committed. Throws InputError, naming `target`, if that
/// fails for want of space.
void build(TemporaryFile& file, const std::string& target, const Schema& schema, const sweep::Grid& grid,
           const Metadata& metadata);

}  // namespace flowsweep::store
