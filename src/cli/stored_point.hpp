#pragma once
#include <span>
#include <string>

#include "core/instruction_set.hpp"
#include "store/store.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::cli {

/// Makes this process compute as the store's job did: sets the active instruction set to the store's.
/// `offered`: the best that every rank of this job has. Throws InputError for a store of another kernel
/// version or of a set that is not offered.
void compute_as(const store::Metadata& metadata, const std::string& path, InstructionSet offered);

/// The point of a stored row. `values` in the order of the program's vocabulary. Throws InputError if they
/// have not the id that is stored beside them.
sweep::Point stored_point(std::span<const sweep::Value> values, std::uint64_t id, const std::string& path);

}  // namespace flowsweep::cli
