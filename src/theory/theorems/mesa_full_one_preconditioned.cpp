#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/full_one_limit.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"
#include "theory/recovery.hpp"
#include "theory/trained_layer.hpp"

namespace flowsweep::theory {
namespace {

constexpr double safety = 10;
constexpr double rounding = 1e-11;
constexpr double gradient_rounding =
    8 * 0x1p-52;  // of |grad L|, in units of H0 c^4 |theta| (risk/population.hpp)
constexpr double least_curvature = 1e-9;

enum Measurement { a_diagonal, a_offdiagonal, b_diagonal, b_offdiagonal, deviation, loss };

// Largest deviation of an entry from the mean of its kind: diagonal or off-diagonal, of A or of B.
double asymmetry(std::span<const double> weights, std::size_t d, const DiagonalStructure& mean) {
  double largest = 0;
  for (std::size_t k = 0; k < 2 * d * d; ++k) {
    const std::size_t entry = k % (d * d);
    const bool diagonal = entry / d == entry % d;
    const double expected = k < d * d ? (diagonal ? mean.b_diagonal : mean.b_offdiagonal)
                                      : (diagonal ? mean.a_diagonal : mean.a_offdiagonal);
    largest = std::max(largest, std::abs(weights[k] - expected));
  }
  return largest;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const DiagonalStructure end = diagonal_structure(run.record.weights, setting.dimension);
  const auto weights = real_ab(trained_layer(run.record.weights, setting.dimension));
  const double spread = weights ? asymmetry(*weights, static_cast<std::size_t>(setting.dimension), end)
                                : std::numeric_limits<double>::quiet_NaN();
  return {end.a_diagonal, end.a_offdiagonal,        end.b_diagonal, end.b_offdiagonal,
          spread,         run.record.finals.front()};
}

// What an entry may be off: the gradient at which the flow stopped over the smallest curvature, and the
// integrator's drift along the valley of equal risk.
double entry_tolerance(const MesaSetting& setting, const record::RunRecord& run, const FullOneLimit& limit,
                       double energy) {
  const double largest = std::max(limit.a_diagonal, limit.b_diagonal);
  const double norm = std::sqrt(setting.dimension) * std::hypot(limit.a_diagonal, limit.b_diagonal);
  const double stopped_at = setting.gradient_tolerance * run.largest_gradient_norm +
                            gradient_rounding * setting.sums.h0 * energy * energy * norm;
  return safety * stopped_at / limit.curvature + flow_tolerance(setting, run.steps, largest) +
         rounding * largest;
}

Findings judge_preconditioned(const sweep::Point& point, const record::RunRecord& run,
                              std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const double energy = mean_square(*setting.law);  // c^2
  const bool spoken_of = point.name("distribution") == "full-one" && setting.dimension >= 2;
  const double balance = setting.dimension * setting.delta();
  const FullOneLimit limit = spoken_of
                                 ? full_one_limit(setting.dimension, std::sqrt(energy), setting.sums, balance)
                                 : FullOneLimit{};
  const double entry = spoken_of ? entry_tolerance(setting, run, limit, energy) : 0;
  const double risk_tolerance = limit.largest * setting.dimension * setting.dimension * entry * entry +
                                1e-13 * setting.sums.h0 * setting.dimension * energy;
  const double off = std::max({std::abs(measured[a_diagonal] - limit.a_diagonal),
                               std::abs(measured[a_offdiagonal] - limit.a_offdiagonal),
                               std::abs(measured[b_diagonal] - limit.b_diagonal),
                               std::abs(measured[b_offdiagonal] - limit.b_offdiagonal)});
  const double least_off = std::min(std::abs(measured[a_offdiagonal]), std::abs(measured[b_offdiagonal]));
  return {limit.a_offdiagonal,
          measured[a_offdiagonal],
          entry,
          {population_margin(setting), diagonal_start_margin(setting), spoken_of ? 1.0 : -1.0,
           spoken_of ? limit.curvature / limit.largest - least_curvature : -1.0},
          {agreement_margin(off, 0, entry), agreement_margin(measured[deviation], 0, entry),
           agreement_margin(measured[loss], limit.risk, risk_tolerance), least_off / entry - 1},
          std::min(std::abs(limit.a_offdiagonal), std::abs(limit.b_offdiagonal))};
}

}  // namespace

const Theorem& mesa_full_one_preconditioned() {
  static const Theorem theorem = {
      "mesa.full-one-preconditioned",
      "Off-diagonal entries for full-one initial tokens",
      "For v = c (1, .., 1) without a mask the off-diagonal entries of A and B become non-zero, so that the "
      "trained model does preconditioned rather than vanilla gradient descent (qualitatively after Zheng et "
      "al. 2024, Section 5). Derived: the flow from a diagonal start stays in the set A = x I + y 11^T, "
      "B = z I + w 11^T, and ends at the minimum of the risk on that set, its scale fixed by mesa.balance.",
      "(A, B) = the minimum of H0 d c^2/2 - u l.a + [(a.D a)(b.K b) + (a.O a)(b.J b)]/2 over a = (alpha, "
      "beta), b = (u, w), with |A|_F^2 - |B|_F^2 = d (a0^2 - b0^2)",
      "derived; qualitative statement after Zheng et al. 2024 (arXiv 2405.16845), Section 5",
      Standing::derived,
      {population_condition(),
       diagonal_start_condition(),
       {"full-one law", "v = c (1, .., 1) and d >= 2. Margin 1 or -1"},
       {"isolated minimum",
        "apart from the scale the minimum on the set is isolated (not at T = 3). Margin smallest curvature "
        "over the largest - 1e-9"}},
      {{"entries",
        "the mean entries of the four kinds are as predicted. Margin 1 - largest error / tolerance"},
       {"symmetric set", "entries of one kind are equal. Margin 1 - largest deviation / tolerance"},
       {"risk", "L is as predicted. Margin 1 - |difference| / its tolerance"},
       {"off the diagonal",
        "off-diagonal entries of A and of B are not 0. Margin smaller modulus / tolerance - 1"}},
      {{"a_diagonal", "1", "mean of A_jj at the end"},
       {"a_offdiagonal", "1", "mean of A_ij, i != j, at the end"},
       {"b_diagonal", "1", "mean of B_jj at the end"},
       {"b_offdiagonal", "1", "mean of B_ij, i != j, at the end"},
       {"asymmetry", "1", "largest deviation of an entry from the mean of its kind"},
       {"loss", "v^2", "population risk at the end"}},
      "10 x the gradient at which the flow stops (and its rounding) over the smallest curvature on the set, "
      "plus accumulated local error",
      is_linear_attention,
      measure,
      judge_preconditioned};
  return theorem;
}

}  // namespace flowsweep::theory
