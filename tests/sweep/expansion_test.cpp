#include "sweep/grid_builder.hpp"

#include "support/catch.hpp"
#include "sweep/id_index.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

std::string rows(const Grid& grid, const std::vector<std::string>& keys) {
  std::string text;
  for (std::size_t row = 0; row < grid.size(); ++row) {
    text += row == 0 ? "" : "; ";
    for (const std::string& key : keys)
      text += to_text(grid.point(row).value(key)) + (key == keys.back() ? "" : " ");
  }
  return text;
}

}  // namespace

TEST_CASE("the first declared axis is the slowest, whatever the file's order") {
  const Grid grid =
      read_text(with_axes("seed = 1, 0\ncontext = 10, 3\ndimension = 2, 4\ndistribution = gaussian", false))
          .grid;
  CHECK(rows(grid, {"dimension", "context", "seed"}) ==
        "2 10 1; 2 10 0; 2 3 1; 2 3 0; 4 10 1; 4 10 0; 4 3 1; 4 3 0");
}

TEST_CASE("zipped axes advance together") {
  const Grid grid =
      read_text(with_axes("scale = 1, 2, 2\nstep = 0.1, 0.1, 0.2\nzip = step, scale\nseed = 0, 1\n"
                          "[flow]\nintegrator = euler"))
          .grid;
  CHECK(rows(grid, {"scale", "step", "seed"}) == "1 0.1 0; 1 0.1 1; 2 0.1 0; 2 0.1 1; 2 0.2 0; 2 0.2 1");
}

TEST_CASE("two groups of zipped axes") {
  const Grid grid =
      read_text(
          with_axes(
              "distribution = gaussian\nscale = 1, 2\nseed = 5, 6\ndimension = 2, 3\ncontext = lin(3, 4, 2)\n"
              "zip = scale, seed; dimension, context",
              false))
          .grid;
  CHECK(rows(grid, {"scale", "dimension", "context", "seed"}) == "1 2 3 5; 1 3 4 5; 2 2 3 6; 2 3 4 6");
}

TEST_CASE("impossible zips are refused") {
  const auto refusal = [](const std::string& zip) {
    return error_of(with_axes("scale = 1, 2\nseed = 0..2\nzip = " + zip));
  };
  const std::string at = "sweep.ini:9: axes.zip = ";
  CHECK(refusal("scale, seed") ==
        at + "scale, seed: axes that advance together must be equally long: scale has 2 values, seed has 3");
  CHECK(refusal("scale") == at + "scale: a group must have at least two axes");
  CHECK(refusal("scale, scale") == at + "scale, scale: 'scale' must stand in one group once");
  CHECK(refusal("scale, init") == at + "scale, init: 'init' is no axis of this section");
  CHECK(refusal("scale, sede") == at + "scale, sede: unknown axis 'sede'; the nearest known axis is 'seed'");
  CHECK(refusal("scale, ") == at + "scale,: must have no empty item");
}

TEST_CASE("axes that a point does not use do not multiply the grid") {
  const Grid grid =
      read_text(with_axes("distribution = gaussian, skewed\ndimension = 2\ncontext = 10\np = 0.25, 0.5, 0.75",
                          false))
          .grid;
  CHECK(grid.size() == 4);
  CHECK(grid.duplicates == 2);
  CHECK(rows(grid, {"distribution", "p"}) == "gaussian ; skewed 0.25; skewed 0.5; skewed 0.75");
  CHECK(grid.table(4)[0] == Value{});
  CHECK(values_of(grid, "p") == "0.25 0.5 0.75");
}

TEST_CASE("an axis takes the place of a single value, also for keys of other sections") {
  const Grid grid =
      read_text("risk = empirical\n" +
                with_axes("risk = population, empirical\nintegrator = bdf, euler\nstep = 0.1, 0.2\n"
                          "[flow]\nintegrator = bdf\n[empirical]\nsequences = 7"))
          .grid;
  CHECK(rows(grid, {"risk", "integrator", "step", "sequences"}) ==
        "population bdf  ; population euler 0.1 ; population euler 0.2 ; empirical bdf  7; empirical euler "
        "0.1 7; "
        "empirical euler 0.2 7");
}

TEST_CASE("several grids follow each other, and their common points count once") {
  const std::string start = "name = t\nmodel = linear-attention\n";
  const std::string a = "[grid.a]\ndistribution = gaussian\ndimension = 2, 3\ncontext = 10\n";
  const std::string b = "[grid.b]\ndistribution = gaussian\ndimension = 3, 4\ncontext = 10\n";
  const Grid grid = read_text(start + a + b + "[flow]\nhorizon = 5\n").grid;
  CHECK(rows(grid, {"dimension", "horizon"}) == "2 5; 3 5; 4 5");
  CHECK(grid.duplicates == 1);
  CHECK(grid.hash() == read_text(start + b + a + "[flow]\nhorizon = 5\n").grid.hash());
}

TEST_CASE("different points of one id are refused") {
  const auto vocabulary = small_vocabulary();
  const Field heading{{"f.ini", 3}, "axes"};
  const auto specification = [&](const std::string& dimension) {
    GridSpecification grid;
    grid.field = heading;
    for (const ParameterDeclaration& declaration : vocabulary->parameters) {
      const bool list = declaration.kind == Kind::real_list;
      grid.columns.push_back({});
      if (!list) grid.columns.back().values = {Value(std::int64_t{1})};
    }
    grid.columns[5].values = {Value(dimension)};
    return grid;
  };
  GridBuilder builder(vocabulary, [](std::string_view) { return std::uint64_t{7}; });
  builder.add(specification("2"));
  builder.add(specification("2"));
  CHECK_THROWS_WITH(
      builder.add(specification("3")),
      "f.ini:3: axes = 0000000000000007: two different points have this id; change a value of one of them");
  const Grid grid = std::move(builder).finish();
  CHECK(grid.size() == 1);
  CHECK(grid.duplicates == 1);
}

TEST_CASE("the index of ids finds what was inserted, also among equal low bits") {
  IdIndex index;
  std::vector<std::uint64_t> ids;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t id = (i % 7) | (i << 40);
    REQUIRE(index.find_or_insert(id, ids) == ids.size());
    ids.push_back(id);
  }
  for (std::size_t row = 0; row < ids.size(); ++row) REQUIRE(index.find_or_insert(ids[row], ids) == row);
}

TEST_CASE("a large grid expands to distinct ids") {
  const Grid grid = read_text(with_axes("seed = 0..19999")).grid;
  CHECK(grid.size() == 20000);
  CHECK(grid.duplicates == 0);
  CHECK(grid.point(19999).integer("seed") == 19999);
}
