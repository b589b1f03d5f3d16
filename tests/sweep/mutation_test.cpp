#include <random>

#include "support/catch.hpp"
#include "vocabulary.hpp"

using namespace flowsweep;
using namespace flowsweep::sweep;

namespace {

constexpr int mutations = 4'000;  // a seed
// Refusals are wanted here, not large grids: a mutation may multiply one.
const Limits small_limits{
    .points = 2'000, .axis_values = 2'000, .text_bytes = 4'000, .line_bytes = 1'000, .sections = 20};

std::string random_piece(std::mt19937_64& random) {
  static const std::vector<std::string> pieces = {"..",
                                                  ":",
                                                  ",",
                                                  "(",
                                                  ")",
                                                  "lin(",
                                                  "log(1, 2, 3)",
                                                  "=",
                                                  "&",
                                                  ";",
                                                  "[",
                                                  "]",
                                                  "[axes]",
                                                  "[grid.a]",
                                                  "[grid.b]",
                                                  "\n",
                                                  "\r\n",
                                                  "#",
                                                  "#! set ",
                                                  "1e999",
                                                  "-",
                                                  "0",
                                                  "999999999999",
                                                  "9223372036854775807",
                                                  "-9223372036854775808",
                                                  "nan",
                                                  "inf",
                                                  "1e-400",
                                                  "zip",
                                                  "exclude",
                                                  "scale",
                                                  "dimension=2..3",
                                                  "euler",
                                                  "empirical",
                                                  "true",
                                                  ".",
                                                  " ",
                                                  "\t"};
  if (random() % 4 == 0) return std::string(1, static_cast<char>(random() % 256));
  return pieces[random() % pieces.size()];
}

std::string mutated(std::string text, std::mt19937_64& random) {
  for (std::uint64_t change = 0, changes = 1 + random() % 4; change < changes; ++change) {
    const std::size_t at = random() % (text.size() + 1);
    const std::size_t length = std::min<std::size_t>(random() % 20, text.size() - at);
    switch (random() % 4) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, random_piece(random));
        break;
      case 2:
        text.replace(at, std::min<std::size_t>(length, 3), random_piece(random));
        break;
      default:
        text.insert(random() % (text.size() + 1), text.substr(at, length));
    }
  }
  return text;
}

void check_mutations(std::uint64_t seed) {
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  int read = 0;
  for (int i = 0; i < mutations; ++i) {
    const std::string text = mutated(valid_text(), random);
    try {
      const Sweep sweep = read_text(text, {}, small_limits);
      ++read;
      if (i % 16 == 0 && read_text(sweep.text, {}, small_limits).grid.hash() != sweep.grid.hash()) FAIL(text);
    } catch (const InputError&) {
    } catch (const std::exception& error) {
      CAPTURE(i, text);
      FAIL(error.what());
    }
  }
  CHECK(read > mutations / 100);  // else the mutations test the first check only
  CHECK(read < mutations / 2);
}

}  // namespace

TEST_CASE("mutated files are read or refused with an InputError, seed 1") {
  check_mutations(1);
}
TEST_CASE("mutated files are read or refused with an InputError, seed 2") {
  check_mutations(2);
}
TEST_CASE("mutated files are read or refused with an InputError, seed 3") {
  check_mutations(3);
}
TEST_CASE("mutated files are read or refused with an InputError, seed 4") {
  check_mutations(4);
}
TEST_CASE("mutated files are read or refused with an InputError, seed 5") {
  check_mutations(5);
}
