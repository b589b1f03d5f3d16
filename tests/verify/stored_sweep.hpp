#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "store/store.hpp"

namespace flowsweep::verify::test {

/// What a test plants in a store.
struct Planted {
  /// May change the run of a row before it is committed; false: the row is left out.
  std::function<bool(std::size_t row, record::RunRecord& run)> run;
  std::function<void(store::Schema& schema)> schema;
  std::function<void(store::Metadata& metadata)> metadata;
};

/// A temporary store of a sweep whose points were run; removed with the object.
class StoredSweep {
 public:
  explicit StoredSweep(const std::string& sweep_text, const Planted& planted = {});
  ~StoredSweep();
  StoredSweep(const StoredSweep&) = delete;
  StoredSweep& operator=(const StoredSweep&) = delete;

  std::string path() const { return (folder_ / "store.h5").string(); }
  const std::filesystem::path& folder() const { return folder_; }
  const sweep::Sweep& sweep() const { return sweep_; }
  const sweep::Grid& grid() const { return sweep_.grid; }

  /// Inverts the stored bits of a row's wall time, which no other row has.
  void damage(std::size_t row) const;

 private:
  void write(const Planted& planted);

  std::filesystem::path folder_;
  sweep::Sweep sweep_;
};

std::shared_ptr<const sweep::Vocabulary> vocabulary();

/// Five points; mesa.limit holds, is violated, has an unmet hypothesis, is inconclusive, fails: in this
/// order.
inline constexpr const char* every_verdict = R"(
name = every-verdict
model = linear-attention
theorems = mesa.limit, mesa.sparse
[grid.holds]
distribution = gaussian
dimension = 2
context = 10
[grid.violated]
distribution = skewed
dimension = 2
context = 10
[grid.unmet]
distribution = full-one
dimension = 2
context = 10
[grid.inconclusive]
distribution = gaussian
dimension = 2
context = 10
horizon = 1e-3
[grid.failed]
distribution = gaussian
dimension = 2
context = 10
init = 0.5:1.5
integrator = euler
step = 10
steps = 1000
)";

}  // namespace flowsweep::verify::test
