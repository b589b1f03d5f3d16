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
