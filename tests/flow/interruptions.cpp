#include "flow/interruptions.hpp"

#include <cstring>

namespace flowsweep::test {
namespace {

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

}  // namespace

flow::Result run_interrupted(Differentiable& risk, const std::vector<double>& start,
                             const flow::Settings& settings, Interruptions& interruptions,
                             const std::function<std::int64_t()>& steps_of_call) {
  for (;;) {
    Probe probe;
    interruptions.steps_left = steps_of_call();
    const flow::Result result = flow::integrate(risk, start, settings, probe, &interruptions);
    if (result.status != record::Status::not_run) return result;
  }
}

bool same_bits(const flow::Result& a, const flow::Result& b) {
  return a.status == b.status && a.message == b.message && a.steps == b.steps &&
         a.evaluations == b.evaluations && a.products == b.products &&
         same({a.flow_time, a.risk, a.gradient_norm, a.largest_gradient_norm},
              {b.flow_time, b.risk, b.gradient_norm, b.largest_gradient_norm}) &&
         same(a.theta, b.theta) && same(a.finals, b.finals) &&
         same(a.trajectory.flow_time, b.trajectory.flow_time) &&
         same(a.trajectory.values, b.trajectory.values);
}

}  // namespace flowsweep::test
