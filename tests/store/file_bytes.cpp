#include "file_bytes.hpp"

#include <fcntl.h>

#include <filesystem>

#include "store/positioned_io.hpp"

namespace flowsweep::store::sample {

std::vector<std::byte> bytes_of_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY));
  std::vector<std::byte> bytes(std::filesystem::file_size(path));
  read_at(file, bytes, 0);
  return bytes;
}

void write_file(const std::string& path, const std::vector<std::byte>& bytes) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0666));
  write_at(file, bytes, 0);
}

void flip(const std::string& path, std::uint64_t offset, std::byte bits) {
  const Descriptor file(::open(path.c_str(), O_RDWR));
  std::byte byte{};
  read_at(file, std::span(&byte, 1), offset);
  byte ^= bits;
  write_at(file, std::span(&byte, 1), offset);
}

}  // namespace flowsweep::store::sample
