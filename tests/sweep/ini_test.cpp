#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

const std::string top = "name = t\nmodel = linear-attention\n";
const std::string axes = "[axes]\ndistribution = gaussian\ndimension = 2\ncontext = 10\n";

}  // namespace

TEST_CASE("a file with every form is read") {
  const Sweep sweep = read_text(valid_text());
  CHECK(sweep.name == "small");
  CHECK(sweep.theorems == std::vector<std::string>{"mesa.limit", "mesa.balance"});
  CHECK(sweep.time_limit == 10);
  CHECK(sweep.text == valid_text());
  CHECK(values_of(sweep.grid, "dimension") ==
        "4 8 2 3");  // gaussian, the slowest axis' first value, excludes 2 and 3
  CHECK(values_of(sweep.grid, "record_times") == "0.001, 0.01");
}

TEST_CASE("defaults and optional keys") {
  const Sweep sweep = read_text(top + axes);
  CHECK(sweep.theorems.empty());
  CHECK(sweep.time_limit == 0);
  REQUIRE(sweep.grid.size() == 1);
  const Point point = sweep.grid.point(0);
  CHECK(point.real("scale") == 1);
  CHECK(point.pair("init") == Pair{0.1, 0.1});
  CHECK(point.name("integrator") == "bdf");
  CHECK(point.integer("context") == 10);
  CHECK_FALSE(point.uses("step"));
  CHECK_FALSE(point.uses("record_times"));
  CHECK_THROWS_AS(point.value("stepp"), std::out_of_range);
  CHECK_THROWS_AS(point.real("step"), std::bad_variant_access);
}

TEST_CASE("line ends may be CR LF, and the last one may be missing") {
  std::string text;
  for (const char letter : top + axes) {
    if (letter == '\n') text += '\r';
    text += letter;
  }
  text.resize(text.size() - 2);
  CHECK(read_text(text).grid.hash() == read_text(top + axes).grid.hash());
}

TEST_CASE("comments and blank lines are skipped") {
  const std::string text = "# c\n\n  # = c [x]\n" + top + "[axes] # here\ndistribution = gaussian # law\n" +
                           "dimension = 2\ncontext = 10\n";
  CHECK(read_text(text).grid.hash() == read_text(top + axes).grid.hash());
}

TEST_CASE("unknown keys and sections are refused with the nearest known one") {
  CHECK(
      error_of(top + axes + "dimensoin = 3\n") ==
      "sweep.ini:7: axes.dimensoin = 3: unknown key in section [axes]; the nearest known key is 'dimension'");
  CHECK(error_of("nmae = t\n") ==
        "sweep.ini:1: nmae = t: unknown key at the top of the file; the nearest known key is 'name'");
  CHECK(error_of(top + "[flow]\nhorizn = 1\n") ==
        "sweep.ini:4: flow.horizn = 1: unknown key in section [flow]; the nearest known key is 'horizon'");
  CHECK(error_of(top + "[grid.a]\nsede = 1\n") ==
        "sweep.ini:4: grid.a.sede = 1: unknown key in section [grid.a]; the nearest known key is 'seed'");
  CHECK(error_of(top + "[axis]\n") ==
        "sweep.ini:3: section = [axis]: unknown section [axis]; the nearest known section is [axes]");
  CHECK(error_of(top + "[grid]\n").find("the nearest known section is [") != std::string::npos);
  CHECK(error_of(top + "[grid.]\n").find("unknown section [grid.]") != std::string::npos);
  CHECK(error_of(top + "[]\n").find("unknown section []") != std::string::npos);
}

TEST_CASE("a key in the wrong section is told where it belongs") {
  CHECK(error_of("horizon = 1\n") ==
        "sweep.ini:1: horizon = 1: 'horizon' is no key at the top of the file; it belongs in section [flow]");
  CHECK(error_of("zip = a, b\n") ==
        "sweep.ini:1: zip = a, b: 'zip' is no key at the top of the file; it belongs in section [axes]");
  CHECK(error_of("[flow]\nname = x\n") ==
        "sweep.ini:2: flow.name = x: 'name' is no key in section [flow]; it belongs at the top of the file");
}

TEST_CASE("messages about long keys and sections stay short") {
  const std::string lengthy(5000, 'k');
  CHECK(error_of(lengthy + " = 1\n").size() < 300);
  CHECK(error_of("[" + lengthy + "]\n").size() < 300);
  CHECK(error_of(with_axes("zip = scale, " + lengthy + "\nscale = 1")).size() < 400);
}

TEST_CASE("what is given twice is refused with both lines") {
  CHECK(error_of(top + axes + "context = 11\n") ==
        "sweep.ini:7: axes.context = 11: given twice: in line 6 and in line 7");
  CHECK(error_of(top + axes + "[axes]\n") ==
        "sweep.ini:7: section = [axes]: given twice: in line 3 and in line 7");
}

TEST_CASE("[axes] and [grid.NAME] exclude each other") {
  CHECK(error_of(top + axes + "[grid.a]\n") ==
        "sweep.ini:7: section = [grid.a]: a file has either [axes] or several [grid.NAME]; [axes] stands in "
        "line 3");
  const std::vector<std::string> overrides = {"axes.dimension=2"};
  CHECK(error_of("name = x\nmodel = linear-attention\n[grid.a]\ndistribution = gaussian\n", overrides) ==
        "sweep.ini:3: section = [grid.a]: a file has either [axes] or several [grid.NAME]; [axes] comes from "
        "the command line; name the grid instead: grid.a.KEY");
}

