#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

using Texts = std::vector<std::string>;

const std::string two_grids =
    "name = t\nmodel = linear-attention\n[grid.a]\ndistribution = gaussian\ndimension = 2\ncontext = 10\n"
    "[grid.b]\ndistribution = sparse\ndimension = 3\ncontext = 10\nscale = 2";

}  // namespace

TEST_CASE("overrides replace and add keys in every section") {
  const Sweep sweep = read_text(with_axes(""), Texts{"name=x", "axes.dimension=2..4", "flow.horizon = 1e3",
                                                     "risk=empirical", "empirical.sequences=7"});
  CHECK(sweep.name == "x");
  CHECK(values_of(sweep.grid, "dimension") == "2 3 4");
  CHECK(values_of(sweep.grid, "horizon") == "1000");
  CHECK(values_of(sweep.grid, "sequences") == "7");
}

TEST_CASE("the last override of a key counts") {
  CHECK(read_text(with_axes(""), Texts{"name=x", "name=y"}).name == "y");
}

TEST_CASE("overrides reach one of several grids") {
  CHECK(values_of(read_text(two_grids, Texts{"grid.a.scale=3"}).grid, "scale") == "3 2");
  CHECK(error_of(two_grids, Texts{"grid.c.scale=3"}) ==
        "command line: grid.c.scale = 3: the file has no section [grid.c]; the nearest is [grid.a]");
}

TEST_CASE("the text of an overridden sweep reads back to the same grid") {
  const Texts overrides = {"axes.dimension=2..4 # few", "flow.horizon=1e3", "name=x"};
  for (const std::string& text : {with_axes(""), valid_text(), valid_text() + "# no line end"}) {
    const Sweep sweep = read_text(text, overrides);
    const Sweep again = read_text(sweep.text);
    CHECK(again.grid.hash() == sweep.grid.hash());
    CHECK(again.name == sweep.name);
    CHECK(again.text == sweep.text);
    CHECK(sweep.grid.hash() != read_text(text).grid.hash());
    CHECK(sweep.text.starts_with(text));
    CHECK(
        sweep.text.ends_with("\n#! set axes.dimension=2..4 # few\n#! set flow.horizon=1e3\n#! set name=x\n"));
  }
}

TEST_CASE("overrides act after the directives of the text") {
  const Sweep sweep = read_text(with_axes(""), Texts{"name=x"});
  CHECK(read_text(sweep.text, Texts{"name=y"}).name == "y");
}

TEST_CASE("impossible overrides are refused as the command line's") {
  const std::string text = with_axes("");
  CHECK(error_of(text, Texts{"dimension"}) ==
        "command line: --set = dimension: must be SECTION.KEY=VALUE or KEY=VALUE");
  CHECK(error_of(text, Texts{"axes.dimensoin=2"}) ==
        "command line: axes.dimensoin = 2: unknown key in section [axes]; the nearest known key is "
        "'dimension'");
  CHECK(error_of(text, Texts{"axis.dimension=2"}) ==
        "command line: axis.dimension = 2: unknown section [axis]; the nearest known section is [axes]");
  CHECK(error_of(text, Texts{"axes.dimension=0"}) ==
        "command line: axes.dimension = 0: must be an integer, dimension >= 1");
  CHECK(error_of(text, Texts{"name=a\nmodel=b"}) ==
        "command line: --set: the control character 0x0a in column 7 is not allowed");
  CHECK(error_of(text, Texts{"[axes=]"}) ==
        "command line: --set = [axes=]: must be SECTION.KEY=VALUE or KEY=VALUE");
  CHECK(error_of(text + "#! set axes.dimension=0\n") ==
        "sweep.ini:8: axes.dimension = 0: must be an integer, dimension >= 1");
}
