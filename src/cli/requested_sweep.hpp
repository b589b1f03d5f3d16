#pragma once
#include "cli/arguments.hpp"
#include "cli/command.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::cli {

/// --shard I/N, which is --set shard=I/N.
OptionDeclaration shard_option();

/// The sweep that SWEEP, --set and --shard ask for. Its warnings go to stderr. Throws InputError.
sweep::Sweep requested_sweep(const Arguments& arguments);

/// "shard 3/8 of sweep NAME has no points: nothing is to do"; for a sweep without points.
std::string empty_shard_text(const sweep::Sweep& sweep);

}  // namespace flowsweep::cli
