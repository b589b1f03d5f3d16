#include "store/row_image.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

#include "core/hash.hpp"

namespace flowsweep::store {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The longest prefix of at most `limit` bytes that does not split a UTF-8 character.
std::size_t whole_characters(const std::string& text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return limit;
}

class Encoder {
 public:
  explicit Encoder(std::span<std::byte> image) : rest_(image) {}

  template <class Number>
  void scalar(const Number& number) {
    std::memcpy(take(sizeof number).data(), &number, sizeof number);
  }

  void text(const std::string& value, std::size_t bytes) {
    const std::span<std::byte> place = take(bytes);
    const std::size_t used = whole_characters(value, bytes);
    std::memcpy(place.data(), value.data(), used);
    std::fill(place.begin() + used, place.end(), std::byte{0});
  }

  void block(const std::vector<double>& numbers, std::size_t size, const char* what) {
    if (!numbers.empty() && numbers.size() != size)
      throw std::invalid_argument(std::string("a run has ") + std::to_string(numbers.size()) + " " + what +
                                  " where the store has " + std::to_string(size));
    if (numbers.empty()) return pad(size);
    std::memcpy(take(size * sizeof(double)).data(), numbers.data(), size * sizeof(double));
  }

  void trajectory(const record::Trajectory& trajectory, std::size_t observables, std::size_t records) {
    const std::size_t used = trajectory.flow_time.size();
    if (used > records || trajectory.values.size() != used * observables)
      throw std::invalid_argument("a run's trajectory does not fit the store's records and observables");
    for (const double time : trajectory.flow_time) scalar(time);
    pad(records - used);
    for (std::size_t o = 0; o < observables; ++o) {
      for (std::size_t r = 0; r < used; ++r) scalar(trajectory.values[r * observables + o]);
      pad(records - used);
    }
  }

  template <class Item>
  const Item& element(const std::vector<Item>& items, std::size_t index, std::size_t size) {
    if (items.size() == size) return items[index];
    if (!items.empty()) throw std::invalid_argument("a run's list of theorems does not fit the store's");
    static const Item absent = absent_item<Item>();
    return absent;
  }

  void finish() const {
    if (!rest_.empty()) throw std::logic_error("a row's image and its columns disagree");
  }

 private:
  std::span<std::byte> take(std::size_t bytes) {
    if (bytes > rest_.size()) throw std::logic_error("a row's image and its columns disagree");
    const std::span<std::byte> place = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return place;
  }

  void pad(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) scalar(nan);
  }

  template <class Item>
  static Item absent_item() {
    if constexpr (std::is_same_v<Item, record::Verdict>)
      return {record::VerdictKind::failed, nan, nan, nan, nan, {}, {}};
    else
      return {};
  }

  std::span<std::byte> rest_;
};

class Decoder {
 public:
  explicit Decoder(std::span<const std::byte> image) : rest_(image) {}

  template <class Number>
  void scalar(Number& number) {
    std::memcpy(&number, take(sizeof number).data(), sizeof number);
  }

  void text(std::string& value, std::size_t bytes) {
    value.assign(reinterpret_cast<const char*>(take(bytes).data()), bytes);
    value.erase(std::min(value.find('\0'), value.size()));
  }

  void block(std::vector<double>& numbers, std::size_t size, const char*) {
    numbers.resize(size);
    const std::span<const std::byte> place = take(size * sizeof(double));
    if (size > 0) std::memcpy(numbers.data(), place.data(), place.size());
  }

  void trajectory(record::Trajectory& trajectory, std::size_t observables, std::size_t records) {
    block(trajectory.flow_time, records, "");
    const auto end = std::find_if(trajectory.flow_time.begin(), trajectory.flow_time.end(),
                                  [](double time) { return std::isnan(time); });
    trajectory.flow_time.erase(end, trajectory.flow_time.end());
    const std::size_t used = trajectory.flow_time.size();
    trajectory.values.resize(used * observables);
    std::vector<double> series;
    for (std::size_t o = 0; o < observables; ++o) {
      block(series, records, "");
      for (std::size_t r = 0; r < used; ++r) trajectory.values[r * observables + o] = series[r];
    }
  }

  template <class Item>
  Item& element(std::vector<Item>& items, std::size_t index, std::size_t size) {
    items.resize(size);
    return items[index];
  }

 private:
  std::span<const std::byte> take(std::size_t bytes) {
    if (bytes > rest_.size()) throw std::logic_error("a row's image and its columns disagree");
    const std::span<const std::byte> place = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return place;
  }

  std::span<const std::byte> rest_;
};

/// The order of fields in an image, which is the order of Layout::columns after the static ones: one function
/// for both directions, so that they cannot differ.
template <class Coder, class Run>
void each_field(Coder& coder, Run& run, const Schema& schema, std::size_t weights) {
  coder.scalar(run.status);
  coder.scalar(run.attempts);
  coder.scalar(run.steps);
  coder.scalar(run.evaluations);
  coder.scalar(run.products);
  coder.scalar(run.wall_seconds);
  coder.scalar(run.flow_time);
  coder.scalar(run.largest_gradient_norm);
  coder.text(run.host, host_bytes);
  coder.text(run.message, message_bytes);
  coder.trajectory(run.trajectory, schema.observables.size(), static_cast<std::size_t>(schema.records));
  coder.block(run.finals, schema.observables.size(), "final observables");
  const std::size_t theorems = schema.theorems.size();
  for (std::size_t t = 0; t < theorems; ++t) {
    const TheoremColumns& theorem = schema.theorems[t];
    coder.block(coder.element(run.measurements, t, theorems), theorem.measurements.size(), "measurements");
    auto& verdict = coder.element(run.verdicts, t, theorems);
    coder.scalar(verdict.kind);
    coder.scalar(verdict.margin);
    coder.scalar(verdict.predicted);
    coder.scalar(verdict.measured);
    coder.scalar(verdict.tolerance);
    coder.block(verdict.hypothesis_margins, theorem.hypotheses.size(), "hypothesis margins");
    coder.block(verdict.conclusion_margins, theorem.conclusions.size(), "conclusion margins");
  }
  coder.block(run.weights, weights, "weights");
}

}  // namespace

void encode_run(const Schema& schema, const record::RunRecord& run, std::size_t weights,
                std::span<std::byte> image) {
  Encoder encoder(image);
  each_field(encoder, run, schema, weights);
  encoder.finish();
}

record::RunRecord decode_run(const Schema& schema, std::size_t weights, std::span<const std::byte> image) {
  record::RunRecord run;
  Decoder decoder(image);
  each_field(decoder, run, schema, weights);
  return run;
}

std::uint64_t row_checksum(std::span<const std::byte> image, std::uint64_t id) {
  return hash_bytes(image, id);
}

bool is_intact(const Layout& layout, std::span<const std::byte> image, std::uint64_t checksum) {
  const bool sensible = std::ranges::all_of(layout.codes, [&](const CodedByte& code) {
    const auto value = static_cast<std::int8_t>(image[code.place]);
    return value >= code.lowest && value <= code.highest;
  });
  std::uint64_t id = 0;
  std::memcpy(&id, image.data(), sizeof id);
  return sensible && row_checksum(image, id) == checksum;
}

}  // namespace flowsweep::store
