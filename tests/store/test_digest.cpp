#include <algorithm>
#include <numeric>

#include "sample.hpp"
#include "store/store.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

struct Sample {
  sample::Scratch scratch;
  sweep::Grid grid = sample::grid(3);
  Schema schema = sample::schema(grid);

  std::string fresh(const std::string& name) {
    create(scratch.path(name), schema, grid, sample::metadata());
    return scratch.path(name);
  }
  record::RunRecord run(std::size_t row) const {
    return sample::run(grid.id(row), schema, schema.weight_counts[row]);
  }
  /// Digest of a store in which `edit` was applied to the run of row 2.
  std::uint64_t digest_with(const std::string& name, const std::function<void(record::RunRecord&)>& edit) {
    const std::string path = fresh(name);
    RowWriter writer(path);
    for (std::size_t row = 0; row < grid.size(); ++row) {
      record::RunRecord record = run(row);
      if (row == 2) edit(record);
      writer.commit(row, record);
    }
    return Reader(path).digest();
  }
};

}  // namespace

TEST_CASE("the digest does not depend on the order of commits, hosts or times", "[store]") {
  Sample s;
  const std::uint64_t plain = s.digest_with("plain.h5", [](record::RunRecord&) {});
  const std::string path = s.fresh("reversed.h5");
  RowWriter writer(path);
  for (std::size_t row = s.grid.size(); row-- > 0;) writer.commit(row, s.run(row));
  CHECK(Reader(path).digest() == plain);
  CHECK(s.digest_with("machine.h5", [](record::RunRecord& run) {
    run.host = "elsewhere";
    run.wall_seconds *= 3;
    run.attempts = 2;
  }) == plain);
}

TEST_CASE("the digest depends on everything else", "[store]") {
  Sample s;
  const std::uint64_t plain = s.digest_with("plain.h5", [](record::RunRecord&) {});
  const std::vector<std::function<void(record::RunRecord&)>> edits = {
      [](auto& run) { run.message += "."; },
      [](auto& run) { ++run.steps; },
      [](auto& run) { ++run.evaluations; },
      [](auto& run) { ++run.products; },
      [](auto& run) { run.flow_time = -run.flow_time; },
      [](auto& run) { run.largest_gradient_norm = -run.largest_gradient_norm; },
      [](auto& run) { run.trajectory.values[0] += 1; },
      [](auto& run) { run.trajectory.flow_time[0] += 1; },
      [](auto& run) { run.finals[1] += 1; },
      [](auto& run) { run.weights.back() += 1; },
      [](auto& run) { run.measurements[0][0] += 1; },
      [](auto& run) { run.verdicts[0].margin = 1; },
      [](auto& run) { run.verdicts[1].conclusion_margins[1] += 1; },
      [](auto& run) { run.status = record::Status::failed; },
  };
  for (std::size_t edit = 0; edit < edits.size(); ++edit) {
    CAPTURE(edit);
    CHECK(s.digest_with("edit" + std::to_string(edit) + ".h5", edits[edit]) != plain);
  }
}

TEST_CASE("rows that timed out, were set aside or never ran do not enter the digest", "[store]") {
  Sample s;
  const auto with = [&](const std::string& name, record::Status status) {
    return s.digest_with(name, [&](record::RunRecord& run) { run.status = status; });
  };
  const std::string path = s.fresh("without.h5");
  RowWriter writer(path);
  for (std::size_t row = 0; row < s.grid.size(); ++row)
    if (row != 2) writer.commit(row, s.run(row));
  const std::uint64_t without = Reader(path).digest();
  CHECK(with("timed.h5", record::Status::timed_out) == without);
  CHECK(with("aside.h5", record::Status::set_aside) == without);
}

TEST_CASE("the digest of rows does not depend on what other points make the store look like", "[store]") {
  // One store holds the gaussian points alone; in the other the same points lie among sparse ones, with axes
  // of their own and longer trajectories, which are not run.
  const sample::Scratch scratch;
  const sweep::Grid few = sample::grid(3, "gaussian"), many = sample::grid(4);
  Schema narrow = sample::schema(few), wide = sample::schema(many);
  sample::write_whole(scratch.path("few.h5"), few, narrow);
  wide.records = 2 * narrow.records;
  create(scratch.path("many.h5"), wide, many, sample::metadata());
  RowWriter writer(scratch.path("many.h5"));
  Reader reader(scratch.path("many.h5"));
  for (std::size_t row = few.size(); row-- > 0;)
    writer.commit(reader.find(few.id(row)).value(),
                  sample::run(few.id(row), narrow, narrow.weight_counts[row]));
  CHECK(reader.digest() == Reader(scratch.path("few.h5")).digest());
}
