#pragma once
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/record.hpp"
#include "sweep/grid.hpp"
#include "theory/run.hpp"

namespace flowsweep::theory {

/// Where a statement comes from; never blurred in any output.
enum class Standing {
  paper,     ///< a result of the paper, as encoded here
  derived,   ///< worked out for this project and checked numerically
  observed,  ///< measured, not proved: a conjecture that sweeps test
};
std::string_view name(Standing standing);

/// A named hypothesis or conclusion with its meaning (a formula or a sentence).
struct Condition {
  std::string name;
  std::string meaning;
};

/// What `judge` returns; the common rule makes a Verdict of it. Margins: positive inside, negative outside,
/// NaN: not decided.
struct Findings {
  double predicted = 0, measured = 0, tolerance = 0;
  std::vector<double> hypothesis_margins, conclusion_margins;
  /// A tolerance that is not below this would accept anything: then no agreement counts.
  double resolution = std::numeric_limits<double>::infinity();
  /// The tolerance holds what a law that is known by a sample may add to the limit.
  bool covers_sampling = false;
  /// The conclusions are about the end of the flow: an unfinished run cannot violate them. False: about every
  /// state of it.
  bool about_end = true;
};

/// A theorem: its text, and two functions. `measure` runs in the experiment; `judge` is pure: the same point,
/// record and stored measurements give the same findings, in `run` and in `verify`. Each theorem is one file
/// in theory/theorems/.
struct Theorem {
  std::string name;  ///< "mesa.limit"
  std::string title;
  std::string statement;  ///< one paragraph
  std::string formula;
  std::string source;  ///< paper and statement, or "derived"
  Standing standing;
  std::vector<Condition> hypotheses, conclusions;
  std::vector<record::Quantity> measurements;
  std::string tolerance_source;  ///< where the tolerance comes from
  bool (*speaks_about)(const sweep::Point&);
  std::vector<double> (*measure)(const Run&);
  Findings (*judge)(const sweep::Point&, const record::RunRecord&, std::span<const double> measurements);
  /// Predicted seconds of `measure` at a point that the theorem speaks about; nullptr: the model's own
  /// prediction has them.
  double (*seconds)(const sweep::Point&) = nullptr;
};

/// Every theorem, sorted by name. The list is generated from the files in theory/theorems/.
std::span<const Theorem* const> registry();
const Theorem* find_theorem(std::string_view name);  ///< nullptr if unknown

/// The common rule, in this order: a point that the theorem does not speak about: hypothesis-unmet, no
/// numbers. A hypothesis with a negative margin: hypothesis-unmet. A run that ended by
/// divergence, step underflow, time-out, or failed: failed. A hypothesis with a NaN margin, which a sample
/// leaves undecided or which was not measured: inconclusive. Every conclusion margin >= 0 (at least
/// one): holds, or inconclusive if the tolerance is not below the findings' resolution. A converged run with
/// a negative conclusion margin: violated, except where hypotheses on moments are met by a sample only and
/// the tolerance does not cover that (inconclusive). Else (horizon, step limit, a conclusion that could not
/// be measured): inconclusive; but a statement about every state is violated by an unfinished run too.
record::Verdict judge(const Theorem& theorem, const sweep::Point& point, const record::RunRecord& run,
                      std::span<const double> measurements);

/// Whether a hypothesis is neither met nor unmet though the run ended well: what rows of a file leave open.
bool undecided(const record::Verdict& verdict);

/// 1 - |measured - predicted| / tolerance: 1 at equality, 0 at the tolerance. NaN, which counts as outside,
/// unless the tolerance is finite and >= 0.
double agreement_margin(double measured, double predicted, double tolerance);

}  // namespace flowsweep::theory
