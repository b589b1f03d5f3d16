#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include "core/error.hpp"
#include "core/provenance.hpp"
#include "sample.hpp"
#include "store/merge.hpp"
#include "support/catch.hpp"
#include "sweep/point_list.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

using Edit = std::function<void(std::size_t row, record::RunRecord& run)>;

const Edit unchanged = [](std::size_t, record::RunRecord&) {};
const Rejudge must_not_judge = [](std::size_t, record::RunRecord&, std::span<const std::size_t>) {
  FAIL("nothing is lacking");
};
const Disagreements must_not_compare = [](const sweep::Point&, const record::RunRecord&,
                                          const record::RunRecord&) -> std::vector<std::string> {
  FAIL("the instruction sets are equal");
  return {};
};

sweep::Grid all_points() {
  return sample::grid(3);
}

/// A grid of some rows of another.
sweep::Grid part(const sweep::Grid& grid, const std::set<std::size_t>& rows) {
  sweep::PointList points(grid.vocabulary());
  for (const std::size_t row : rows) points.add(grid.point(row).values());
  return std::move(points).finish();
}

std::set<std::size_t> rows_of(std::size_t first, std::size_t last) {
  std::set<std::size_t> rows;
  for (std::size_t row = first; row < last; ++row) rows.insert(row);
  return rows;
}

Metadata metadata(const std::string& set = "avx2") {
  Metadata metadata = sample::metadata();
  metadata.kernel = kernel_version;
  metadata.instruction_set = set;
  return metadata;
}

/// Commits every row; a row whose run an edit leaves `not_run` stays open.
void write(const std::string& path, const sweep::Grid& grid, const Edit& edit = unchanged,
           const Metadata& written = metadata()) {
  const Schema schema = sample::schema(grid);
  create(path, schema, grid, written);
  RowWriter writer(path);
  for (std::size_t row = 0; row < grid.size(); ++row) {
    record::RunRecord run = sample::run(grid.id(row), schema, schema.weight_counts[row]);
    edit(row, run);
    if (run.status != record::Status::not_run) writer.commit(row, run);
  }
}

Schema known() {
  return sample::schema_with_extra_theorem(sample::grid(2));
}

MergeResult merge(const std::vector<std::string>& inputs, const std::string& output,
                  const Rejudge& judge = must_not_judge, const Disagreements& compare = must_not_compare) {
  return Merge(inputs, sample::vocabulary(), known()).write(output, "flowsweep merge", judge, compare);
}

