#include "store/hdf5_library.hpp"

#include "store/hdf5_handle.hpp"

namespace flowsweep::store {

void start_hdf5() {
  FLOWSWEEP_HDF5(H5open());
}

}  // namespace flowsweep::store
