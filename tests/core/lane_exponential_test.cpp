#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/instruction_set.hpp"
#include "lane_exponential_probe.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

constexpr int count = 1 << 16;
using Numbers = std::array<double, count>;

void evaluate(InstructionSet set, const Numbers& x, Numbers& result) {
  if (set == InstructionSet::avx512) return test::avx512::lane_exponentials(x.data(), result.data(), count);
  if (set == InstructionSet::avx2) return test::avx2::lane_exponentials(x.data(), result.data(), count);
  test::baseline::lane_exponentials(x.data(), result.data(), count);
}

}  // namespace

TEST_CASE("the lane exponential has the digits of doubles on every instruction set") {
  alignas(64) static Numbers x, result;
  const auto set = GENERATE(InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512);
  if (set > detected_instruction_set()) return;
  CAPTURE(name(set));
  const double span = GENERATE(1.0, 40.0, 707.0);
  for (int i = 0; i < count; ++i) x[i] = -span * i / (count - 1);
  evaluate(set, x, result);
  long double largest = 0;
  for (int i = 0; i < count; ++i) {
    const long double exact = std::exp(static_cast<long double>(x[i]));
    largest = std::max(largest, std::abs(result[i] / exact - 1));
  }
  CHECK(largest < 4e-16L);  // what its header states
  CHECK(result[0] == 1.0);

  const double infinity = std::numeric_limits<double>::infinity();
  x[0] = -708.0, x[1] = -infinity, x[2] = std::numeric_limits<double>::quiet_NaN(), x[3] = -1e300;
  evaluate(set, x, result);
  for (const int zero : {0, 1, 3}) CHECK(result[zero] == 0.0);
  CHECK(std::isnan(result[2]));
}
