#include "theory/run.hpp"

#include "risk/population.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

Run::Run(const sweep::Point& of, const record::RunRecord& finished, std::span<const double> weights)
    : point(of), record(finished), start(weights) {}

const DistinctEigenvalues& Run::end_spectrum() const {
  if (!end_spectrum_) {
    const MesaSetting setting = mesa_setting(point);
    risk::PopulationRisk risk(setting.law, setting.context);
    CounterRng rng(point.id(), Stream::hessian_probe);
    end_spectrum_ = distinct_eigenvalues(risk, record.weights, rng);
  }
  return *end_spectrum_;
}

}  // namespace flowsweep::theory
