#include <chrono>
#include <random>
#include <thread>

#include "child_process.hpp"
#include "core/error.hpp"
#include "sample.hpp"
#include "store/store.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

constexpr std::size_t writers = 3;

void pause_microseconds(std::mt19937_64& random, int longest) {
  std::uniform_int_distribution<int> duration(0, longest);
  std::this_thread::sleep_for(std::chrono::microseconds(duration(random)));
}

/// A failed run: the next one replaces it.
record::RunRecord replaceable_run(std::uint64_t id, const Schema& schema, std::size_t weights,
                                  int generation) {
  record::RunRecord run = sample::run(id, schema, weights, generation);
  run.status = record::Status::failed;
  return run;
}

/// Commits the rows congruent to `part` again and again, each time with new content, until killed.
int write_forever(const std::string& path, const sweep::Grid& grid, const Schema& schema, std::size_t part,
                  RowAccess access) {
  RowWriter writer(path, access);
  for (int generation = 1;; ++generation)
    for (std::size_t row = part; row < grid.size(); row += writers)
      writer.commit(row, replaceable_run(grid.id(row), schema, schema.weight_counts[row], generation));
}

struct Count {
  std::size_t committed = 0, missing = 0;
};

/// Every committed row must be exactly one generation of its run.
Count check_rows(const std::string& path, const sweep::Grid& grid, const Schema& schema) {
  Reader reader(path);
  const auto states = reader.row_states();
  Count count;
  for (std::size_t row = 0; row < states.size(); ++row) {
    CAPTURE(row);
    REQUIRE(states[row] != Reader::RowState::damaged);
    if (states[row] == Reader::RowState::missing) {
      ++count.missing;
      continue;
    }
    ++count.committed;
    const record::RunRecord read = reader.read(row);
    REQUIRE(
        sample::same(read, replaceable_run(grid.id(row), schema, schema.weight_counts[row], read.attempts)));
  }
  return count;
}

}  // namespace

TEST_CASE("writers killed at random moments leave only whole rows", "[store]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(4);
  const Schema schema = sample::schema(grid);
  const RowAccess access = GENERATE(RowAccess::positioned, RowAccess::mapped);
  constexpr int kills = 30;
  std::size_t committed = 0, missing = 0;
  create(scratch.path(), schema, grid, sample::metadata());
  for (int kill = 0; kill < kills; ++kill) {
    {
      std::vector<sample::Child> children;
      for (std::size_t part = 0; part < writers; ++part)
        children.emplace_back([&] { return write_forever(scratch.path(), grid, schema, part, access); });
      pause_microseconds(random, 30'000);
    }
    const Count count = check_rows(scratch.path(), grid, schema);
    committed += count.committed;
    missing += count.missing;
  }
  CAPTURE(missing);
  CHECK(committed > grid.size());  // the writers did get to work
}

TEST_CASE("creation killed at random moments leaves no store or a whole one", "[store]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(4);
  const Schema schema = sample::schema(grid);
  for (int kill = 0; kill < 15; ++kill) {
    {
      const sample::Child child([&] {
        create(scratch.path(), schema, grid, sample::metadata());
        return 0;
      });
      pause_microseconds(random, 40'000);
    }
    if (!std::filesystem::exists(scratch.path())) continue;
    REQUIRE(Reader(scratch.path()).size() == grid.size());
    std::filesystem::remove(scratch.path());
  }
  create(scratch.path(), schema, grid, sample::metadata());
  CHECK(scratch.files() == std::vector<std::string>{"store.h5"});  // what was killed has been cleared away
}

TEST_CASE("extension killed at random moments leaves the old store or the new one", "[store]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const sample::Scratch scratch;
  const sweep::Grid small = sample::grid(2), large = sample::grid(4);
  const Schema schema = sample::schema(large);
  sample::write_whole(scratch.path("origin.h5"), small, sample::schema(small));
  const std::uint64_t digest = Reader(scratch.path("origin.h5")).digest();
  for (int kill = 0; kill < 12; ++kill) {
    std::filesystem::copy_file(scratch.path("origin.h5"), scratch.path(),
                               std::filesystem::copy_options::overwrite_existing);
    {
      const sample::Child child([&] {
        extend(scratch.path(), schema, large, sample::metadata(), {});
        return 0;
      });
      pause_microseconds(random, 50'000);
    }
    Reader reader(scratch.path());
    const bool whole = reader.size() == small.size() || reader.size() == large.size();
    REQUIRE(whole);
    REQUIRE(reader.digest() == digest);
  }
}

TEST_CASE("a reader works while rows are written", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(3);
  const Schema schema = sample::schema(grid);
  sample::write_whole(scratch.path(), grid, schema);
  const sample::Child child(
      [&] { return write_forever(scratch.path(), grid, schema, 0, RowAccess::automatic); });
  for (int look = 0; look < 20; ++look) {
    Reader reader(scratch.path());
    const auto states = reader.row_states();
    for (std::size_t row = 1; row < grid.size(); row += writers) {
      REQUIRE(states[row] == Reader::RowState::committed);
      REQUIRE(sample::same(reader.read(row), sample::run(grid.id(row), schema, schema.weight_counts[row])));
    }
  }
}
