#include <fmt/format.h>

#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

// Under the default limits each of these would take minutes to hours to expand; they are refused before.

std::string repeated(const std::string& item, const std::string& separator, int count) {
  std::string text = item;
  for (int i = 1; i < count; ++i) text += separator + item;
  return text;
}

bool refused(const std::string& text, const std::string& what) {
  return error_of(text).find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("many exclusions of a large grid are refused before it is expanded") {
  const std::string axes = "seed = 0..9999\nscale = lin(1, 2, 1000)\n";
  CHECK(refused(with_axes(axes + "exclude = " + repeated("seed=5", "; ", 101)),
                "1010000000 tests of conditions on combinations: at most 1000000000"));
}

TEST_CASE("many ranges on a long axis are refused before they are tried") {
  const std::string ranges = repeated("lin(1, 1e9, 999999)", ", ", 1000);
  CHECK(refused(with_axes("seed = 0..199999\nexclude = seed=" + ranges),
                "200000000 tests of ranges on axis values: at most 100000000"));
}

TEST_CASE("exclusions of several grids count together") {
  const std::string grid = "distribution = gaussian\ndimension = 2\ncontext = 10\nseed = 0..999\nexclude = " +
                           repeated("seed=5", "; ", 3) + "\n";
  const std::string text = "name = t\nmodel = linear-attention\n[grid.a]\n" + grid + "[grid.b]\n" + grid;
  Limits limits;
  limits.exclusion_tests = 6000;
  CHECK(error_of(text, {}, limits).empty());
  limits.exclusion_tests = 5999;
  CHECK(error_of(text, {}, limits).starts_with("sweep.ini:14: grid.b.exclude = 6000 tests"));
}

TEST_CASE("a long list for many points is refused") {
  const std::string list = "[flow]\nrecord_times = " + repeated("1", ", ", 10000);
  CHECK(refused(with_axes("seed = 0..100000") + list,
                "record_times = 10000 numbers for 100001 combinations: at most 1000000000 numbers"));
}

TEST_CASE("override lines are limited") {
  Limits limits;
  limits.directives = 2;
  const std::string text = with_axes("") + "#! set name=a\n#! set name=b\n";
  CHECK(error_of(text, {}, limits).empty());
  CHECK(error_of(text + "#! set name=c\n", {}, limits).find("at most 2 such lines") != std::string::npos);
}
