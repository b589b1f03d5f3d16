#include <algorithm>
#include <set>

#include "core/hash.hpp"
#include "core/provenance.hpp"
#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

std::set<std::uint64_t> ids(const std::string& text) {
  const Grid grid = read_text(text).grid;
  std::set<std::uint64_t> set;
  for (std::size_t row = 0; row < grid.size(); ++row) set.insert(grid.id(row));
  return set;
}

std::uint64_t id(const std::string& lines, const std::string& top = "") {
  const std::string needed = "distribution = gaussian\ndimension = 2\ncontext = 10\n";
  const auto set = ids("name = t\nmodel = linear-attention\n" + top + "\n[axes]\n" + needed + lines + "\n");
  REQUIRE(set.size() == 1);
  return *set.begin();
}

}  // namespace

TEST_CASE("the canonical content of a point is pinned") {
  REQUIRE(std::string(kernel_version) == "3");
  const Point point = read_text(with_axes("init = 0.5:1.5\n[flow]\nrecord_times = 0.5, 1")).grid.point(0);
  CHECK(canonical_content(point.vocabulary(), point.values()) ==
        "context=integer:10\ndimension=integer:2\ndistribution=name:gaussian\nhorizon=real:412e848000000000\n"
        "init=pair:3fe0000000000000,3ff8000000000000\nintegrator=name:bdf\nmodel=name:linear-attention\n"
        "perturbation=real:0000000000000000\nrecord_times=real-list:3fe0000000000000,3ff0000000000000\n"
        "risk=name:population\nscale=real:3ff0000000000000\nseed=integer:0\nkernel=3\n");
  CHECK(point.id() == point_id(point.vocabulary(), point.values()));
  CHECK(to_hex(point.id()) == "da5340ad4a94ef9d");
}

TEST_CASE("negative zero has the id of zero") {
  Point point = read_text(with_axes("")).grid.point(0);
  std::vector<Value> values(point.values().begin(), point.values().end());
  const auto zero = std::find(values.begin(), values.end(), Value(0.0));
  REQUIRE(zero != values.end());
  *zero = -0.0;
  CHECK(point_id(point.vocabulary(), values) == point.id());
}

TEST_CASE("ids do not depend on order, names or theorems") {
  const std::string plain = "name = t\nmodel = linear-attention\n";
  const auto expected =
      ids(plain +
          "[axes]\ndistribution = gaussian, sparse\ndimension = 2, 3\ncontext = 10\n[flow]\nhorizon = 9\n");
  CHECK(expected.size() == 4);
  CHECK(ids(plain + "[flow]\nhorizon = 9.0\n[axes]\ncontext = 10\ndimension = 3, 2\ndistribution = sparse, "
                    "gaussian\n") == expected);
  CHECK(ids("theorems = mesa.limit\ntime_limit = 3\nname = other\nmodel = linear-attention\n[axes]\nhorizon "
            "= 9e0\n"
            "distribution = gaussian, sparse\ndimension = 2..3\ncontext = 1e1\n") == expected);
  CHECK(ids(plain + "[grid.b]\ndistribution = sparse\ndimension = 2..3\ncontext = 10\n[grid.a]\ndistribution "
                    "= gaussian\n"
                    "dimension = 2..3\ncontext = 10\n[flow]\nhorizon = 9\n") == expected);
}

TEST_CASE("every used value changes the id, an unused one does not") {
  const std::uint64_t plain = id("");
  for (const char* used : {"scale = 2", "init = 0.1:0.2", "perturbation = 1e-3", "seed = 1", "horizon = 2",
                           "integrator = euler\nstep = 1", "[flow]\nrecord_times = 1"})
    CHECK(id(used) != plain);
  CHECK(id("", "risk = empirical") != plain);
  for (const char* unused : {"p = 0.5", "dense = true", "step = 1", "[empirical]\nsequences = 5"})
    CHECK(id(unused) == plain);
  CHECK(id("[empirical]\nsequences = 5", "risk = empirical") != id("", "risk = empirical"));
  CHECK(id("scale = 1") == plain);  // the default, written out
}

TEST_CASE("equal grids have equal hashes, other grids others") {
  const auto hash = [](const std::string& lines) { return read_text(with_axes(lines)).grid.hash(); };
  CHECK(hash("seed = 0, 1") == hash("seed = 1, 0"));
  CHECK(hash("seed = 0, 1") != hash("seed = 0, 2"));
  CHECK(hash("seed = 0, 1") != hash("seed = 0"));
}
