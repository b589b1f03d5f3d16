#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
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
  std::string standing;          ///< "paper", "derived" or "observed"
  std::string tolerance_source;  ///< where the tolerance comes from
  std::vector<std::string> hypotheses;
  std::vector<std::string> conclusions;
  std::vector<record::Quantity> measurements;
};

/// Everything that fixes the layout of a store; written at creation and recovered by Reader::schema().
struct Schema {
  std::vector<record::Quantity> observables;
  std::vector<TheoremColumns> theorems;
  int records = 64;                          ///< trajectory rows a point
  std::vector<std::uint32_t> weight_counts;  ///< [row] number of final weights of each point
};

/// Written once at creation.
struct Metadata {
  std::string sweep_name, sweep_text, command_line, program_version, git_commit, instruction_set, kernel,
      compiler, libraries, created;
  /// Of a merged store: a table of its sources, tab-separated with a heading; else empty.
  std::string merged_from{};
};

/// Bytes that a store of this schema takes (for `plan`).
std::uint64_t store_bytes(const Schema& schema, const sweep::Grid& grid);

/// Creates the whole store under a temporary name beside `path`, fsyncs, renames onto `path`. To be called
/// under a WriterLock of `path`. Throws InputError if `path` exists, the grid is empty, the folder is
/// unwritable or the disk too full; then nothing is left behind. std::invalid_argument for names that cannot
/// be stored.
void create(const std::string& path, const Schema& schema, const sweep::Grid& grid, const Metadata& metadata);

/// Reads a store; safe while a sweep writes it. Opening checks the frame (every byte that no commit touches)
/// before HDF5 sees the file, and throws InputError for one that is missing, foreign, truncated, damaged
/// outside its rows, or of another format.
class Reader {
 public:
  explicit Reader(const std::string& path);
  ~Reader();
  Reader(Reader&&) noexcept;

  const Schema& schema() const;  ///< as given to create(), weight_counts included
  const Metadata& metadata() const;
  std::size_t size() const;                                 ///< points
  std::span<const std::uint64_t> ids() const;               ///< [row]
  std::optional<std::size_t> find(std::uint64_t id) const;  ///< row of an id

  enum class RowState : std::uint8_t { missing, committed, damaged };
  std::vector<RowState> row_states();      ///< checks every commit mark and checksum: reads the whole file
  std::vector<record::Status> statuses();  ///< [row]; not_run where not committed; cheap (no checksums)

  /// One committed row. Lists that were committed empty come back as NaN (verdicts: failed). Throws
  /// std::runtime_error, naming the point, if the row is not committed or damaged.
  record::RunRecord read(std::size_t row);
  /// The grid's value of each parameter at `row`, in the order of `vocabulary` (read from /points); monostate
  /// where the point does not use it.
  std::vector<sweep::Value> parameters(std::size_t row, const sweep::Vocabulary& vocabulary);
  /// One point as visit() gives it.
  struct Row {
    std::size_t row = 0;
    std::uint64_t id = 0;
    RowState state = RowState::missing;
    std::vector<sweep::Value> parameters;  ///< as parameters() gives them; empty if damaged
    record::RunRecord run;                 ///< as read() gives it; empty unless committed
  };
  /// Calls `visit` for each of `rows` (ascending), with marks and checksums checked. Reads neighbouring rows
  /// in blocks: much faster than read() for many of them. The reference is valid during the call.
  void visit(const sweep::Vocabulary& vocabulary, std::span<const std::size_t> rows,
             const std::function<void(const Row&)>& visit);
  /// The same for the parameters alone, of every row whatever its state; `values` as parameters() gives them.
  void visit_points(const sweep::Vocabulary& vocabulary,
                    const std::function<void(std::size_t row, std::span<const sweep::Value> values)>& visit);
  std::vector<std::string> hosts();  ///< of the committed rows: distinct, sorted
  /// What digest() is made of.
  struct RowDigest {
    std::uint64_t id = 0;
    RowState state = RowState::missing;
    record::Status status = record::Status::not_run;  ///< of a committed row
    std::uint64_t hash = 0;                           ///< of its bytes without timings and hosts
  };
  std::vector<RowDigest> row_digests();  ///< [row]; checks every checksum
  /// 64-bit hash of the raw stored bytes of the committed rows, sorted by id, without timings, hosts and rows
  /// that timed out or were set aside. The same for any order of rows and of commits.
  std::uint64_t digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// How RowWriter puts bytes into the file; what is written is the same.
enum class RowAccess {
  automatic,   ///< mapped on ext4, xfs and tmpfs, else positioned
  positioned,  ///< one pwrite a column: works everywhere, and an error of the file system is an exception
  mapped,      ///< copies into a shared mapping: no system calls; an I/O error is the signal SIGBUS
};

/// What committed rows outlive.
enum class Durability {
  process_death,  ///< kills of any kind; after a power loss the checksum finds the rows that are not whole
  power_loss,     ///< power loss too: a row's mark is set once its bytes are on the disk
};

/// Another process has been writing a row for longer than any row takes: it is stopped, or very slow.
class RowBusy : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes rows of an existing store: data first, checksum, commit mark last. One writer job at a time: the
/// process that leads the job holds a WriterLock. HDF5 is used in the constructor only, and only for reading.
///
/// A row is written under a kernel lock on its mark's byte, which dies with its holder, so that a stopped or
/// late process of an earlier job and the one that took its row over never mix the bytes of two runs.
class RowWriter {
 public:
  /// Throws InputError as Reader does, and if the file cannot be written.
  explicit RowWriter(const std::string& path, RowAccess access = RowAccess::automatic,
                     Durability durability = Durability::process_death);
  /// Flushes as sync() does, but leaves rows uncommitted where that fails.
  ~RowWriter();
  RowWriter(RowWriter&&) noexcept;

