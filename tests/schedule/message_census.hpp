#pragma once
#include <cstddef>

/// What this rank has asked of MPI, counted through MPI's profiling interface.
struct MessageCensus {
  std::size_t sent = 0;         ///< point-to-point messages
  std::size_t largest = 0;      ///< bytes of the largest of them
  std::size_t collectives = 0;  ///< calls of any collective operation that the program uses
};

/// Counts since the last call of reset_census().
MessageCensus census();
void reset_census();