std::string refusal(const std::vector<std::string>& inputs, const std::string& output) {
  try {
    merge(inputs, output);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::uint64_t digest(const std::string& path) {
  return Reader(path).digest();
}

/// Flips one bit of the only place in a file where this number stands.
void flip_bit_of(const std::string& path, double number) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  std::array<char, sizeof number> sought{};
  std::memcpy(sought.data(), &number, sizeof number);
  const auto found = std::search(bytes.begin(), bytes.end(), sought.begin(), sought.end());
  REQUIRE(found != bytes.end());
  *found = static_cast<char>(*found ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("the union of parts is the whole, in any order", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  write(scratch.path("whole"), grid);
  write(scratch.path("a"), part(grid, rows_of(0, 9)));
  write(scratch.path("b"), part(grid, rows_of(9, 20)));
  write(scratch.path("c"), part(grid, rows_of(20, grid.size())));
  std::vector<std::string> inputs = {scratch.path("a"), scratch.path("b"), scratch.path("c")};
  do {
    const MergeResult result = merge(inputs, scratch.path("out"));
    CHECK(result.committed == grid.size());
    CHECK(result.repeated == 0);
    CHECK(digest(scratch.path("out")) == digest(scratch.path("whole")));
    std::filesystem::remove(scratch.path("out"));
  } while (std::next_permutation(inputs.begin(), inputs.end()));
  CHECK(scratch.files() == std::vector<std::string>{"a", "b", "c", "whole"});
}

TEST_CASE("every column of a merged row has its bits, timings and hosts too", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  write(scratch.path("a"), part(grid, rows_of(0, 9)));
  write(scratch.path("b"), part(grid, rows_of(5, grid.size())));
  merge({scratch.path("b"), scratch.path("a")}, scratch.path("out"));
  Reader reader(scratch.path("out"));
  REQUIRE(reader.size() == grid.size());
  const Schema schema = sample::schema(grid);
  for (std::size_t row = 0; row < grid.size(); ++row) {
    const auto place = reader.find(grid.id(row));
    REQUIRE(place);
    REQUIRE(sample::same(reader.read(*place), sample::run(grid.id(row), schema, schema.weight_counts[row])));
    REQUIRE(std::ranges::equal(reader.parameters(*place, *grid.vocabulary()), grid.point(row).values()));
  }
}

TEST_CASE("random overlapping parts merge to one digest in any grouping", "[store]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  std::vector<std::set<std::size_t>> parts(3);
  for (std::size_t row = 0; row < grid.size(); ++row)
    for (std::size_t p = 0; p < parts.size(); ++p)
      if (random() % 2 == 0) parts[p].insert(row);
  const char* names[] = {"a", "b", "c"};
  for (std::size_t p = 0; p < parts.size(); ++p) {
    parts[p].insert(p);
    // Each store also lacks some runs, and some did not finish there.
    write(scratch.path(names[p]), part(grid, parts[p]), [&](std::size_t, record::RunRecord& run) {
      run.host = names[p];
      run.attempts = static_cast<std::int32_t>(random() % 5);
      const record::Status ends[] = {record::Status::not_run, record::Status::timed_out,
                                     record::Status::set_aside, record::Status::failed};
      if (random() % 3 == 0) run.status = ends[random() % 4];
      if (run.status == record::Status::failed) run.message = names[random() % 3];
    });
  }
  const auto at = [&](const char* name) { return scratch.path(name); };
  merge({at("a"), at("b"), at("c")}, at("abc"));
  merge({at("c"), at("a"), at("b")}, at("cab"));
  merge({at("a"), at("b")}, at("ab"));
  merge({at("ab"), at("c")}, at("ab-c"));
  merge({at("b"), at("c")}, at("bc"));
  merge({at("a"), at("bc")}, at("a-bc"));
  merge({at("abc"), at("b"), at("abc")}, at("again"));
  for (const char* name : {"cab", "ab-c", "a-bc", "again"}) {
    CAPTURE(name);
    CHECK(digest(at(name)) == digest(at("abc")));
    CHECK(Reader(at(name)).size() == Reader(at("abc")).size());
  }
}

TEST_CASE("the same bits are kept once, whoever computed them", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  write(scratch.path("a"), grid);
  write(scratch.path("b"), grid, [](std::size_t, record::RunRecord& run) {
    run.host = "elsewhere";
    run.wall_seconds += 1;
    run.attempts += 1;
  });
  const MergeResult result = merge({scratch.path("a"), scratch.path("b")}, scratch.path("out"));
  CHECK(result.repeated == grid.size());
  CHECK(result.conflicts.empty());
  CHECK(Reader(scratch.path("out")).read(0).host != "elsewhere");
}

TEST_CASE("contradicting runs are kept apart, with the provenance of their source", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  const std::size_t bad = 5;
  Metadata other = metadata();
  other.command_line = "another command";
  write(scratch.path("a"), grid);
  write(
      scratch.path("b"), grid,
      [&](std::size_t row, record::RunRecord& run) {
        if (row == bad) run.finals[1] += 1;
        if (row == bad) run.weights[0] += 1;
      },
      other);
  const MergeResult result = merge({scratch.path("a"), scratch.path("b")}, scratch.path("out"));
  REQUIRE(result.conflicts.size() == 1);
  CHECK(result.conflicts[0].id == grid.id(bad));
  CHECK(result.conflicts[0].kept == 0);
  CHECK(result.conflicts[0].other == 1);
  CHECK(result.conflicts[0].columns == std::vector<std::string>{"/finals/ab", "/weights/values"});
  CHECK(digest(scratch.path("out")) == digest(scratch.path("a")));
  CHECK(result.conflict_stores == std::vector<std::string>{scratch.path("out.conflicts-2.h5")});
  Reader kept_apart(scratch.path("out.conflicts-2.h5"));
  CHECK(kept_apart.metadata().command_line == "another command");
  REQUIRE(kept_apart.size() == 1);
  CHECK(kept_apart.ids()[0] == grid.id(bad));
  CHECK(sample::same(kept_apart.read(0), Reader(scratch.path("b")).read(bad)));
  CHECK(scratch.files() == std::vector<std::string>{"a", "b", "out", "out.conflicts-2.h5"});
}

TEST_CASE("a finished run comes before any other, from whichever store", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  using record::Status;
  const std::vector<Status> unfinished = {Status::not_run, Status::failed, Status::timed_out,
                                          Status::set_aside};
  write(scratch.path("whole"), grid);
  // Every row finishes in one of the stores.
  for (const std::size_t store : {0, 1})
    write(scratch.path(store == 0 ? "a" : "b"), grid, [&](std::size_t row, record::RunRecord& run) {
      if (row % 2 == store) run.status = unfinished[row / 2 % unfinished.size()];
    });
  CHECK(merge({scratch.path("a"), scratch.path("b")}, scratch.path("out")).conflicts.empty());
  CHECK(digest(scratch.path("out")) == digest(scratch.path("whole")));
}

TEST_CASE("a damaged row gives way to an intact one and is left out without one", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  write(scratch.path("a"), grid);
  write(scratch.path("b"), part(grid, rows_of(0, 3)));
  const Schema schema = sample::schema(grid);
  for (const std::size_t row : {std::size_t{1}, std::size_t{7}})
    flip_bit_of(scratch.path("a"), sample::run(grid.id(row), schema, schema.weight_counts[row]).flow_time);
  const MergeResult result = merge({scratch.path("a"), scratch.path("b")}, scratch.path("out"));
  CHECK(result.damaged == 2);
  CHECK(result.committed == grid.size() - 1);
  const auto states = Reader(scratch.path("out")).row_states();
  CHECK(std::ranges::count(states, Reader::RowState::missing) == 1);
}

TEST_CASE("runs of different instruction sets are compared by the tolerance that is given", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  write(scratch.path("a"), grid, unchanged, metadata("avx512"));
  write(
      scratch.path("b"), grid, [](std::size_t, record::RunRecord& run) { run.finals[0] *= 1 + 1e-15; },
      metadata("baseline"));
  std::size_t calls = 0;
  const Disagreements first_differs = [&](const sweep::Point& point, const record::RunRecord&,
                                          const record::RunRecord&) -> std::vector<std::string> {
    ++calls;
    return point.id() == grid.id(0) ? std::vector<std::string>{"risk"} : std::vector<std::string>{};
  };
  const MergeResult result =
      merge({scratch.path("a"), scratch.path("b")}, scratch.path("out"), must_not_judge, first_differs);
  CHECK(calls == grid.size());
  CHECK(result.replicates == grid.size() - 1);
  REQUIRE(result.conflicts.size() == 1);
  CHECK(result.conflicts[0].kept == 1);  // the lowest instruction set
  CHECK(digest(scratch.path("out")) == digest(scratch.path("b")));
  CHECK(Reader(scratch.path("out")).metadata().instruction_set == "baseline");
}

TEST_CASE("theorems are united, and those that a store lacks are judged on its runs", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  const sweep::Grid left = part(grid, rows_of(0, 9)), right = part(grid, rows_of(9, grid.size()));
  write(scratch.path("a"), left);
  const Schema larger = sample::schema_with_extra_theorem(right);
  create(scratch.path("b"), larger, right, metadata());
  RowWriter writer(scratch.path("b"));
  for (std::size_t row = 0; row < right.size(); ++row)
    writer.commit(row, sample::run(right.id(row), larger, larger.weight_counts[row]));
  const Rejudge judge = [](std::size_t, record::RunRecord& run, std::span<const std::size_t> lacking) {
    REQUIRE(lacking.size() == 1);
    run.verdicts[lacking[0]].predicted = 42;
  };
  const MergeResult result = merge({scratch.path("a"), scratch.path("b")}, scratch.path("out"), judge);
  CHECK(result.judged == left.size());
  Reader reader(scratch.path("out"));
  REQUIRE(reader.schema().theorems.size() == 3);
  CHECK(reader.schema().theorems[1].name == "mesa.new");
  CHECK(reader.read(*reader.find(left.id(2))).verdicts[1].predicted == 42);
  CHECK(sample::same(reader.read(*reader.find(right.id(2))), Reader(scratch.path("b")).read(2)));
}

TEST_CASE("open points stay open, and shards give the sweep's text and order back", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = sample::grid(4);  // what the text in the metadata makes
  for (const std::uint64_t index : {1, 2, 3}) {
    Metadata shard = metadata();
    shard.sweep_text += "#! set shard=" + std::to_string(index) + "/3\n";
    write(
        scratch.path(std::to_string(index)), points_of_shard(grid, {index, 3}),
        [&](std::size_t row, record::RunRecord& run) {
          if (index == 2 && row == 0) run.status = record::Status::not_run;
        },
        shard);
  }
  const MergeResult result =
      merge({scratch.path("3"), scratch.path("1"), scratch.path("2")}, scratch.path("out"));
  CHECK(result.committed == grid.size() - 1);
  Reader reader(scratch.path("out"));
  REQUIRE(reader.size() == grid.size());
  for (std::size_t row = 0; row < grid.size(); ++row) REQUIRE(reader.ids()[row] == grid.id(row));
  CHECK(reader.metadata().sweep_text == sample::sweep_text());
}

TEST_CASE("the sources are listed, also those of a merged store", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  write(scratch.path("a"), part(grid, rows_of(0, 9)));
  write(scratch.path("b"), part(grid, rows_of(9, 12)));
  write(scratch.path("c"), part(grid, rows_of(12, 15)));
  merge({scratch.path("a"), scratch.path("b")}, scratch.path("ab"));
  merge({scratch.path("ab"), scratch.path("c")}, scratch.path("out"));
  const std::string table = Reader(scratch.path("out")).metadata().merged_from;
  CHECK(std::ranges::count(table, '\n') == 5);
  CHECK(table.starts_with("path\tcreated\t"));
  for (const char* name : {"a", "b", "c", "ab"})
    CHECK(table.find("\n" + scratch.path(name) + "\t") != std::string::npos);
  CHECK(Reader(scratch.path("a")).metadata().merged_from.empty());
}

TEST_CASE("sweeps with different texts become comments", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  Metadata other = metadata();
  other.sweep_text = "name = other\n#! set name=third\n";
  write(scratch.path("a"), part(grid, rows_of(0, 9)));
  write(scratch.path("b"), part(grid, rows_of(9, 12)), unchanged, other);
  merge({scratch.path("a"), scratch.path("b")}, scratch.path("out"));
  const std::string text = Reader(scratch.path("out")).metadata().sweep_text;
  CHECK(text.find("name = other") != std::string::npos);
  CHECK(text.starts_with("#"));
  for (std::size_t end = text.find('\n'); end + 1 < text.size(); end = text.find('\n', end + 1))
    REQUIRE(text.substr(end + 1, 3) != "#! ");
}

TEST_CASE("what cannot be merged is refused and nothing is written", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  Metadata foreign = metadata();
  foreign.kernel = "another";
  write(scratch.path("a"), grid);
  write(scratch.path("foreign"), grid, unchanged, foreign);
  std::filesystem::create_symlink("a", scratch.path("link"));
  const std::vector<std::string> before = scratch.files();
  const auto contains = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  const std::string a = scratch.path("a"), out = scratch.path("out");
  CHECK(contains(refusal({a, scratch.path("foreign")}, out), "kernel version another"));
  CHECK(contains(refusal({a, scratch.path("missing")}, out), "cannot be opened"));
  CHECK(contains(refusal({a}, a), "is the input"));
  CHECK(contains(refusal({a}, scratch.path("link")), "is the input"));
  CHECK(contains(refusal({a}, scratch.path("foreign")), "exists already"));
  CHECK(contains(refusal({a}, scratch.path("no/folder")), "cannot be created"));
  CHECK(scratch.files() == before);
}

TEST_CASE("a point stored under an id that is not its own is refused", "[store]") {
  const sample::Scratch scratch;
  // A grid of another vocabulary: the same keys and one more, which enters its ids.
  auto words = std::make_shared<sweep::Vocabulary>(*sample::vocabulary());
  words->parameters.push_back(words->parameters.back());
  words->parameters.back().key = "more";
  const sweep::Grid grid = sweep::parse_sweep(sample::sweep_text(2), "sample.ini", {}, words).grid;
  create(scratch.path("a"), sample::schema(grid), grid, metadata());
  CHECK(refusal({scratch.path("a")}, scratch.path("out")).find("the parameters of point") !=
        std::string::npos);
  CHECK(scratch.files() == std::vector<std::string>{"a"});
}

TEST_CASE("a store with an unknown theorem is refused", "[store]") {
  const sample::Scratch scratch;
  const sweep::Grid grid = all_points();
  Schema schema = sample::schema(grid);
  schema.theorems[0].name = "mesa.unknown";
  create(scratch.path("a"), schema, grid, metadata());
  CHECK(refusal({scratch.path("a")}, scratch.path("out")).find("mesa.unknown") != std::string::npos);
}
