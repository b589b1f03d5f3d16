#pragma once
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "store/store.hpp"
#include "verify/gap_law.hpp"

namespace flowsweep::verify {

/// The replicates of one setting of the empirical risk: points that differ in `seed` alone.
struct Replicates {
  std::string in_words;            ///< the setting, without seed
  std::uint64_t id = 0;            ///< of the first
  std::size_t runs = 0;            ///< with a result: converged, or at the end of their steps
  std::size_t ended_early = 0;     ///< diverged or failed: in no figure
  double predicted = 0;            ///< limit of ab that mesa.limit-sampled predicts; NaN without it
  double mean = 0, deviation = 0;  ///< of the final ab over the runs (deviation: of one run)
  double half_width = 0;           ///< 95 % Student interval of the mean
};

/// Whether the exact flow, a point of the population risk that is otherwise the same, stays within the band
/// of its replicates: at each common flow time (a converged flow stays where it is) |ab - mean| <= t sd
/// sqrt(1 + 1/n), Student's t at 99 % for all R times together (Bonferroni: 1 - 0.01 / (2 R) with n - 1
/// degrees of freedom).
struct Band {
  std::string in_words;
  std::uint64_t exact_id = 0;
  std::size_t runs = 0, times = 0;
  double margin = 0;  ///< smallest of 1 - |ab - mean| / half width; negative: outside
  double at = 0;      ///< flow time of it
};

struct ReplicateReport {
  std::vector<Replicates> settings;  ///< with at least two runs
  std::vector<Band> bands;           ///< with at least three runs and an exact flow
  std::vector<GapLaw> laws;          ///< with at least three sizes of at least three runs
};

/// Throws InputError for a wrong condition, and if the store holds no `ab`.
ReplicateReport replicates(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                           const std::vector<std::string>& where);

/// 1 if an exact flow leaves its band or a gap law disagrees with -1/2; else 0.
ExitCode exit_code(const ReplicateReport& report);

void print(const ReplicateReport& report, std::ostream& out);
/// One object; keys settings, bands, laws, exit_code.
void print_json(const ReplicateReport& report, std::ostream& out);

}  // namespace flowsweep::verify
