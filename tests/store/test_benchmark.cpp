// Hidden: run with `test_store "[benchmark]"`. Figures, no assertions about time.
#include <chrono>
#include <cstdio>

#include "sample.hpp"
#include "store/store.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;

namespace {

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<std::string> names(const std::string& stem, int count) {
  std::vector<std::string> result;
  for (int i = 0; i < count; ++i) result.push_back(stem + std::to_string(i));
  return result;
}

/// Nine observables, 64 records, five theorems: about 95 columns.
Schema large_schema(const sweep::Grid& grid) {
  Schema schema = sample::schema(grid);
  schema.records = 64;
  schema.observables.clear();
  for (const std::string& name : names("observable", 9))
    schema.observables.push_back({name, "1", "an observable"});
  schema.theorems.clear();
  for (const std::string& name : names("theorem", 5))
    schema.theorems.push_back(
        {name, "", "", "", names("h", 2), names("c", 1), {{"m", "1", "a measurement"}}});
  return schema;
}

void time_commits(const std::string& path, RowAccess access, const char* name, std::size_t points,
                  const record::RunRecord& run) {
  double committing = 0;
  const double all = seconds_of([&] {
    RowWriter writer(path, access);
    committing = seconds_of([&] {
      for (std::size_t row = 0; row < points; ++row) writer.commit(row, run);
    });
  });
  std::printf("commit      %.1f us a point (%s), open and close %.1f ms\n", 1e6 * committing / double(points),
              name, 1e3 * (all - committing));
}

}  // namespace

TEST_CASE("time of creation, commits, checks and digest", "[.benchmark]") {
  const sample::Scratch scratch;
  const std::string axes =
      "name = b\n[axes]\nlaw = gaussian\nscale = 1\ndimension = 5\ninit = 1:1\nseed = 0..49999\n";
  const sweep::Grid grid = sweep::parse_sweep(axes, "b", {}, sample::vocabulary()).grid;
  const Schema schema = large_schema(grid);
  const record::RunRecord run = sample::run(1, schema, schema.weight_counts[0]);
  const double points = static_cast<double>(grid.size());
  std::printf("%zu points, %.0f MB\n", grid.size(), 1e-6 * double(store_bytes(schema, grid)));
  std::printf("create      %.2f s\n",
              seconds_of([&] { create(scratch.path(), schema, grid, sample::metadata()); }));
  for (const auto& [access, name] :
       {std::pair{RowAccess::positioned, "pwrite"}, std::pair{RowAccess::mapped, "mapped"}})
    for (int pass = 0; pass < 2; ++pass) time_commits(scratch.path(), access, name, grid.size(), run);
  Reader reader(scratch.path());
  std::printf("row_states  %.2f s\n", seconds_of([&] { reader.row_states(); }));
  std::printf("digest      %.2f s\n", seconds_of([&] { reader.digest(); }));
  std::printf("read        %.1f us a point\n", 1e6 / points * seconds_of([&] {
                                                 for (std::size_t row = 0; row < grid.size(); ++row)
                                                   reader.read(row);
                                               }));
}
