#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <random>
#include <stdexcept>

#include "file_bytes.hpp"
#include "sample.hpp"
#include "store/row_commit.hpp"
#include "store/stored_file.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

using Bytes = std::vector<std::byte>;

/// A disk with a cache in front of it: what is written lies in the cache, and in a journal that tells which
/// states a power loss could leave on the disk.
class JournalStorage final : public RowStorage {
 public:
  explicit JournalStorage(Bytes disk) : disk_(disk), cache_(std::move(disk)) {}

  std::span<const std::byte> view(std::uint64_t offset, std::size_t size) const override {
    return std::span(cache_).subspan(offset, size);
  }
  void read(std::span<std::byte> bytes, std::uint64_t offset) const override {
    std::ranges::copy(view(offset, bytes.size()), bytes.begin());
  }
  void write(std::span<const std::byte> bytes, std::uint64_t offset) override {
    std::ranges::copy(bytes, cache_.begin() + static_cast<std::ptrdiff_t>(offset));
    journal_.push_back({offset, Bytes(bytes.begin(), bytes.end())});
  }
  void order() const override {}
  void sync() override {
    if (failing) throw std::runtime_error("the store cannot be synced: the test says so");
    syncs_.push_back(journal_.size());
  }
  void lock(std::uint64_t offset) override {
    if (offset == busy) throw RowBusy("the test says so");
  }
  void unlock(std::uint64_t) noexcept override {}

  std::size_t writes() const { return journal_.size(); }
  std::size_t syncs() const { return syncs_.size(); }
  const Bytes& cache() const { return cache_; }

  /// The disk after a power loss that followed `count` writes: what was synced, and of the rest any part,
  /// down to single words.
  Bytes after_power_loss(std::size_t count, std::mt19937_64& random) const {
    Bytes disk = disk_;
    const auto next = std::ranges::upper_bound(syncs_, count);
    const std::size_t synced = next == syncs_.begin() ? 0 : next[-1];
    std::bernoulli_distribution kept(std::uniform_real_distribution<double>(0, 1)(random));
    for (std::size_t w = 0; w < count; ++w)
      for (std::size_t word = 0; word < journal_[w].bytes.size(); word += sizeof(double))
        if (w < synced || kept(random)) put_word(journal_[w], word, disk);
    return disk;
  }

  bool failing = false;
  std::optional<std::uint64_t> busy;  ///< the place of a lock that another process holds

 private:
  struct Write {
    std::uint64_t offset;
    Bytes bytes;
  };

  static void put_word(const Write& write, std::size_t word, Bytes& disk) {
    const std::size_t size = std::min(sizeof(double), write.bytes.size() - word);
    std::memcpy(disk.data() + write.offset + word, write.bytes.data() + word, size);
  }

  Bytes disk_, cache_;
  std::vector<Write> journal_;
  std::vector<std::size_t> syncs_;
};

constexpr BatchLimits explicit_flushes{1000, std::chrono::hours(1)};

struct Bench {
  sample::Scratch scratch;
  sweep::Grid grid = sample::grid(2);
  Schema schema = sample::schema(grid);
  StoredFile file;
  std::unique_ptr<JournalStorage> storage;

  Bench() {
    create(scratch.path(), schema, grid, sample::metadata());
    file = open_stored(scratch.path(), O_RDONLY);
    storage = std::make_unique<JournalStorage>(sample::bytes_of_file(scratch.path()));
  }
  record::RunRecord run(std::size_t row, int generation, bool failed) const {
    record::RunRecord run = sample::run(grid.id(row), schema, schema.weight_counts[row], generation);
    if (failed) run.status = record::Status::failed;
    return run;
  }
  std::vector<Reader::RowState> states(const Bytes& disk) const {
    sample::write_file(scratch.path("disk.h5"), disk);
    return Reader(scratch.path("disk.h5")).row_states();
  }
  std::size_t count(const Bytes& disk, Reader::RowState state) const {
    return static_cast<std::size_t>(std::ranges::count(states(disk), state));
  }
  /// Three batches of four rows; the last replaces failed runs of the first.
  void commit_batches(Durability durability) {
    RowCommitter committer(file.layout, file.schema, *storage, durability, explicit_flushes);
    for (std::size_t batch = 0; batch < 3; ++batch) {
      for (std::size_t row = 0; row < 4; ++row)
        committer.commit(row + 4 * (batch % 2),
                         run(row + 4 * (batch % 2), static_cast<int>(batch), batch == 0));
      committer.flush();
    }
  }
  /// Damaged rows in states that a power loss at random moments would leave.
  std::size_t damaged_after_power_loss(std::mt19937_64& random, int losses) const {
    std::uniform_int_distribution<std::size_t> moment(0, storage->writes());
    std::size_t damaged = 0;
    for (int loss = 0; loss < losses; ++loss)
      damaged += count(storage->after_power_loss(moment(random), random), Reader::RowState::damaged);
    return damaged;
  }
};

}  // namespace

