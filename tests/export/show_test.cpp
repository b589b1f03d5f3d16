#include "export/show.hpp"

#include <cmath>
#include <limits>
#include <sstream>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "export/sketch.hpp"
#include "stored_sweep.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::exporting;
using verify::test::Planted;
using verify::test::StoredSweep;

namespace {

std::string shown(const StoredSweep& stored, std::size_t row) {
  store::Reader reader(stored.path());
  std::ostringstream out;
  show(reader, *verify::test::vocabulary(), row, "paper.h5", out);
  return out.str();
}

// A macro would lose the text of what is missing.
void check_parts(const std::string& text, std::initializer_list<std::string> parts) {
  for (const std::string& part : parts) {
    CAPTURE(part, text);
    CHECK(text.find(part) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("a point is shown in words", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  const std::string id = to_hex(stored.grid().id(1));
  check_parts(shown(stored, 1), {"Point " + id + " of sweep every-verdict (row 1 of 5",
                                 "  distribution         skewed\n",
                                 "  dimension            2\n",
                                 "Run: converged at flow time ",
                                 " gradient evaluations, ",
                                 "\n  largest gradient norm ",
                                 "\nAt the end:\n  risk ",
                                 "mean over j of Re(A_jj B_jj)",
                                 "\nab over ",
                                 "\n  |_",
                                 "\nmesa.limit: violated\n",
                                 "[paper]: a* b* = c = kappa1",
                                 "  source     after Zheng et al. 2024",
                                 "\n  predicted  ",
                                 "\n  measured   ",
                                 "\n  tolerance  ",
                                 "\n  hypothesis equal kappas ",
                                 "\n  conclusion diagonal structure ",
                                 " margin -",
                                 "\nmesa.sparse: hypothesis-unmet\n",
                                 "flowsweep reproduce paper.h5 " + id});
}

TEST_CASE("a run that ended early says why", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  const std::string text = shown(stored, 4);
  check_parts(text, {"Run: diverged at flow time", "mesa.limit: failed"});
}

TEST_CASE("a point without an intact row is shown by its parameters", "[export]") {
  Planted planted;
  planted.run = [](std::size_t row, record::RunRecord&) { return row != 0; };
  const StoredSweep stored(verify::test::every_verdict, planted);
  stored.damage(2);
  check_parts(shown(stored, 0), {"  distribution         gaussian\n", "Not run yet."});
  check_parts(shown(stored, 2), {"Damaged: the row's checksum disagrees"});
  CHECK(shown(stored, 0).find("mesa.limit") == std::string::npos);
}

TEST_CASE("points are found by the first digits of their ids", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  const store::Reader reader(stored.path());
  for (std::size_t row = 0; row < reader.size(); ++row) {
    const std::string id = to_hex(reader.ids()[row]);
    CHECK(row_of(reader, id) == row);
    CHECK(row_of(reader, id.substr(0, 12)) == row);
  }
  const std::string id = to_hex(reader.ids()[0]);
  const std::string other = id.substr(0, 15) + (id.back() == '0' ? '1' : '0');
  CHECK_THROWS_AS(row_of(reader, other), InputError);
  CHECK_THROWS_AS(row_of(reader, ""), InputError);
  CHECK_THROWS_AS(row_of(reader, "xyz"), InputError);
  CHECK_THROWS_AS(row_of(reader, id + "0"), InputError);
}

TEST_CASE("digits that several ids begin with are refused", "[export]") {
  // 17 points or more: two ids share their first digit.
  const StoredSweep stored(
      "name = t\nmodel = linear-attention\ntheorems = mesa.limit\n[axes]\n"
      "distribution = gaussian\ndimension = 1\ncontext = 3..19\n");
  const store::Reader reader(stored.path());
  std::size_t refused = 0;
  for (const char digit : std::string("0123456789abcdef")) try {
      row_of(reader, std::string_view(&digit, 1));
    } catch (const InputError& error) {
      refused += std::string(error.what()).find("points have ids that begin so") != std::string::npos;
    }
  CHECK(refused >= 1);
}

TEST_CASE("a sketch goes from the smallest to the largest value", "[export]") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double largest = std::numeric_limits<double>::max();
  CHECK(sketch(std::vector<double>{}).empty());
  CHECK(sketch(std::vector{5.0, 5.0}) == "__");
  CHECK(sketch(std::vector{0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0}) == "_.,:-=+*%#");
  CHECK(sketch(std::vector{2.0, 1.0, std::nan("")}) == "#_?");
  CHECK(sketch(std::vector{-largest, infinity, largest}) == "_?#");
}
