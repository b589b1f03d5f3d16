#include <fcntl.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "child_process.hpp"
#include "sample.hpp"
#include "store/row_storage.hpp"
#include "store/stored_file.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t row = 4;

struct Fresh {
  sample::Scratch scratch;
  std::string path = scratch.path();
  sweep::Grid grid = sample::grid(2);
  Schema schema = sample::schema(grid);
  StoredFile file;

  Fresh() {
    create(path, schema, grid, sample::metadata());
    file = open_stored(path, O_RDWR);
  }
  std::uint64_t mark_place() const { return file.layout.committed.offset + row; }
  record::RunRecord run(int generation, record::Status status = record::Status::converged) const {
    record::RunRecord run = sample::run(grid.id(row), schema, schema.weight_counts[row], generation);
    run.status = status;
    return run;
  }
  /// A storage of its own descriptor, as another process has one.
  std::unique_ptr<RowStorage> storage(std::chrono::milliseconds wait, Descriptor& descriptor) const {
    descriptor = Descriptor(::open(path.c_str(), O_RDWR));
    return open_row_storage(descriptor, file.frame.hdf5_end, RowAccess::automatic, wait);
  }
};

}  // namespace

TEST_CASE("a row that another process holds is waited for, then given up", "[store]") {
  const Fresh fresh;
  Descriptor one, two;
  const auto holder = fresh.storage(0ms, one), waiting = fresh.storage(20ms, two);
  {
    const RowGuard guard(*holder, fresh.mark_place());
    CHECK_THROWS_WITH(waiting->lock(fresh.mark_place()), Catch::Contains("another process"));
    CHECK_NOTHROW(RowGuard(*waiting, fresh.mark_place() + 1));  // the next row is free
  }
  CHECK_NOTHROW(RowGuard(*waiting, fresh.mark_place()));
}

TEST_CASE("a writer that is stopped before its row and wakes up late leaves the newer run alone", "[store]") {
  const Fresh fresh;
  Descriptor descriptor;
  const auto holder = fresh.storage(0ms, descriptor);
  std::optional<RowGuard> guard(std::in_place, *holder, fresh.mark_place());
  sample::Child late([&] {
    RowWriter writer(fresh.path);
    writer.commit(row, fresh.run(1));
    return 0;
  });
  std::this_thread::sleep_for(30ms);  // it waits for the row now, or has not come so far: both are late
  late.signal(SIGSTOP);
  guard.reset();
  RowWriter(fresh.path).commit(row, fresh.run(2));
  late.signal(SIGCONT);
  CHECK(late.wait() == 0);
  CHECK(sample::same(Reader(fresh.path).read(row), fresh.run(2)));
}

TEST_CASE("the lock of a killed writer dies with it", "[store]") {
  const Fresh fresh;
  {
    sample::Child killed([&]() -> int {
      Descriptor descriptor;
      fresh.storage(0ms, descriptor)->lock(fresh.mark_place());
      for (;;) ::pause();
    });
    std::this_thread::sleep_for(30ms);
  }
  Descriptor descriptor;
  CHECK_NOTHROW(fresh.storage(20ms, descriptor)->lock(fresh.mark_place()));
}

TEST_CASE("writers of one row that are stopped at random never mix their runs", "[store]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<int> microseconds(0, 2000);
  const Fresh fresh;
  const RowAccess access = GENERATE(RowAccess::mapped, RowAccess::positioned);
  const auto write_forever = [&](int first) -> int {
    RowWriter writer(fresh.path, access);
    for (int generation = first;; generation += 2)
      writer.commit(row, fresh.run(generation, record::Status::failed));  // failed runs replace one another
  };
  sample::Child odd([&] { return write_forever(1); });
  for (int stop = 0; stop < 20; ++stop) {
    {
      sample::Child even([&] { return write_forever(2); });
      std::this_thread::sleep_for(std::chrono::microseconds(microseconds(random)));
      odd.signal(SIGSTOP);
      std::this_thread::sleep_for(std::chrono::microseconds(microseconds(random)));
    }  // killed at any place, perhaps while it waits for the stopped one
    Reader reader(fresh.path);
    if (reader.row_states()[row] != Reader::RowState::missing) {
      const record::RunRecord read = reader.read(row);
      REQUIRE(sample::same(read, fresh.run(read.attempts, record::Status::failed)));
    }
    odd.signal(SIGCONT);
  }
}
