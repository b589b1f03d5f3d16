#include <algorithm>
#include <set>

#include "support/catch.hpp"
#include "sweep/point_list.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

Sweep shard(const std::string& text) {
  const std::string directive = "shard=" + text;
  return read_text(valid_text(), {&directive, 1});
}

}  // namespace

TEST_CASE("the shards of a sweep are disjoint and make it up, in its order") {
  const Grid whole = read_text(valid_text()).grid;
  for (const std::uint64_t count : {1, 2, 7}) {
    CAPTURE(count);
    std::set<std::uint64_t> seen;
    for (std::uint64_t index = 1; index <= count; ++index) {
      const Grid part = shard(std::to_string(index) + "/" + std::to_string(count)).grid;
      std::size_t next = 0;
      for (std::size_t row = 0; row < part.size(); ++row) {
        REQUIRE(part.id(row) % count == index - 1);
        REQUIRE(seen.insert(part.id(row)).second);
        while (whole.id(next) != part.id(row)) ++next;
        REQUIRE(std::ranges::equal(part.point(row).values(), whole.point(next).values()));
      }
    }
    CHECK(seen.size() == whole.size());
  }
}

TEST_CASE("a shard lists only the values of its own points") {
  const Grid whole = read_text(valid_text()).grid;
  const std::string one = std::to_string(whole.id(0) % 1000000 + 1) + "/1000000";
  const Grid part = shard(one).grid;
  REQUIRE(part.size() == 1);
  CHECK(values_of(part, "dimension") == to_text(part.point(0).value("dimension")));
  CHECK(part.duplicates == whole.duplicates);
  CHECK(part.excluded == whole.excluded);
}

TEST_CASE("a shard may have no points, a sweep may not") {
  const Grid whole = read_text(valid_text()).grid;
  std::uint64_t vacant = 1;
  for (std::size_t row = 0; row < whole.size(); ++row)
    if (whole.id(row) % 1000000 + 1 == vacant) row = 0, ++vacant;
  CHECK(shard(std::to_string(vacant) + "/1000000").grid.size() == 0);
  const std::string nothing = "axes.exclude=context=10..1000";
  CHECK(error_of(valid_text(), {&nothing, 1}).find("at least one point") != std::string::npos);
}

TEST_CASE("a shard is I/N with 1 <= I <= N") {
  for (const char* bad : {"0/4", "5/4", "x", "1/0", "1/99999999999", "1/1000001", "", "1", "1/", "/1",
                          "1/2/3", "-1/2", "1.0/2", "+1/2", "1e0/2", "0x1/2", "18446744073709551617/2"}) {
    CAPTURE(bad);
    const std::string directive = std::string("shard=") + bad;
    const std::string message = error_of(valid_text(), {&directive, 1});
    CHECK(message.find("command line: shard = ") == 0);
    CHECK(message.find("must be I/N, integers with 1 <= I <= N <= 1000000") != std::string::npos);
  }
  CHECK(to_text(shard("2 / 3").shard) == "2/3");
  CHECK(to_text(shard("1000000/1000000").shard) == "1000000/1000000");
  CHECK(read_text(valid_text()).shard.whole());
}

TEST_CASE("texts of shards become equal without what makes them shards") {
  const std::string text = valid_text();
  CHECK(without_shard(text) == text);
  CHECK(without_shard(shard("1/2").text) == text);
  CHECK(without_shard(shard("2/2").text) == text);
  CHECK(without_shard("shard = 1/2 # a part\nname = a") == "name = a\n");
  CHECK(without_shard("#! set  shard = 1/2\n") == "");
  for (const std::string kept :
       {"#! set axes.shard=1/2\n", "# shard = 1/2\n", "[axes]\nshard = 1/2\n", "shard\n"})
    CHECK(without_shard(kept) == kept);
}

TEST_CASE("points added one by one make the grid they came from") {
  const Grid grid = read_text(valid_text()).grid;
  PointList points(grid.vocabulary());
  for (std::size_t row = 0; row < grid.size(); ++row) REQUIRE(points.add(grid.point(row).values()) == row);
  CHECK(points.add(grid.point(3).values()) == 3);
  const Grid copy = std::move(points).finish();
  REQUIRE(copy.size() == grid.size());
  CHECK(copy.hash() == grid.hash());
}
