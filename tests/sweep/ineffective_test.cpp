#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

std::vector<std::string> warnings(const std::string& text) {
  return read_text(text).warnings;
}

const std::string two_grids = R"(name = t
model = linear-attention
[flow]
horizon = 10
step = 0.5
[grid.a]
distribution = gaussian
dimension = 2, 3
context = 10
p = 0.5
integrator = INTEGRATOR
[grid.b]
distribution = gaussian, sparse
dimension = 2
context = 20
exclude = dimension=3; distribution=sparse
)";

std::string with_integrator(const std::string& name) {
  std::string text = two_grids;
  return text.replace(text.find("INTEGRATOR"), 10, name);
}

}  // namespace

TEST_CASE("keys that every grid ignores and exclusions that drop nothing are named with their line") {
  CHECK(
      warnings(with_integrator("bdf")) ==
      std::vector<std::string>{"sweep.ini:10: grid.a.p = 0.5: no point uses this key",
                               "sweep.ini:5: flow.step = 0.5: no point uses this key",
                               "sweep.ini:16: grid.b.exclude = dimension=3: no point meets this exclusion"});
}

TEST_CASE("a shared key that one grid uses has an effect") {
  CHECK(warnings(with_integrator("euler")).size() == 2);
}

TEST_CASE("an exclusion has an effect even where another one drops the same points") {
  CHECK(warnings(with_axes("exclude = dimension=2; context=10\nseed = 0\ndimension = 2, 3\ncontext = 10, 20",
                           false) +
                 "distribution = gaussian\n")
            .empty());
}

TEST_CASE("a sweep in which everything counts has no warnings, and neither have its defaults") {
  CHECK(warnings(with_axes("")).empty());
  CHECK(warnings(with_axes("seed = 0..3\nscale = 1, 2")).empty());
}

TEST_CASE("a shard warns of what has no effect in the whole sweep only") {
  const std::string shard = "shard=1/1000";
  CHECK(read_text(with_axes("seed = 0..3\nexclude = seed=3"), {&shard, 1}).warnings.empty());
}