TEST_CASE("a byte order mark is named") {
  CHECK(error_of("\xEF\xBB\xBFname = x\n") ==
        "sweep.ini:1: the file begins with a byte order mark; save it as UTF-8 without one");
}

TEST_CASE("lines that are no assignment are refused") {
  CHECK(error_of("name\n") == "sweep.ini:1: line = name: must be KEY = VALUE");
  CHECK(error_of(top + "[axes]\nscale 1\n") == "sweep.ini:4: [axes] = scale 1: must be KEY = VALUE");
  CHECK(error_of(top + "[axes\n") == "sweep.ini:3: section = [axes: must be [NAME]");
  CHECK_FALSE(error_of("= 1\n").empty());
}

TEST_CASE("keys that a sweep needs") {
  CHECK(error_of("model = linear-attention\n" + axes) ==
        "sweep.ini: name = (nothing): must be given at the top of the file");
  CHECK(error_of("name =\n" + axes) == "sweep.ini:1: name = (nothing): must not be empty");
  CHECK(error_of("name = t\n" + axes) ==
        "sweep.ini: model = (nothing): must be given; one of linear-attention, softmax-attention");
  CHECK(error_of(top + "[axes]\ndistribution = gaussian\ncontext = 3\n") ==
        "sweep.ini:3: axes.dimension = (nothing): must be given; an integer, dimension >= 1");
  CHECK(error_of(top) ==
        "sweep.ini: axes.distribution = (nothing): must be given; one of gaussian, sparse, skewed");
  CHECK(error_of(top + "[axes]\ndistribution = gaussian, skewed\ndimension = 2\ncontext = 3\n") ==
        "sweep.ini:3: axes.p = (nothing): must be given; a real number, 0 < p < 1");
  CHECK(error_of(top + axes + "[flow]\nintegrator = euler\n") ==
        "sweep.ini: flow.step = (nothing): must be given; a real number, step > 0");
}

TEST_CASE("values of the top and of the single sections are validated") {
  CHECK(error_of("name = t\nmodel = linear\n" + axes) ==
        "sweep.ini:2: model = linear: must be one of linear-attention, softmax-attention; the nearest is "
        "'linear-attention'");
  CHECK(error_of(top + "theorems = mesa.limt\n" + axes) ==
        "sweep.ini:3: theorems = mesa.limt: unknown theorem; the nearest known one is 'mesa.limit'");
  CHECK(error_of(top + "theorems = mesa.limit, mesa.limit\n" + axes) ==
        "sweep.ini:3: theorems = mesa.limit: must not be listed twice");
  CHECK(error_of(top + "theorems =\n" + axes) ==
        "sweep.ini:3: theorems = (nothing): must have no empty item");
  CHECK(error_of(top + "time_limit = -1\n" + axes) ==
        "sweep.ini:3: time_limit = -1: must be time_limit >= 0");
  CHECK(error_of(top + axes + "[flow]\nhorizon = 0\n") ==
        "sweep.ini:8: flow.horizon = 0: must be a real number, horizon > 0");
  CHECK(error_of(top + axes + "[flow]\nintegrator = bdf, euler\n") ==
        "sweep.ini:8: flow.integrator = bdf, euler: one value is expected here; list values of an axis in "
        "[axes]");
  CHECK(error_of(top + axes + "[flow]\nrecord_times = 1, -1\n") ==
        "sweep.ini:8: flow.record_times = -1: must be a list of real numbers, each of record_times > 0");
}

TEST_CASE("a vocabulary's constraint is refused at the axis' line") {
  CHECK(error_of(with_axes(
            "distribution = gaussian, skewed\ndimension = 2\ncontext = 3\np = 0.5\nscale = 1, 11", false)) ==
        "sweep.ini:8: axes.scale = 11: a skewed law needs scale <= 10");
}

TEST_CASE("bytes that are no text are refused") {
  CHECK(error_of(std::string("name = a\0b\n", 11)) ==
        "sweep.ini:1: the control character 0x00 in column 9 is not allowed");
  CHECK(error_of("name = t\nname = \xFF\n") == "sweep.ini:2: the byte 0xff in column 8 is not UTF-8");
  CHECK(error_of("\xC0\xAF").find("is not UTF-8") != std::string::npos);
  CHECK(error_of("\xED\xA0\x80").find("is not UTF-8") != std::string::npos);
  CHECK(error_of("name = a\rb\n") == "sweep.ini:1: the control character 0x0d in column 9 is not allowed");
  CHECK(read_text("name = Fl\xC3\xBCsse \xE2\x88\x87\n" + top.substr(9) + axes).name ==
        "Fl\xC3\xBCsse \xE2\x88\x87");
}

TEST_CASE("too large files are refused") {
  CHECK(error_of(top, {}, {.text_bytes = 10}) == "sweep.ini: a sweep file has at most 10 bytes");
  CHECK(error_of(top, {}, {.line_bytes = 10}) == "sweep.ini:2: the line has 24 bytes; the limit is 10");
  CHECK(error_of(top + "[flow]\n[empirical]\n", {}, {.sections = 2}) ==
        "sweep.ini:4: section = [empirical]: a sweep file has at most 2 sections");
}
