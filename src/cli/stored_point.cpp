#include "cli/stored_point.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/provenance.hpp"
#include "experiment/parameters.hpp"

namespace flowsweep::cli {

void compute_as(const store::Metadata& metadata, const std::string& path, InstructionSet offered) {
  if (metadata.kernel != kernel_version)
    throw InputError(path,
                     fmt::format("was computed by kernel version {}; this program has kernel version {}",
                                 metadata.kernel, kernel_version));
  const InstructionSet stored = parse_instruction_set(metadata.instruction_set);
  if (stored > offered)
    throw InputError(
        path, fmt::format("was computed with the instruction set {}; {}", name(stored), offer_text(offered)));
  set_active_instruction_set(stored);
}

sweep::Point stored_point(std::span<const sweep::Value> values, std::uint64_t id, const std::string& path) {
  const auto vocabulary = experiment::vocabulary();
  const std::uint64_t found = sweep::point_id(*vocabulary, values);
  if (found != id)
    throw InputError(
        path, fmt::format("the stored parameters of point {} have the id {}", to_hex(id), to_hex(found)));
  return {vocabulary, {values.begin(), values.end()}, id};
}

}  // namespace flowsweep::cli
