#include "schedule/run.hpp"

#include "schedule/controller.hpp"
#include "schedule/worker.hpp"

namespace flowsweep::schedule {

Outcome run(const Mpi& mpi, std::span<const std::size_t> rows, std::span<const double> costs,
            const Payload& payload, const Options& options) {
  if (mpi.rank() == 0) return Controller(mpi.ranks(), rows, costs, payload, options).run();
  return Worker(mpi.ranks(), payload).run();
}

}  // namespace flowsweep::schedule
