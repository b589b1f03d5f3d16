#include "theory/run.hpp"

#include <utility>

#include "risk/population.hpp"
#include "theory/attention_check.hpp"
#include "theory/mesa_setting.hpp"
#include "theory/token_check.hpp"

namespace flowsweep::theory {

Run::Run(const sweep::Point& of, const record::RunRecord& finished, std::span<const double> weights,
         DualAlteration alteration)
    : point(of), record(finished), start(weights), alteration_(std::move(alteration)) {}

const DistinctEigenvalues& Run::end_spectrum() const {
  if (!end_spectrum_) {
    const MesaSetting setting = mesa_setting(point);
    risk::PopulationRisk risk(setting.law, setting.context);
    CounterRng rng(point.id(), Stream::hessian_probe);
    end_spectrum_ = distinct_eigenvalues(risk, record.weights, rng);
  }
  return *end_spectrum_;
}

const AttentionChecker& Run::attention_checker() const {
  if (!attention_checker_) attention_checker_ = std::make_shared<AttentionChecker>(point, alteration_);
  return *attention_checker_;
}

const DualCheck& Run::dual_check() const {
  if (!dual_check_) dual_check_ = std::make_shared<DualCheck>(attention_checker().check(record.weights));
  return *dual_check_;
}

const TokenSource& Run::tokens() const {
  if (!tokens_) tokens_ = std::make_shared<TokenSource>(token_source(point, record.weights));
  return *tokens_;
}

const SampleGaps& Run::token_gaps() const {
  if (!token_gaps_)
    token_gaps_ = std::make_shared<SampleGaps>(
        sample_gaps(tokens().population, static_cast<int>(point.integer("demonstrations")),
                    static_cast<int>(point.integer("draws")), CounterRng(point.id(), Stream::token_samples)));
  return *token_gaps_;
}

}  // namespace flowsweep::theory
