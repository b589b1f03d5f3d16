#include "store/row_subset.hpp"

#include "store/create.hpp"
#include "sweep/point_list.hpp"

namespace flowsweep::store {

std::unique_ptr<TemporaryFile> build_subset(const std::string& target, Reader& from,
                                            std::span<const std::size_t> rows,
                                            const std::shared_ptr<const sweep::Vocabulary>& vocabulary) {
  sweep::PointList points(vocabulary);
  Schema schema = from.schema();
  schema.weight_counts.clear();
  for (const std::size_t row : rows) {
    points.add(from.parameters(row, *vocabulary));
    schema.weight_counts.push_back(from.schema().weight_counts[row]);
  }
  const sweep::Grid grid = std::move(points).finish();
  auto file = std::make_unique<TemporaryFile>(target, store_bytes(schema, grid));
  build(*file, target, schema, grid, from.metadata());
  RowWriter writer(file->path());
  for (std::size_t point = 0; point < rows.size(); ++point) writer.commit(point, from.read(rows[point]));
  return file;
}

}  // namespace flowsweep::store
