#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/axes.hpp"
#include "store/element.hpp"
#include "store/store.hpp"

namespace flowsweep::store {

inline constexpr std::size_t host_bytes = 64;
inline constexpr std::size_t message_bytes = 160;
/// Stored where a committed or uncommitted row has no verdict of a theorem.
inline constexpr std::int8_t no_verdict = -1;

/// One dataset: its place in the file, its row of `width` elements, and what makes it self-describing.
struct Column {
  std::string path;
  Element element = Element::float64;
  std::size_t width = 1;  ///< elements a row
  std::string dimension;  ///< name of the trailing dimension; empty: shape [point]
  bool ragged = false;    ///< rows of unequal length, one after another: shape [dimension]
  Fill fill{};            ///< one element as creation leaves it
  std::vector<std::pair<std::string, std::string>> attributes;
  Flags flags;
  bool masked = false;       ///< `_FillValue` is written, so that readers mask unused values
  bool in_digest = true;     ///< enters Reader::digest()
  std::uint64_t offset = 0;  ///< first byte in the file; known once the file exists

  std::size_t row_bytes() const { return width * size_of(element); }
};

/// A byte of a row's image that stands for a word.
struct CodedByte {
  std::size_t place = 0;                ///< in the image
  std::int8_t lowest = 0, highest = 0;  ///< what a committed row may have there
};

struct Dimension {
  std::string name;
  std::size_t size = 0;
};

/// Every dataset of a store. A row's image is the concatenation of its bytes over `columns`, then its
/// weights; the checksum is taken over the image.
struct Layout {
  std::size_t points = 0;
  std::size_t weight_total = 0;  ///< length of the ragged array of weights, at least 1
  std::vector<Dimension> dimensions;
  std::vector<Column> columns;  ///< the first `statics` are written at creation, the others by RowWriter
  std::size_t statics = 0;
  Column weights, checksum, committed;
  std::vector<CodedByte> codes;  ///< status and verdicts

  const Column& id() const { return columns.front(); }
  const Column& weight_offset() const { return columns[statics - 2]; }
  const Column& weight_count() const { return columns[statics - 1]; }
  const Column& status() const { return columns[statics]; }
  const Column& host() const;
  std::size_t static_bytes() const;  ///< of a row's image
  std::size_t fixed_bytes() const;   ///< of a row's image without the weights

  /// Every dataset in the order of creation.
  std::vector<Column*> datasets();
  std::vector<const Column*> datasets() const;
  /// The datasets that RowWriter writes: the columns that are not static, weights, checksum and mark.
  std::vector<const Column*> written() const;
  /// Bytes of a whole dataset.
  std::uint64_t total_bytes(const Column& column) const;
  std::vector<Dimension> shape(const Column& column) const;
};

/// The layout that a schema and the grid's axes make. Throws std::invalid_argument for names that cannot be
/// datasets or that collide.
Layout make_layout(const Schema& schema, std::span<const Axis> axes, std::size_t points,
                   std::uint64_t weight_total);

/// Groups whose attributes hold the schema.
inline constexpr const char* points_group = "/points";
inline constexpr const char* trajectories_group = "/trajectories";
inline constexpr const char* weights_group = "/weights";
inline constexpr const char* sweep_text_dataset = "/provenance/sweep_text";
inline constexpr const char* merged_from_dataset = "/provenance/merged_from";  ///< in merged stores only
std::string axis_path(const std::string& key);
std::string observable_path(const std::string& observable);
std::string theorem_group(const std::string& theorem);
std::string measurement_path(const std::string& theorem, const std::string& measurement);

/// The units and meaning of a quantity's dataset are these attributes.
inline constexpr const char* unit_attribute = "units";
inline constexpr const char* meaning_attribute = "long_name";

}  // namespace flowsweep::store