TEST_CASE("no power loss leaves a mark on a row that is not whole", "[store]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  Bench bench;
  bench.commit_batches(Durability::power_loss);
  CHECK(bench.damaged_after_power_loss(random, 150) == 0);
  CHECK(bench.count(bench.storage->cache(), Reader::RowState::committed) == 8);
}

TEST_CASE("without the syncs a power loss does leave such marks", "[store]") {
  std::mt19937_64 random(1);
  Bench bench;
  bench.commit_batches(Durability::process_death);
  CHECK(bench.storage->syncs() == 0);
  CHECK(bench.damaged_after_power_loss(random, 50) > 0);
}

TEST_CASE("marks wait for the end of their batch", "[store]") {
  Bench bench;
  RowCommitter committer(bench.file.layout, bench.file.schema, *bench.storage, Durability::power_loss,
                         {3, std::chrono::hours(1)});
  const std::size_t at_start = bench.storage->syncs();
  committer.commit(0, bench.run(0, 1, false));
  committer.commit(1, bench.run(1, 1, false));
  CHECK_FALSE(committer.committed(0));
  CHECK(bench.storage->syncs() == at_start);
  committer.commit(2, bench.run(2, 1, false));
  for (std::size_t row = 0; row < 3; ++row) CHECK(committer.committed(row));
  CHECK(bench.storage->syncs() == at_start + 1);  // one for the whole batch
}

TEST_CASE("a row that comes late after the last batch does not wait", "[store]") {
  Bench bench;
  RowCommitter committer(bench.file.layout, bench.file.schema, *bench.storage, Durability::power_loss,
                         {1000, std::chrono::milliseconds(0)});
  committer.commit(0, bench.run(0, 1, false));
  CHECK(committer.committed(0));
}

TEST_CASE("rows whose sync failed never get a mark", "[store]") {
  Bench bench;
  RowCommitter committer(bench.file.layout, bench.file.schema, *bench.storage, Durability::power_loss,
                         explicit_flushes);
  committer.commit(0, bench.run(0, 1, false));
  bench.storage->failing = true;
  CHECK_THROWS_WITH(committer.flush(), Catch::Contains("cannot be synced"));
  bench.storage->failing = false;
  committer.commit(1, bench.run(1, 1, false));
  committer.flush();
  CHECK_FALSE(committer.committed(0));
  CHECK(committer.committed(1));
}

TEST_CASE("a row that another process holds costs the rest of its batch nothing", "[store]") {
  Bench bench;
  RowCommitter committer(bench.file.layout, bench.file.schema, *bench.storage, Durability::power_loss,
                         explicit_flushes);
  for (std::size_t row = 0; row < 3; ++row) committer.commit(row, bench.run(row, 1, false));
  bench.storage->busy = bench.file.layout.committed.offset + 1;
  CHECK_NOTHROW(committer.flush());
  CHECK(committer.committed(0));
  CHECK_FALSE(committer.committed(1));
  CHECK(committer.committed(2));
}

TEST_CASE("a row that another writer took over before its sync is left to that writer", "[store]") {
  Bench bench;
  const auto committer = [&] {
    return RowCommitter(bench.file.layout, bench.file.schema, *bench.storage, Durability::power_loss,
                        explicit_flushes);
  };
  RowCommitter slow = committer(), quick = committer();
  slow.commit(0, bench.run(0, 1, false));
  quick.commit(0, bench.run(0, 2, false));
  slow.flush();
  CHECK_FALSE(slow.committed(0));
  quick.flush();
  CHECK(quick.committed(0));
  CHECK(bench.count(bench.storage->cache(), Reader::RowState::committed) == 1);
}

TEST_CASE("power-loss mode commits through the file both ways", "[store]") {
  Bench bench;
  const RowAccess access = GENERATE(RowAccess::mapped, RowAccess::positioned);
  {
    RowWriter writer(bench.scratch.path(), access, Durability::power_loss);
    writer.commit(0, bench.run(0, 1, false));
    writer.sync();
    CHECK(writer.committed(0));
    writer.commit(1, bench.run(1, 1, false));
  }  // the end of the writer ends the batch
  Reader reader(bench.scratch.path());
  CHECK(sample::same(reader.read(0), bench.run(0, 1, false)));
  CHECK(sample::same(reader.read(1), bench.run(1, 1, false)));
}
