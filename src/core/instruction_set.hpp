#pragma once
#include <string>
#include <string_view>

namespace flowsweep {

/// Instruction sets for which the numerical kernels are compiled; ordered, so that `<` means "runs on more
/// machines".
enum class InstructionSet : int { baseline = 0, avx2 = 1, avx512 = 2 };

/// The best set that this processor runs (AVX-512 means F, DQ and VL).
InstructionSet detected_instruction_set();

/// "baseline", "avx2", "avx512": the tag in the store's provenance.
std::string_view name(InstructionSet set);

/// Inverse of name(); throws InputError for another text.
InstructionSet parse_instruction_set(std::string_view text);

/// The set the kernels of this process use: the detected one until set_active_instruction_set() lowers it.
/// The environment variable FLOWSWEEP_INSTRUCTION_SET lowers the detected one at start.
InstructionSet active_instruction_set();

/// What is made for the active set, of one for each.
template <typename T>
T for_active_set(T baseline, T avx2, T avx512) {
  const InstructionSet set = active_instruction_set();
  if (set == InstructionSet::avx512) return avx512;
  return set == InstructionSet::avx2 ? avx2 : baseline;
}

/// Why a job offers nothing better than `offered`, the lowest set of its ranks: "the environment variable
/// FLOWSWEEP_INSTRUCTION_SET allows at most baseline" where that is what holds this process there, else "this
/// job's machines offer at most avx2".
std::string offer_text(InstructionSet offered);

/// Throws InputError if the processor cannot run `set`. To be called before any kernel is made.
void set_active_instruction_set(InstructionSet set);

}  // namespace flowsweep