  /// Writes and commits one row. A row that holds an intact run is left as it is, unless that failed, timed
  /// out or was set aside. With Durability::power_loss the mark waits for the end of a batch of rows: at most
  /// 256 rows, or the first commit that is a second after the last end. Not thread-safe; different rows may
  /// be written by different processes at once. Throws std::runtime_error if the file cannot be written,
  /// RowBusy if another process holds the row for 30 s (the row is then uncommitted), and
  /// std::invalid_argument if the run does not fit the schema (the row is then unchanged).
  void commit(std::size_t row, const record::RunRecord& run);

  /// Whether the row's mark is set and its checksum good.
  bool committed(std::size_t row);

  /// Whether the path still names the file that is written: it may have been deleted, renamed or replaced.
  bool in_place() const;

  /// Ends the batch, and waits until everything written is on the disk: needed against power loss, not
  /// against kills. A row of the batch that another process holds for 30 s stays uncommitted.
  void sync();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What repair() did.
enum class Repair {
  nothing,  ///< frame and copy are intact
  frame,    ///< the frame was restored from its copy
  copy,     ///< the copy was written anew from the frame
};

/// Restores the frame of a store, the bytes that no commit touches, from the copy at the end of the file, or
/// that copy from the frame; rows are not touched. To be called under a WriterLock. Throws InputError, naming
/// what is wrong, if neither is intact or the file cannot be written.
Repair repair(const std::string& path);

/// Fills in measurements and verdicts of a copied run for the theorems (indices of the new schema) that the
/// old store does not hold; they are NaN and `failed` before. `row` is the new grid's.
using Rejudge =
    std::function<void(std::size_t row, record::RunRecord& run, std::span<const std::size_t> theorems)>;

/// What extend() did.
struct Extension {
  std::size_t copied = 0;            ///< rows taken over
  std::vector<std::size_t> lacking;  ///< theorems of the new schema that the old store did not hold
};

/// Replaces the store by one for a larger grid or another list of theorems or observables: a new file is
/// built beside it, every intact committed row is copied by id (columns by name; `rejudge` is called for each
/// row if theorems are lacking), fsync, rename: a kill at any moment leaves the old store or the new one. To
/// be called under a WriterLock. Throws InputError as create() and Reader do, and if a committed point is not
/// in the new grid.
Extension extend(const std::string& path, const Schema& schema, const sweep::Grid& grid,
                 const Metadata& metadata, const Rejudge& rejudge);

/// Who holds the WriterLock of a store at this moment, as the holder named itself; nothing if no one does.
std::optional<std::string> writer_of(const std::string& path);

/// The kernel's lock on PATH.lock, which dies with its holder; that file names the holder and is removed on
/// release. Throws InputError if the lock is still taken after `wait_seconds`, naming the holder, if
/// PATH.lock is a link or no regular file, or if the folder cannot be written or its file system has no
/// locks.
class WriterLock {
 public:
  explicit WriterLock(const std::string& path, double wait_seconds = 10);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace flowsweep::store
