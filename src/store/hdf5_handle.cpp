#include "store/hdf5_handle.hpp"

#include <string>

namespace flowsweep::store {
namespace {

herr_t keep_innermost(unsigned, const H5E_error2_t* error, void* text) {
  if (error->desc) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

}  // namespace

void throw_hdf5_error(const char* expression) {
  std::string message = "no message";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_innermost, &message);
  H5Eclear2(H5E_DEFAULT);
  throw Hdf5Error(std::string(expression) + ": " + message);
}

QuietErrors::QuietErrors() {
  H5Eget_auto2(H5E_DEFAULT, &printer_, &context_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietErrors::~QuietErrors() {
  H5Eset_auto2(H5E_DEFAULT, printer_, context_);
}

}  // namespace flowsweep::store
