#include "core/provenance.hpp"

#include "core/build_info.hpp"
#include "core/instruction_set.hpp"

namespace flowsweep {

Provenance provenance() {
  return {build_info::version,
          build_info::git_commit,
          build_info::compiler,
          build_info::libraries,
          std::string(name(active_instruction_set())),
          kernel_version};
}

}  // namespace flowsweep
