#include <bit>
#include <cmath>
#include <random>

#include "support/catch.hpp"
#include "sweep/value_text.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

const Field field{{"f.ini", 3}, "axes.x"};

ParameterDeclaration declare(Kind kind, Bounds bounds = {}) {
  return {"x", "axes", kind, "", bounds, {"gaussian", "sparse"}, "1", "The x."};
}

std::string refusal(const ParameterDeclaration& declaration, std::string_view text) {
  try {
    parse_value(declaration, text, field);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("values of every kind are read") {
  CHECK(parse_value(declare(Kind::integer), "-5", field) == Value(std::int64_t{-5}));
  CHECK(parse_value(declare(Kind::integer), "1e6", field) == Value(std::int64_t{1000000}));
  CHECK(parse_value(declare(Kind::real), " 1e-3 ", field) == Value(1e-3));
  CHECK(parse_value(declare(Kind::name), "sparse", field) == Value(std::string("sparse")));
  CHECK(parse_value(declare(Kind::pair), "0.5 : 1.5", field) == Value(Pair{0.5, 1.5}));
  CHECK(parse_value(declare(Kind::real_list), "0.1, 1, 10", field) == Value(std::vector<double>{0.1, 1, 10}));
  CHECK(parse_value(declare(Kind::flag), "true", field) == Value(std::int64_t{1}));
  CHECK(parse_value(declare(Kind::flag), "false", field) == Value(std::int64_t{0}));
}

TEST_CASE("negative zero reads as zero") {
  const Value zero = parse_value(declare(Kind::real), "-0.0", field);
  CHECK_FALSE(std::signbit(std::get<double>(zero)));
}

TEST_CASE("refused values name file, line, field, value and constraint") {
  CHECK(refusal(declare(Kind::integer), "2.5") == "f.ini:3: axes.x = 2.5: must be an integer");
  CHECK(refusal(declare(Kind::integer), "2.5e0") == "f.ini:3: axes.x = 2.5e0: must be an integer");
  CHECK(refusal(declare(Kind::integer), "three") == "f.ini:3: axes.x = three: must be an integer");
  CHECK(refusal(declare(Kind::integer), "99999999999999999999") ==
        "f.ini:3: axes.x = 99999999999999999999: must be an integer that fits 64 bits");
  CHECK(refusal(declare(Kind::integer, {1, 9, false, false}), "0") ==
        "f.ini:3: axes.x = 0: must be an integer, 1 <= x <= 9");
  CHECK(refusal(declare(Kind::real), "1e999") ==
        "f.ini:3: axes.x = 1e999: must be within the range of double precision");
  CHECK(refusal(declare(Kind::real), "nan") == "f.ini:3: axes.x = nan: must be finite");
  CHECK(refusal(declare(Kind::real), "-inf") == "f.ini:3: axes.x = -inf: must be finite");
  CHECK(refusal(declare(Kind::real), "1.0x") == "f.ini:3: axes.x = 1.0x: must be a real number");
  CHECK(refusal(declare(Kind::real, {0, 1, true, true}), "1") ==
        "f.ini:3: axes.x = 1: must be a real number, 0 < x < 1");
  CHECK(refusal(declare(Kind::name), "gausian") ==
        "f.ini:3: axes.x = gausian: must be one of gaussian, sparse; the nearest is 'gaussian'");
  CHECK(refusal(declare(Kind::pair, {0, 9, true, false}), "1") ==
        "f.ini:3: axes.x = 1: must be two real numbers FIRST:SECOND, 0 < each half of x <= 9");
  CHECK(refusal(declare(Kind::pair, {0, 9, true, false}), "1:0") ==
        "f.ini:3: axes.x = 0: must be two real numbers FIRST:SECOND, 0 < each half of x <= 9");
  CHECK(refusal(declare(Kind::real_list), "1,,2") == "f.ini:3: axes.x = 1,,2: must have no empty item");
  CHECK(refusal(declare(Kind::flag), "yes") == "f.ini:3: axes.x = yes: must be true or false");
  CHECK(refusal(declare(Kind::real), " ") == "f.ini:3: axes.x = (nothing): must be a real number");
}

TEST_CASE("a long refused value is cut at a character") {
  const std::string text = std::string(79, 'a') + "\xC3\xA9" + std::string(50, 'b');
  CHECK(refusal(declare(Kind::real), text) ==
        "f.ini:3: axes.x = " + std::string(79, 'a') + "...: must be a real number");
}

TEST_CASE("lists split outside parentheses") {
  const auto items = split_list("1, log(1, 10, 3) ,2", ',', field);
  REQUIRE(items.size() == 3);
  CHECK(items[1] == "log(1, 10, 3)");
  CHECK_THROWS_WITH(split_list("(1, 2", ',', field), "f.ini:3: axes.x = (1, 2: parentheses must be balanced");
  CHECK_THROWS_AS(split_list("1), (2", ',', field), InputError);
}

TEST_CASE("to_text reads back to the same bits") {
  const auto seed = GENERATE(1u, 2u, 3u);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const Value back = parse_value(declare(Kind::real), to_text(Value(value)), field);
    CHECK(std::bit_cast<std::uint64_t>(std::get<double>(back)) == std::bit_cast<std::uint64_t>(value));
  }
}

TEST_CASE("to_text gives sweep-file form") {
  CHECK(to_text(Value{}).empty());
  CHECK(to_text(Value(0.1)) == "0.1");
  CHECK(to_text(Value(Pair{0.1, 2})) == "0.1:2");
  CHECK(to_text(Value(std::vector<double>{0.001, 1})) == "0.001, 1");
}

TEST_CASE("bounds read as inequalities") {
  CHECK(to_text(Bounds{}, "x").empty());
  CHECK(to_text(Bounds{1, Bounds{}.highest, false, false}, "dimension") == "dimension >= 1");
  CHECK(to_text(Bounds{0, Bounds{}.highest, true, false}, "scale") == "scale > 0");
  CHECK(to_text(Bounds{Bounds{}.lowest, 2, false, true}, "x") == "x < 2");
  CHECK(to_text(Bounds{0, 1, true, false}, "p") == "0 < p <= 1");
}
