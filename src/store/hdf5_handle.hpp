#pragma once
#include <hdf5.h>

#include <stdexcept>
#include <utility>

namespace flowsweep::store {

/// A call of the HDF5 library failed: "EXPRESSION: the library's innermost message".
class Hdf5Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] void throw_hdf5_error(const char* expression);

/// HDF5 reports failure by a negative result, of whatever type.
template <class Result>
Result checked(Result result, const char* expression) {
  if (result < 0) throw_hdf5_error(expression);
  return result;
}
#define FLOWSWEEP_HDF5(expression) ::flowsweep::store::checked((expression), #expression)

/// Owner of an HDF5 identifier.
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Handle() = default;
  explicit Handle(hid_t id, Closer closer = H5Idec_ref) : id_(id), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) closer_(id_);
  }

  operator hid_t() const { return id_; }
  /// Closes now; throws Hdf5Error, where the destructor would stay silent.
  void close() { FLOWSWEEP_HDF5(closer_(std::exchange(id_, -1))); }

 private:
  hid_t id_ = -1;
  Closer closer_ = H5Idec_ref;
};

/// While alive, HDF5 prints no error stack of its own: messages travel in Hdf5Error.
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  H5E_auto2_t printer_ = nullptr;
  void* context_ = nullptr;
};

}  // namespace flowsweep::store
