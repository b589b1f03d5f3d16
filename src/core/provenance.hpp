#pragma once
#include <string>

namespace flowsweep {

/// Version of everything that determines a run's numbers; part of every point's id. Raise it when a change of
/// a flow, risk, law or random stream changes committed bits.
inline constexpr const char* kernel_version = "3";

/// What made a store: written into it, and printed by `flowsweep --version`.
struct Provenance {
  std::string program_version;  ///< e.g. "0.1.0"
  std::string
      git_commit;  ///< commit the binary was built from, "-dirty" appended if changed; "unknown" outside git
  std::string compiler;         ///< e.g. "GNU 12.2.0"
  std::string libraries;        ///< versions of HDF5, MPI, SUNDIALS, Eigen, as found at configuration
  std::string instruction_set;  ///< name(active_instruction_set())
  std::string kernel;           ///< kernel_version
};

Provenance provenance();

}  // namespace flowsweep
