#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <fstream>

#include "sample.hpp"
#include "store/point_text.hpp"
#include "store/positioned_io.hpp"
#include "store/temporary_file.hpp"
#include "support/catch.hpp"

using namespace flowsweep::store;

TEST_CASE("only abandoned temporaries of the same target are removed", "[store]") {
  const sample::Scratch scratch;
  const std::vector<std::string> kept = {
      "store.h5.csv.node-12.partial",  // of another target
      "store.h5.csv.partial",         "store.h5.node-.partial", "store.h5.-12.partial",
      "store.h5.node-1x.partial",     "store.h5.partial",       "store.h5node-12.partial"};
  for (const std::string& name : kept) std::ofstream(scratch.path(name)) << name;
  const std::vector<std::string> removed = {"store.h5.node-12.partial", "store.h5.node-0_lab_org-7.partial"};
  for (const std::string& name : removed) std::ofstream(scratch.path(name)) << name;
  const std::string used = "store.h5.node-13.partial";
  const Descriptor user(::open(scratch.path(used).c_str(), O_RDWR | O_CREAT, 0666));
  REQUIRE(::flock(user, LOCK_EX | LOCK_NB) == 0);
  { const TemporaryFile file(scratch.path(), 0); }
  std::vector<std::string> expected = kept;
  expected.push_back(used);
  std::ranges::sort(expected);
  CHECK(scratch.files() == expected);
}

TEST_CASE("a temporary's own name is recognised when its maker is gone", "[store]") {
  const sample::Scratch scratch;
  std::string name;
  {
    const TemporaryFile file(scratch.path(), 0);
    name = file.path();
  }
  std::ofstream(name) << "left behind";
  { const TemporaryFile file(scratch.path(), 0); }
  CHECK(scratch.files().empty());
}

TEST_CASE("a quoted word is what a shell reads back", "[store]") {
  CHECK(quoted("sweeps/a-1.ini") == "sweeps/a-1.ini");
  CHECK(quoted("") == "''");
  CHECK(quoted("a b") == "'a b'");
  CHECK(quoted("it's") == "'it'\\''s'");
  CHECK(quoted("~/$x`y`") == "'~/$x`y`'");
}
