#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "record/record.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::store {

/// What a theorem stores, by name; also the text that makes its datasets self-describing.
struct TheoremColumns {
  std::string name;              ///< "mesa.limit"
  std::string statement;         ///< attribute `long_name` of the group
  std::string source;            ///< "after Zheng et al. 2024, Theorem 4.1" or "derived"
  std::string tolerance_source;  ///< where the tolerance comes from
  std::vector<std::string> hypotheses;
  std::vector<std::string> conclusions;
  std::vector<record::Quantity> measurements;
};

/// Everything that fixes the layout of a store; written at creation and recovered by Reader::schema().
struct Schema {
  std::vector<record::Quantity> observables;
  std::vector<TheoremColumns> theorems;
  int records = 64;                           ///< trajectory rows a point
  std::vector<std::uint32_t> weight_counts;   ///< [row] number of final weights of each point
};

/// Written once at creation.
struct Metadata {
  std::string sweep_name, sweep_text, command_line, program_version, git_commit, instruction_set, kernel, compiler, libraries, created;
};

/// Bytes that a store of this schema takes (for `plan`).
std::uint64_t store_bytes(const Schema& schema, const sweep::Grid& grid);

/// Creates the whole store under a temporary name beside `path`, fsyncs, renames onto `path`. Throws InputError if the
/// folder is unwritable or the disk too full; then nothing is left behind.
void create(const std::string& path, const Schema& schema, const sweep::Grid& grid, const Metadata& metadata);

/// Reads a store; safe while a sweep writes it. Opening throws InputError for a missing, foreign, truncated or newer file.
class Reader {
 public:
  explicit Reader(const std::string& path);
  ~Reader();
  Reader(Reader&&) noexcept;

  const Schema& schema() const;
  const Metadata& metadata() const;
  std::size_t size() const;                                  ///< points
  std::span<const std::uint64_t> ids() const;                ///< [row]
  std::optional<std::size_t> find(std::uint64_t id) const;   ///< row of an id

  enum class RowState : std::uint8_t { missing, committed, damaged };
  std::vector<RowState> row_states();                        ///< checks every commit mark and checksum
  std::vector<record::Status> statuses();                    ///< [row]; not_run where not committed; cheap (no checksums)

  record::RunRecord read(std::size_t row);                   ///< one committed row
  /// The grid's value of each parameter at `row`, in the order of `vocabulary` (read from /points).
  std::vector<sweep::Value> parameters(std::size_t row, const sweep::Vocabulary& vocabulary);
  /// 64-bit hash of the raw stored bytes of the committed rows, sorted by id, without timings, hosts and rows that
  /// timed out or were set aside.
  std::uint64_t digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes rows of an existing store: data first, checksum, commit mark last. One writer job at a time (kernel lock taken by
/// lock_for_writing in the process that leads the job).
class RowWriter {
 public:
  explicit RowWriter(const std::string& path);
  ~RowWriter();
  /// Writes and commits one row. Not thread-safe; different rows may be written by different processes at once.
  void commit(std::size_t row, const record::RunRecord& run);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A kernel lock on the store's path that dies with its holder; throws InputError naming the holder if it is taken.
class WriterLock {
 public:
  explicit WriterLock(const std::string& path);
  ~WriterLock();

 private:
  int descriptor_ = -1;
};

}  // namespace flowsweep::store
