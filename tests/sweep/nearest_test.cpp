#include "sweep/nearest.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace flowsweep::sweep;

TEST_CASE("edit distance counts insertions, deletions and replacements") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("dimension", "dimensoin") == 2);
}

TEST_CASE("nearest takes the first of the closest") {
  const std::vector<std::string> keys = {"scale", "seed", "step"};
  CHECK(nearest("sede", keys) == "seed");
  CHECK(nearest("stale", keys) == "scale");
  CHECK(nearest("x", std::vector<std::string>{}).empty());
}

TEST_CASE("only what may be meant is hinted at") {
  const std::vector<std::string> names = {"run", "verify", "mesa.limit", "distributions"};
  CHECK(near_candidate("verfy", names) == "verify");
  CHECK(near_candidate("limit", names) == "mesa.limit");
  CHECK(near_candidate("distributions-list", names) == "distributions");
  CHECK(near_candidate("rum", names) == "run");
  CHECK(near_candidate("x", names).empty());
  CHECK(near_candidate("explode", names).empty());
  CHECK(near_candidate("", names).empty());
  CHECK(near_candidate("x", std::vector<std::string>{}).empty());
  CHECK(near_candidate(std::string(1'000'000, 'x'), names).empty());
  CHECK(nearest_hint("verfy", names, "the nearest is", "see help") == "; the nearest is 'verify'");
  CHECK(nearest_hint("explode", names, "the nearest is", "see help") == "; see help");
  CHECK(nearest_hint("explode", names, "the nearest is").empty());
}
