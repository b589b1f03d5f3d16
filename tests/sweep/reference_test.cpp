#include "sweep/reference.hpp"

#include "support/catch.hpp"
#include "sweep/axis_expression.hpp"
#include "sweep/section_keys.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

TEST_CASE("the reference page names every key with its constraint and help") {
  const auto vocabulary = small_vocabulary();
  const std::string page = reference_page(*vocabulary);
  for (const auto& [section, keys] : section_keys(*vocabulary))
    for (const KeyDeclaration& key : keys) {
      CAPTURE(section, key.key);
      CHECK_FALSE(key.help.empty());
      CHECK(page.find("| `" + key.key + "` | " + key.kind + " |") != std::string::npos);
      CHECK(page.find(key.help) != std::string::npos);
    }
  CHECK(page.find("| `p` | real |  | a real number, 0 < p < 1 | 1 | The p. |") != std::string::npos);
  CHECK(page.find("## [flow]") != std::string::npos);
}

TEST_CASE("the reference page explains the lines that are no comments") {
  CHECK(reference_page(*small_vocabulary()).find("`#! set SECTION.KEY=VALUE`") != std::string::npos);
}

TEST_CASE("a bar in a cell does not end it") {
  Vocabulary vocabulary;
  vocabulary.parameters = {{"x", "axes", Kind::real, "", {}, {}, "1", "The norm |x|."}};
  CHECK(reference_page(vocabulary).find("The norm \\|x\\|.") != std::string::npos);
}

TEST_CASE("every form of an axis on the page can be read") {
  const std::string page = reference_page(*small_vocabulary());
  for (const AxisForm& form : axis_forms()) {
    CAPTURE(form.example);
    CHECK(page.find("| `" + form.form + "` |") != std::string::npos);
    const bool pair = form.kinds == "pair";
    const ParameterDeclaration declaration{"x", "axes",  pair ? Kind::pair : Kind::integer, "", {}, {},
                                           "1", "The x."};
    CHECK_FALSE(expand(parse_axis(declaration, form.example, {}, 100)).empty());
  }
}
