#pragma once

namespace flowsweep::store {

/// Starts the HDF5 library, which makes MPI calls when it starts and never again here: to be called on the
/// thread that does MPI before another one opens a store.
void start_hdf5();

}  // namespace flowsweep::store
