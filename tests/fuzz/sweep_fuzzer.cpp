/// libFuzzer target: sweep files, --set and --where from strangers are read or refused with an InputError.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sweep/grid.hpp"
#include "sweep/vocabulary.hpp"

namespace flowsweep::sweep {
namespace {

// Large grids are slow and tell nothing new; a sweep of the default limits is bounded in the same way.
const Limits small_limits{.points = 2'000,
                          .axis_values = 2'000,
                          .text_bytes = 4'000,
                          .line_bytes = 1'000,
                          .sections = 20,
                          .directives = 20,
                          .exclusion_tests = 100'000,
                          .range_tests = 100'000,
                          .list_entries = 100'000};

// An input is TEXT, or TEXT NUL OVERRIDE, or TEXT NUL OVERRIDE NUL CONDITION.
struct Input {
  std::string text, override_text, condition;
};

Input split(std::string_view bytes) {
  const auto piece = [&bytes] {
    const std::size_t end = std::min(bytes.find('\0'), bytes.size());
    const std::string text(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return text;
  };
  Input input;
  input.text = piece();
  input.override_text = piece();
  input.condition = piece();
  return input;
}

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

Sweep read(const std::string& text, std::span<const std::string> overrides) {
  static const auto vocabulary = small_vocabulary();
  return parse_sweep(text, "sweep.ini", overrides, vocabulary, small_limits);
}

// A text that was read is read again, as a store's text is.
void check_again(const Sweep& sweep) {
  const Sweep again = read(sweep.text, {});
  demand(again.grid.hash() == sweep.grid.hash(), "a sweep's own text makes the same grid");
  demand(again.warnings.size() == sweep.warnings.size(), "a sweep's own text has the same warnings");
  const Sweep whole = read(without_shard(sweep.text), {});
  demand(whole.shard.whole() && whole.grid.size() >= sweep.grid.size(), "the sweep of a shard is whole");
}

void check_filter(const Grid& grid, const std::string& condition) {
  try {
    for (const std::size_t row : filter_rows(grid, {&condition, 1}))
      demand(row < grid.size(), "a filter keeps rows of the grid");
  } catch (const InputError&) {
    return;
  }
}

void check(const Input& input) {
  try {
    const std::size_t overrides = input.override_text.empty() ? 0 : 1;
    const Sweep sweep = read(input.text, {&input.override_text, overrides});
    check_again(sweep);
    if (!input.condition.empty()) check_filter(sweep.grid, input.condition);
  } catch (const InputError&) {
    return;
  }
}

}  // namespace
}  // namespace flowsweep::sweep

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flowsweep::sweep::check(flowsweep::sweep::split({reinterpret_cast<const char*>(data), size}));
  return 0;
}
