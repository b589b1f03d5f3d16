#include "schedule/run.hpp"

#include "schedule/controller.hpp"
#include "schedule/worker.hpp"

namespace flowsweep::schedule {
namespace {

/// Rows without a store: done when their payload has returned.
class BareRows : public Work {
 public:
  BareRows(std::span<const std::size_t> rows, std::span<const double> costs, const Payload& payload)
      : rows_(rows), costs_(costs), payload_(payload) {}

  Preparation prepare(int) override {
    return {.settings = {},
            .rows = {rows_.begin(), rows_.end()},
            .costs = {costs_.begin(), costs_.end()},
            .deaths = {}};
  }
  void join(const std::string&) override {}
  bool run(std::size_t row, const Interruption&) override {
    payload_(row);
    return true;
  }
  void leave() override {}
  void conclude(const Outcome&) override {}
  bool committed(std::size_t) override { return false; }
  void set_aside(std::size_t, int) override {}
  void remember_deaths(std::size_t, int) override {}

 private:
  std::span<const std::size_t> rows_;
  std::span<const double> costs_;
  const Payload& payload_;
};

}  // namespace

Outcome run(const Mpi& mpi, Work& work, const Options& options) {
  if (mpi.rank() == 0) return Controller(mpi.ranks(), work, options).run();
  return Worker(mpi.ranks(), work, options).run();
}

Outcome run(const Mpi& mpi, std::span<const std::size_t> rows, std::span<const double> costs,
            const Payload& payload, const Options& options) {
  BareRows work(rows, costs, payload);
  return run(mpi, work, options);
}

}  // namespace flowsweep::schedule
