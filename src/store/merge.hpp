#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/merge_choice.hpp"
#include "store/merge_source.hpp"
#include "store/temporary_file.hpp"
#include "store/translation.hpp"

namespace flowsweep::store {

/// Names of what disagrees between two finished runs of a point that were computed with different instruction
/// sets; empty: one is a replicate of the other. Both are in the merged schema.
using Disagreements = std::function<std::vector<std::string>(
    const sweep::Point& point, const record::RunRecord& kept, const record::RunRecord& other)>;

/// A finished run that contradicts the one that was kept.
struct Conflict {
  std::uint64_t id = 0;
  std::size_t kept = 0, other = 0;   ///< indices of the inputs
  std::vector<std::string> columns;  ///< in which they differ
};

/// What a merge did.
struct MergeResult {
  std::size_t committed = 0;                 ///< rows of the merged store
  std::size_t repeated = 0;                  ///< rows left out because the same bits are kept
  std::size_t replicates = 0;                ///< rows of another instruction set left out because they agree
  std::size_t beaten = 0;                    ///< rows left out because another run of the point has finished
  std::size_t damaged = 0;                   ///< rows of the inputs whose checksum does not fit: left out
  std::size_t judged = 0;                    ///< runs judged for theorems that their store did not hold
  std::vector<Conflict> conflicts;           ///< by input, then by its rows
  std::vector<std::string> conflict_stores;  ///< where the runs that were not kept are
};

/// The set union of stores by point id. The inputs are only read, also while jobs write them: what is
/// committed when the merge looks at it is taken.
class Merge {
 public:
  /// Opens the inputs, checks every row, and unites their points and schemas. Throws InputError for an input
  /// that is no store, is of another kernel version, or stores a point under an id that is not its own.
  /// `known`: observables and theorems of this program, in its order.
  Merge(const std::vector<std::string>& inputs, std::shared_ptr<const sweep::Vocabulary> vocabulary,
        const Schema& known);

  const Schema& schema() const { return schema_; }
  const sweep::Grid& grid() const { return grid_; }
  std::uint64_t bytes() const { return store_bytes(schema_, grid_); }
  InstructionSet lowest_instruction_set() const { return lowest_set(sources_); }
  bool mixes_instruction_sets() const { return mixed_sets(sources_); }

  /// Throws InputError if `output` exists.
  void check_target(const std::string& output) const;

  /// Writes the union to `output`, and what contradicts it to OUTPUT.conflicts-K.h5 for each input K (from 1)
  /// with such rows. To be called under a WriterLock of `output`. Throws InputError if one of these files
  /// exists, if the folder cannot be written or is too full: then nothing is left behind.
  MergeResult write(const std::string& output, const std::string& command_line, const Rejudge& rejudge,
                    const Disagreements& disagreements);

 private:
  struct Conflicting {
    std::string path;
    std::unique_ptr<TemporaryFile> file;
  };

  void unite_points(const std::shared_ptr<const sweep::Vocabulary>& vocabulary);
  void unite_weight_counts();
  record::RunRecord translated(std::size_t source, std::size_t point, record::RunRecord run,
                               const Rejudge& rejudge) const;
  std::vector<std::string> differences(const Question& question, SourceRow kept, const Rejudge& rejudge,
                                       const Disagreements& disagreements);
  std::vector<SourceRow> settle(const MergeChoice& choice, MergeResult& result, const Rejudge& rejudge,
                                const Disagreements& disagreements);
  std::vector<Conflicting> build_conflicts(const std::string& output,
                                           const std::vector<SourceRow>& contradicting);
  void copy(std::size_t source, const MergeChoice& choice, RowWriter& writer, MergeResult& result,
            const Rejudge& rejudge);

  std::vector<MergeSource> sources_;
  std::vector<Translation> translations_;
  Schema schema_;
  sweep::Grid grid_;
};

}  // namespace flowsweep::store
