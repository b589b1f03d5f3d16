#include "experiment/point_checkpointing.hpp"

#include <cstring>
#include <exception>

namespace flowsweep::experiment {
namespace {

std::string bytes_of(std::uint64_t id) {
  std::string bytes(sizeof id, '\0');
  std::memcpy(bytes.data(), &id, sizeof id);
  return bytes;
}

}  // namespace

PointCheckpointing::PointCheckpointing(Checkpoints& checkpoints, std::uint64_t id, double seconds)
    : checkpoints_(checkpoints),
      label_(bytes_of(id)),
      interval_(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))) {}

std::optional<flow::State> PointCheckpointing::resume_from() {
  try {
    const std::string bytes = checkpoints_.load();
    if (!bytes.starts_with(label_)) return std::nullopt;
    return flow::decode(std::string_view(bytes).substr(label_.size()));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

bool PointCheckpointing::due() {
  return Clock::now() - last_ >= interval_;
}

void PointCheckpointing::save(const flow::State& state) {
  try {
    checkpoints_.save(label_ + flow::encode(state));
  } catch (const std::exception&) {
    // A full disk costs the work since the last checkpoint if this process dies, and nothing if it does not.
  }
  last_ = Clock::now();
}

}  // namespace flowsweep::experiment
