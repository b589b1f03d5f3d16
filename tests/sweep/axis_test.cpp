#include "sweep/axis_expression.hpp"

#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

std::string axis(const std::string& key, const std::string& text) {
  const std::string needed = "distribution = gaussian\n";
  std::string lines = needed + key + " = " + text + "\n";
  if (key != "dimension") lines += "dimension = 2\n";
  if (key != "context") lines += "context = 10\n";
  return lines;
}

std::string expanded(const std::string& key, const std::string& text) {
  return values_of(read_text(with_axes(axis(key, text), false)).grid, key);
}

// The axis stands in line 5.
std::string refusal(const std::string& key, const std::string& text) {
  return error_of(with_axes(axis(key, text), false));
}

}  // namespace

TEST_CASE("every form of an axis expands") {
  CHECK(expanded("dimension", "2..4, 8") == "2 3 4 8");
  CHECK(expanded("dimension", "2..9:3") == "2 5 8");
  CHECK(expanded("dimension", "2 .. 3") == "2 3");
  CHECK(expanded("context", "lin(3, 10, 4)") == "3 5 8 10");
  CHECK(expanded("context", "log(10, 10000, 7)") == "10 32 100 316 1000 3162 10000");
  CHECK(expanded("scale", "lin(0.1, 0.5, 5), 2") == "0.1 0.2 0.3 0.4 0.5 2");
  CHECK(expanded("scale", "log(1e-3, 10, 5)") == "0.001 0.01 0.1 1 10");
  CHECK(expanded("scale", "lin(0.5, 3, 1)") == "0.5");
  CHECK(expanded("init", "0.1:0.1, 0.5:1.5") == "0.1:0.1 0.5:1.5");
  CHECK(expanded("integrator", "bdf") == "bdf");
  CHECK(expanded("seed", "0..4") == "0 1 2 3 4");
  CHECK(expanded("perturbation", "0") == "0");
}

TEST_CASE("rounded axes are made unique") {
  CHECK(expanded("context", "log(3, 6, 20)") == "3 4 5 6");
  CHECK(expanded("dimension", "lin(1, 3, 9), 2") == "1 2 3");
}

TEST_CASE("a spacing contains what it expands to and nothing between") {
  const auto spacing = [](bool logarithmic, auto first, auto last, std::uint64_t count) {
    return Spacing{logarithmic, std::is_integral_v<decltype(first)>, first, last, count};
  };
  const std::vector<Spacing> spacings = {spacing(false, 0.1, 7.3, 1000), spacing(true, 1e-7, 3e5, 1000),
                                         spacing(false, std::int64_t{1}, std::int64_t{50}, 400),
                                         spacing(true, std::int64_t{3}, std::int64_t{1000}, 700),
                                         spacing(true, std::int64_t{7}, std::int64_t{7}, 3)};
  for (const Spacing& s : spacings) {
    const std::vector<AxisItem> item = {s};
    for (const Value& value : expand(item)) {
      CAPTURE(to_text(value));
      CHECK(contains(s, value));
      if (const auto* real = std::get_if<double>(&value)) CHECK_FALSE(contains(s, *real * (1 + 1e-9)));
    }
  }
  CHECK_FALSE(contains(spacing(false, std::int64_t{0}, std::int64_t{10}, 3), Value(std::int64_t{4})));
  CHECK_FALSE(contains(spacings[0], Value(std::int64_t{1})));
}

TEST_CASE("wide spacings neither overflow nor pass their ends") {
  CHECK(expanded("seed", "lin(0, 9223372036854775807, 2)") == "0 9223372036854775807");
  CHECK(expanded("scale", "log(1e-300, 1e300, 3)") == "1e-300 1 1e+300");
}

