#include "core/error.hpp"
#include "sample.hpp"
#include "store/store.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

const Rejudge nothing_to_judge = [](std::size_t, record::RunRecord&, std::span<const std::size_t>) {
  FAIL("no theorem is lacking");
};

}  // namespace

TEST_CASE("extending the grid keeps the rows bit for bit", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid small = sample::grid(2), large = sample::grid(4);
  const Schema schema = sample::schema(small);
  sample::write_whole(scratch.path(), small, schema);
  const std::uint64_t digest = Reader(scratch.path()).digest();
  const Extension extension =
      extend(scratch.path(), sample::schema(large), large, sample::metadata(), nothing_to_judge);
  CHECK(extension.copied == small.size());
  CHECK(extension.lacking.empty());
  Reader reader(scratch.path());
  REQUIRE(reader.size() == large.size());
  CHECK(reader.digest() == digest);
  for (std::size_t row = 0; row < small.size(); ++row) {
    const auto moved = reader.find(small.id(row));
    REQUIRE(moved);
    REQUIRE(sample::same(reader.read(*moved), sample::run(small.id(row), schema, schema.weight_counts[row])));
  }
  CHECK(scratch.files() == std::vector<std::string>{"store.h5"});
}

TEST_CASE("a theorem that is added is judged on the stored runs", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  const Schema schema = sample::schema(grid);
  sample::write_whole(scratch.path(), grid, schema);
  std::size_t calls = 0;
  const Rejudge judge = [&](std::size_t row, record::RunRecord& run, std::span<const std::size_t> theorems) {
    ++calls;
    REQUIRE(theorems.size() == 1);
    REQUIRE(theorems[0] == 1);
    run.measurements[1] = {static_cast<double>(row)};
    run.verdicts[1] = {record::VerdictKind::holds, 1, 2, 3, 4, {5}, {6}};
  };
  const Extension extension =
      extend(scratch.path(), sample::schema_with_extra_theorem(grid), grid, sample::metadata(), judge);
  CHECK(extension.lacking == std::vector<std::size_t>{1});
  CHECK(calls == grid.size());
  Reader reader(scratch.path());
  const record::RunRecord old = sample::run(grid.id(4), schema, schema.weight_counts[4]);
  record::RunRecord read = reader.read(4);
  CHECK(read.measurements[1] == std::vector<double>{4.0});
  CHECK(read.verdicts[1].conclusion_margins == std::vector<double>{6.0});
  read.measurements.erase(read.measurements.begin() + 1);
  read.verdicts.erase(read.verdicts.begin() + 1);
  CHECK(sample::same(read, old));
}

TEST_CASE("an extension that would lose finished points is refused and changes nothing", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid large = sample::grid(3), small = sample::grid(2);
  sample::write_whole(scratch.path(), large, sample::schema(large));
  const std::uint64_t digest = Reader(scratch.path()).digest();
  CHECK_THROWS_AS(extend(scratch.path(), sample::schema(small), small, sample::metadata(), nothing_to_judge),
                  InputError);
  CHECK(Reader(scratch.path()).digest() == digest);
  CHECK(scratch.files() == std::vector<std::string>{"store.h5"});
}

TEST_CASE("an observable that is added is NaN in the copied rows", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  Schema schema = sample::schema(grid);
  sample::write_whole(scratch.path(), grid, schema);
  const record::RunRecord old = Reader(scratch.path()).read(0);
  schema.observables.insert(schema.observables.begin(), {"loss", "1", "new"});
  extend(scratch.path(), schema, grid, sample::metadata(), nothing_to_judge);
  const record::RunRecord read = Reader(scratch.path()).read(0);
  REQUIRE(read.finals.size() == 4);
  CHECK(read.finals[0] != read.finals[0]);
  CHECK(read.finals[1] == old.finals[0]);
  CHECK(read.trajectory.values[5] == old.trajectory.values[3]);
}
