#include <algorithm>
#include <set>

#include "reference_laws.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

TEST_CASE("every family has a reference law in these tests", "[registry]") {
  std::set<std::string> tested;
  for (const test::ReferenceLaw& reference : test::reference_laws()) tested.insert(reference.family);
  for (const distribution::LawFamily& family : distribution::families()) {
    CAPTURE(family.name);
    CHECK(tested.contains(family.name));
  }
}

TEST_CASE("names are unique and found; every text is filled", "[registry]") {
  std::set<std::string> names;
  for (const distribution::LawFamily& family : distribution::families()) {
    CAPTURE(family.name);
    CHECK(names.insert(family.name).second);
    CHECK(distribution::find_family(family.name) == &family);
    CHECK(!family.description.empty());
    CHECK(!family.moments.empty());
    CHECK(!family.parameters.empty());
    for (const distribution::LawParameter& parameter : family.parameters) {
      CHECK(!parameter.key.empty());
      CHECK(!parameter.symbol.empty());
      CHECK(!parameter.help.empty());
    }
  }
  CHECK(distribution::find_family("cauchy") == nullptr);
  CHECK(distribution::find_family("") == nullptr);
}