TEST_CASE("impossible axes are refused with their line") {
  const std::string at = "sweep.ini:5: axes.";
  CHECK(refusal("dimension", "4..2") ==
        at + "dimension = 4..2: the range must not run backwards: its first value is above its last");
  CHECK(refusal("context", "log(100, 10, 3)") ==
        at +
            "context = log(100, 10, 3): the range must not run backwards: its first value is above its last");
  CHECK(refusal("perturbation", "log(0, 1, 3)") ==
        at + "perturbation = log(0, 1, 3): log(a, b, n) needs a > 0: it cannot pass through 0");
  CHECK(refusal("scale", "log(-1, 1, 3)") == at + "scale = -1: must be a real number, scale > 0");
  CHECK(refusal("scale", "lin(1, 2, 0)") == at + "scale = lin(1, 2, 0): the number of values n must be >= 1");
  CHECK(refusal("scale", "lin(1, 1, 3)") == at + "scale = lin(1, 1, 3): needs a < b when n > 1");
  CHECK(refusal("scale", "lin(1, 2)") == at + "scale = lin(1, 2): lin takes three arguments: lin(a, b, n)");
  CHECK(refusal("scale", "exp(1, 2, 3)") ==
        at + "scale = exp(1, 2, 3): the only functions are lin(a, b, n) and log(a, b, n)");
  CHECK(refusal("scale", "lin(1, 2, 3) 4") == at + "scale = lin(1, 2, 3) 4: must end in ')'");
  CHECK(refusal("scale", "lin(1, 2, 3") == at + "scale = lin(1, 2, 3: parentheses must be balanced");
  CHECK(refusal("scale", "1..2") ==
        at + "scale = 1..2: a..b is for integers; a real axis is spaced by lin(a, b, n) or log(a, b, n)");
  CHECK(refusal("dimension", "2..8:0") == at + "dimension = 2..8:0: the range's step must be >= 1");
  CHECK(refusal("dimension", "0..3") == at + "dimension = 0: must be an integer, dimension >= 1");
  CHECK(refusal("dimension", "") == at + "dimension = (nothing): the axis must have at least one value");
  CHECK(refusal("dimension", "2,,3") == at + "dimension = 2,,3: must have no empty item");
  CHECK(refusal("dimension", "2, 3, 2") == at + "dimension = 2: the axis must not hold a value twice");
  CHECK(refusal("perturbation", "0, -0.0") == at + "perturbation = 0: the axis must not hold a value twice");
  CHECK(refusal("context", "2") == at + "context = 2: must be an integer, context >= 3");
  CHECK(
      refusal("init", "lin(1, 2, 3)").starts_with(at + "init = lin(1, 2, 3): lin and log are for integers"));
  CHECK(refusal("record_times", "1") ==
        at + "record_times = 1: is a list and cannot be an axis; it belongs in section [flow]");
}

TEST_CASE("sizes are refused before anything is allocated") {
  CHECK(refusal("seed", "0..999999999999") ==
        "sweep.ini:3: axes = 1000000000000 points: a sweep has at most 10000000 points; the axes of this "
        "section have 1 "
        "x 1 x 1 x 1000000000000 values");
  CHECK(refusal("seed", "0..9223372036854775807, 1..9223372036854775807, 5..6")
            .starts_with(
                "sweep.ini:3: axes = more than 18446744073709551615 points: a sweep has at most 10000000"));
  CHECK(refusal("scale", "lin(1, 2, 9223372036854775807)")
            .starts_with("sweep.ini:3: axes = 9223372036854775807 points"));
  CHECK(refusal("seed", "0..1999999") ==
        "sweep.ini:3: axes = 2000003 values: the axes of a sweep have at most 2000000 values together");
  CHECK(error_of(with_axes("seed = 0..9\nscale = 1, 2"), {}, {.points = 19}) ==
        "sweep.ini:3: axes = 20 points: a sweep has at most 19 points; the axes of this section have 1 x 2 x "
        "1 x 1 x 10 "
        "values");
  CHECK(read_text(with_axes("seed = 0..9\nscale = 1, 2"), {}, {.points = 20}).grid.size() == 20);
  const std::string two =
      "name = t\nmodel = linear-attention\n[grid.a]\ndistribution = gaussian\ndimension = 2\n"
      "context = 3..7\n[grid.b]\ndistribution = sparse\ndimension = 2\ncontext = 3..7\n";
  CHECK(error_of(two, {}, {.points = 9})
            .starts_with("sweep.ini:7: grid.b = 10 points: a sweep has at most 9 points"));
  CHECK(read_text(two, {}, {.points = 10}).grid.size() == 10);
}
