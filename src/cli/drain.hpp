#pragma once

namespace flowsweep::cli {

/// Turns SIGINT, SIGTERM, SIGUSR1 and SIGHUP (unless it is ignored, as under nohup) into a request to finish
/// or save the running points and stop. A second SIGINT has its default action. SIGUSR1 is there for mpirun,
/// which passes it on and waits, whereas it gives ranks one second after SIGTERM. One object a process; its
/// destruction restores the default actions.
class DrainSignals {
 public:
  DrainSignals();
  ~DrainSignals();
  DrainSignals(const DrainSignals&) = delete;
  DrainSignals& operator=(const DrainSignals&) = delete;

  bool requested() const;
};

}  // namespace flowsweep::cli
