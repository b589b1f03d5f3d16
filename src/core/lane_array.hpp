#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace flowsweep {

/// Zero-filled array aligned for the widest vectors.
template <typename Scalar>
class LaneArray {
 public:
  explicit LaneArray(std::size_t count)
      : count_(count), values_(static_cast<Scalar*>(::operator new(count * sizeof(Scalar), alignment))) {
    std::fill_n(values_.get(), count, Scalar{0});
  }
  Scalar* get() const { return values_.get(); }
  std::size_t bytes() const { return count_ * sizeof(Scalar); }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Release {
    void operator()(Scalar* values) const { ::operator delete(values, alignment); }
  };
  std::size_t count_;
  std::unique_ptr<Scalar, Release> values_;
};

}  // namespace flowsweep
