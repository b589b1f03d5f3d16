#pragma once
#include <filesystem>
#include <string>

#include "store/store.hpp"

namespace flowsweep::store::sample {

/// A folder that is removed with everything in it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string path(const std::string& name = "store.h5") const { return (folder_ / name).string(); }
  /// Names of the files in the folder, sorted.
  std::vector<std::string> files() const;

 private:
  std::filesystem::path folder_;
};

/// Parameters of every kind, some unused by some points, one by all.
std::shared_ptr<const sweep::Vocabulary> vocabulary();
/// Axes text of the grid: two laws, a shape only for one, dimensions 2..highest, pairs, flags, a list.
std::string sweep_text(int highest_dimension = 4, const std::string& laws = "gaussian, sparse");
sweep::Grid grid(int highest_dimension = 4, const std::string& laws = "gaussian, sparse");

Schema schema(const sweep::Grid& grid);
Metadata metadata();
/// `schema` and one theorem more.
Schema schema_with_extra_theorem(const sweep::Grid& grid);

/// A run full of numbers that depend on (id, generation) only; attempts = generation.
record::RunRecord run(std::uint64_t id, const Schema& schema, std::size_t weights, int generation = 1);
/// Bit for bit, NaN included.
bool same(const record::RunRecord& a, const record::RunRecord& b);

/// Creates a store at `path` and commits all rows.
void write_whole(const std::string& path, const sweep::Grid& grid, const Schema& schema);

}  // namespace flowsweep::store::sample
