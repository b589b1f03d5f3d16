#include <cmath>
#include <limits>

#include "sample.hpp"
#include "store/store.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

TEST_CASE("a store gives back every run bit for bit", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid();
  const Schema schema = sample::schema(grid);
  sample::write_whole(scratch.path(), grid, schema);
  Reader reader(scratch.path());
  REQUIRE(reader.size() == grid.size());
  const auto states = reader.row_states();
  const auto statuses = reader.statuses();
  for (std::size_t row = 0; row < grid.size(); ++row) {
    CAPTURE(row);
    const record::RunRecord expected = sample::run(grid.id(row), schema, schema.weight_counts[row]);
    REQUIRE(reader.ids()[row] == grid.id(row));
    REQUIRE(reader.find(grid.id(row)) == row);
    REQUIRE(states[row] == Reader::RowState::committed);
    REQUIRE(statuses[row] == expected.status);
    REQUIRE(sample::same(reader.read(row), expected));
  }
  CHECK_FALSE(reader.find(12345));
}

TEST_CASE("a store gives back the values of every kind of parameter", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid();
  create(scratch.path(), sample::schema(grid), grid, sample::metadata());
  Reader reader(scratch.path());
  for (std::size_t row = 0; row < grid.size(); ++row) {
    const std::vector<sweep::Value> values = reader.parameters(row, *grid.vocabulary());
    for (std::size_t p = 0; p < values.size(); ++p) {
      CAPTURE(row, grid.vocabulary()->parameters[p].key);
      REQUIRE(values[p] == grid.value(row, p));
    }
  }
}

TEST_CASE("a store gives back its schema and metadata", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid();
  const Schema written = sample::schema(grid);
  Metadata metadata = sample::metadata();
  metadata.sweep_text = std::string(200'000, 'x') + "\nend";  // more than an attribute can hold
  create(scratch.path(), written, grid, metadata);
  const Reader reader(scratch.path());
  const Schema& read = reader.schema();
  CHECK(read.records == written.records);
  CHECK(read.weight_counts == written.weight_counts);
  REQUIRE(read.observables.size() == written.observables.size());
  CHECK(read.observables[1].name == "ab");
  CHECK(read.observables[1].long_name == written.observables[1].long_name);
  REQUIRE(read.theorems.size() == 2);
  for (std::size_t t = 0; t < 2; ++t) {
    CHECK(read.theorems[t].name == written.theorems[t].name);
    CHECK(read.theorems[t].statement == written.theorems[t].statement);
    CHECK(read.theorems[t].source == written.theorems[t].source);
    CHECK(read.theorems[t].standing == written.theorems[t].standing);
    CHECK_FALSE(read.theorems[t].standing.empty());
    CHECK(read.theorems[t].tolerance_source == written.theorems[t].tolerance_source);
    CHECK(read.theorems[t].hypotheses == written.theorems[t].hypotheses);
    CHECK(read.theorems[t].conclusions == written.theorems[t].conclusions);
    CHECK(read.theorems[t].measurements.size() == written.theorems[t].measurements.size());
  }
  CHECK(reader.metadata().sweep_text == metadata.sweep_text);
  CHECK(reader.metadata().libraries == metadata.libraries);
  CHECK(reader.metadata().git_commit.empty());
}

TEST_CASE("a run without results is stored as NaN and failed verdicts", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  create(scratch.path(), sample::schema(grid), grid, sample::metadata());
  record::RunRecord run;
  run.status = record::Status::set_aside;
  run.host = std::string(200, 'h');
  run.message = std::string(159, 'm') + "é";  // the last character would be cut in half at 160 bytes
  RowWriter(scratch.path()).commit(3, run);
  Reader reader(scratch.path());
  const record::RunRecord read = reader.read(3);
  CHECK(read.status == record::Status::set_aside);
  CHECK(read.host == std::string(64, 'h'));
  CHECK(read.message == std::string(159, 'm'));
  CHECK(read.trajectory.flow_time.empty());
  REQUIRE(read.finals.size() == 3);
  CHECK(std::isnan(read.finals[0]));
  REQUIRE(read.verdicts.size() == 2);
  CHECK(read.verdicts[0].kind == record::VerdictKind::failed);
  CHECK(std::isnan(read.verdicts[0].margin));
  CHECK(reader.row_states()[2] == Reader::RowState::missing);
  CHECK(reader.statuses()[2] == record::Status::not_run);
  CHECK_THROWS_AS(reader.read(2), std::runtime_error);
}

TEST_CASE("a row that failed, timed out or was set aside is replaced, any other left alone", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  const Schema schema = sample::schema(grid);
  const auto run = [&](int generation) {
    return sample::run(grid.id(1), schema, schema.weight_counts[1], generation);
  };
  create(scratch.path(), schema, grid, sample::metadata());
  const auto access = GENERATE(RowAccess::mapped, RowAccess::positioned);
  RowWriter writer(scratch.path(), access);
  CHECK_FALSE(writer.committed(1));
  record::RunRecord first = run(1);
  first.status = GENERATE(record::Status::failed, record::Status::timed_out, record::Status::set_aside);
  writer.commit(1, first);
  CHECK(writer.committed(1));
  CHECK(sample::same(Reader(scratch.path()).read(1), first));
  writer.commit(1, run(2));
  CHECK(sample::same(Reader(scratch.path()).read(1), run(2)));
  writer.commit(1, run(3));
  CHECK(sample::same(Reader(scratch.path()).read(1), run(2)));
  CHECK_THROWS_AS(writer.committed(grid.size()), std::out_of_range);
}

TEST_CASE("a run that does not fit changes nothing", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(2);
  const Schema schema = sample::schema(grid);
  create(scratch.path(), schema, grid, sample::metadata());
  RowWriter writer(scratch.path());
  record::RunRecord fit = sample::run(grid.id(1), schema, schema.weight_counts[1]);
  fit.status = record::Status::failed;
  writer.commit(1, fit);
  record::RunRecord unfit = fit;
  unfit.weights.pop_back();
  CHECK_THROWS_AS(writer.commit(1, unfit), std::invalid_argument);
  unfit = fit;
  unfit.trajectory.flow_time.resize(9);
  CHECK_THROWS_AS(writer.commit(1, unfit), std::invalid_argument);
  unfit = fit;
  unfit.verdicts.pop_back();
  CHECK_THROWS_AS(writer.commit(1, unfit), std::invalid_argument);
  CHECK_THROWS_AS(writer.commit(grid.size(), fit), std::out_of_range);
  CHECK_THROWS_AS(writer.commit(0, record::RunRecord{}), std::invalid_argument);
  CHECK(sample::same(Reader(scratch.path()).read(1), fit));
}

TEST_CASE("a store takes the space that was foretold", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(8);
  const Schema schema = sample::schema(grid);
  create(scratch.path(), schema, grid, sample::metadata());
  const auto size = std::filesystem::file_size(scratch.path());
  const auto foretold = store_bytes(schema, grid);
  CAPTURE(size, foretold);
  // Groups, attributes, two metadata blocks of 64 KiB; all of it a second time in the copy of the frame.
  constexpr std::uint64_t structure = 2 * 300'000;
  CHECK(size <= foretold);
  CHECK(size + structure >= foretold);
}
