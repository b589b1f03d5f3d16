#include "core/instruction_set.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>

#include "core/error.hpp"

namespace flowsweep {
namespace {

InstructionSet initial_instruction_set() {
  const InstructionSet detected = detected_instruction_set();
  const char* wanted = std::getenv("FLOWSWEEP_INSTRUCTION_SET");
  return wanted != nullptr ? std::min(detected, parse_instruction_set(wanted)) : detected;
}

std::atomic<InstructionSet>& active() {
  static std::atomic<InstructionSet> value{initial_instruction_set()};
  return value;
}

}  // namespace

InstructionSet detected_instruction_set() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return InstructionSet::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return InstructionSet::avx2;
#endif
  return InstructionSet::baseline;
}

std::string_view name(InstructionSet set) {
  switch (set) {
    case InstructionSet::baseline:
      return "baseline";
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::avx512:
      return "avx512";
  }
  return "baseline";
}

InstructionSet parse_instruction_set(std::string_view text) {
  for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512})
    if (text == name(set)) return set;
  throw InputError({"instruction set", 0}, "instruction set", std::string(text),
                   "must be one of baseline, avx2, avx512");
}

InstructionSet active_instruction_set() {
  return active();
}

std::string offer_text(InstructionSet offered) {
  const bool held_back =
      initial_instruction_set() < detected_instruction_set() && offered == initial_instruction_set();
  return (held_back ? "the environment variable FLOWSWEEP_INSTRUCTION_SET allows at most "
                    : "this job's machines offer at most ") +
         std::string(name(offered));
}

void set_active_instruction_set(InstructionSet set) {
  if (set > detected_instruction_set())
    throw InputError({"instruction set", 0}, "instruction set", std::string(name(set)),
                     "this processor runs at most " + std::string(name(detected_instruction_set())));
  active() = set;
}

}  // namespace flowsweep
