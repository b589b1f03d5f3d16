#include <algorithm>
#include <set>

#include "support/catch.hpp"
#include "theory/theorem.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

void check_conditions(const std::vector<Condition>& conditions) {
  CHECK(!conditions.empty());
  std::set<std::string> names;
  for (const Condition& condition : conditions) {
    CAPTURE(condition.name);
    CHECK(!condition.name.empty());
    CHECK(!condition.meaning.empty());
    CHECK(names.insert(condition.name).second);
  }
}

}  // namespace

TEST_CASE("the registry is sorted, its names unique and found", "[registry]") {
  const auto all = registry();
  CHECK(all.size() >= 6);
  CHECK(std::ranges::adjacent_find(
            all, [](const Theorem* a, const Theorem* b) { return a->name >= b->name; }) == all.end());
  for (const Theorem* theorem : all) CHECK(find_theorem(theorem->name) == theorem);
  for (const char* name :
       {"mesa.limit", "mesa.balance", "mesa.trajectory", "mesa.gaussian", "mesa.sparse", "mesa.attraction"}) {
    CAPTURE(name);
    CHECK(find_theorem(name) != nullptr);
  }
  CHECK(find_theorem("mesa") == nullptr);
  CHECK(find_theorem("") == nullptr);
}

TEST_CASE("every theorem says what it is, where it is from and how it is judged", "[registry]") {
  for (const Theorem* theorem : registry()) {
    CAPTURE(theorem->name);
    for (const std::string& text :
         {theorem->title, theorem->statement, theorem->formula, theorem->source, theorem->tolerance_source}) {
      CAPTURE(text);
      CHECK(text.size() > 5);
    }
    CHECK(theorem->speaks_about != nullptr);
    CHECK(theorem->measure != nullptr);
    CHECK(theorem->judge != nullptr);
    check_conditions(theorem->hypotheses);
    check_conditions(theorem->conclusions);
    CHECK(!name(theorem->standing).empty());
    // The paper's statements are never presented as more than an encoding of them.
    if (theorem->standing == Standing::paper)
      CHECK((theorem->source.find("Zheng et al.") != std::string::npos ||
             theorem->source.find("Ren & Liu") != std::string::npos));
    if (theorem->standing == Standing::derived) CHECK(theorem->source.find("derived") != std::string::npos);
  }
}

TEST_CASE("every measurement has a name that can be a dataset's, a unit and a meaning", "[registry]") {
  for (const Theorem* theorem : registry()) {
    std::set<std::string> names;
    CHECK(!theorem->measurements.empty());
    for (const record::Quantity& quantity : theorem->measurements) {
      CAPTURE(theorem->name, quantity.name);
      CHECK(!quantity.name.empty());
      CHECK(quantity.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
      CHECK(!quantity.unit.empty());
      CHECK(!quantity.long_name.empty());
      CHECK(names.insert(quantity.name).second);
    }
  }
}
