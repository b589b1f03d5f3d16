#include "core/instruction_set.hpp"

#include <string>

#include "core/error.hpp"
#include "core/provenance.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

constexpr InstructionSet all_sets[] = {InstructionSet::baseline, InstructionSet::avx2,
                                       InstructionSet::avx512};

// Whatever a test activates, the next one starts from what this process had.
struct Restore {
  InstructionSet before = active_instruction_set();
  ~Restore() { set_active_instruction_set(before); }
};

}  // namespace

TEST_CASE("names of instruction sets read back", "[instruction-set]") {
  for (const InstructionSet set : all_sets) CHECK(parse_instruction_set(name(set)) == set);
  CHECK(name(InstructionSet::avx512) == "avx512");
}

TEST_CASE("unknown instruction sets are refused, with the known ones", "[instruction-set]") {
  for (const char* text : {"", "AVX2", "avx", "avx5120", "sse"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_instruction_set(text), InputError);
  }
  try {
    parse_instruction_set("sse");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()).find("baseline, avx2, avx512") != std::string::npos);
    CHECK(std::string(error.what()).find("sse") != std::string::npos);
  }
}

TEST_CASE("the active set is one that the processor runs, and can be lowered", "[instruction-set]") {
  const Restore restore;
  CHECK(active_instruction_set() <= detected_instruction_set());
  for (const InstructionSet set : all_sets) {
    CAPTURE(name(set));
    if (set > detected_instruction_set()) {
      CHECK_THROWS_AS(set_active_instruction_set(set), InputError);
      continue;
    }
    set_active_instruction_set(set);
    CHECK(active_instruction_set() == set);
    CHECK(provenance().instruction_set == name(set));
  }
}
