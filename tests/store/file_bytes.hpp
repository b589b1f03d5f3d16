#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace flowsweep::store::sample {

std::vector<std::byte> bytes_of_file(const std::string& path);
/// Replaces the whole file.
void write_file(const std::string& path, const std::vector<std::byte>& bytes);
/// Inverts `bits` of the byte at `offset`.
void flip(const std::string& path, std::uint64_t offset, std::byte bits);

}  // namespace flowsweep::store::sample
