#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/hessian_spectrum.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/mesa_spectrum.hpp"

namespace flowsweep::theory {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double zero = 1e-9;        // of the largest modulus: flat
constexpr double tolerated = 1e-7;   // of the largest modulus: an end that is not quite at its limit
constexpr std::size_t counted = 98;  // weights up to which all eigenvalues are computed

enum Measurement { smallest, largest, least_positive, zeros, negatives, complete };

std::vector<double> summary(const std::vector<double>& values, bool every, bool all_distinct) {
  const double scale = std::max(std::abs(values.front()), std::abs(values.back()));
  const auto count = [&](auto test) { return static_cast<double>(std::ranges::count_if(values, test)); };
  const auto positive = std::ranges::find_if(values, [&](double value) { return value > zero * scale; });
  return {values.front(),
          values.back(),
          positive == values.end() ? unknown : *positive,
          every ? count([&](double value) { return std::abs(value) <= zero * scale; }) : unknown,
          every ? count([&](double value) { return value < -zero * scale; }) : unknown,
          all_distinct ? 1.0 : 0.0};
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const auto entries =
      static_cast<std::size_t>(setting.dimension) * static_cast<std::size_t>(setting.dimension);
  const auto& weights = run.record.weights;
  if (!setting.population || weights.size() != 2 * entries) return std::vector<double>(6, unknown);
  // Where the spectrum has a closed form its multiplicities are known.
  if (weights.size() > counted || coordinatewise_symmetric(*setting.law))
    return summary(run.end_spectrum().values, false, run.end_spectrum().complete);
  risk::PopulationRisk risk(setting.law, setting.context);
  return summary(all_eigenvalues(risk, weights), true, true);
}

Findings judge_minimum(const sweep::Point& point, const record::RunRecord&,
                       std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const double scale = std::max(std::abs(measured[smallest]), std::abs(measured[largest]));
  const double tolerance = tolerated * scale;
  const double margin = 1 + measured[smallest] / tolerance;
  return {0,
          measured[smallest],
          tolerance,
          {population_margin(setting), two_blocks_margin(setting),
           setting.diagonal_start ? -1.0 : setting.perturbation},
          // An unfinished search has not seen the whole spectrum: what it found may only violate.
          {measured[complete] == 1 || margin < 0 ? margin : unknown}};
}

}  // namespace

const Theorem& mesa_minimum() {
  static const Theorem theorem = {
      "mesa.minimum",
      "Flows off the diagonal set end at minima",
      "A flow from a start off the diagonal set ends where the Hessian of the population risk in (B, A) has "
      "no "
      "negative eigenvalue, for every law. (From the diagonal set it may end at a saddle: what would lead "
      "away "
      "from it breaks the symmetry that the flow keeps.) The ends of the spectrum found there are measured "
      "for "
      "every law and start, those without a closed form included.",
      "smallest eigenvalue of the Hessian at the end >= 0",
      "conjecture of this project (saddles are left along their negative curvature, docs/theory/mesa.md); "
      "measured "
      "by its sweeps",
      Standing::observed,
      {population_condition(),
       two_blocks_condition(),
       {"start off the diagonal set",
        "perturbation > 0 or a dense start. Margin: its standard deviation, or -1"}},
      {{"no negative curvature", "smallest eigenvalue >= -tolerance. Margin 1 + it / tolerance"}},
      {{"smallest", "L/theta^2", "smallest eigenvalue of the Hessian at the end"},
       {"largest", "L/theta^2", "largest eigenvalue"},
       {"least_positive", "L/theta^2", "smallest eigenvalue above 1e-9 of the largest modulus"},
       {"zeros", "1",
        "eigenvalues within 1e-9 of the largest modulus (laws without a closed form, up to 98 weights)"},
       {"negatives", "1", "eigenvalues below that (laws without a closed form, up to 98 weights)"},
       {"complete", "1",
        "1: every distinct eigenvalue was found; 0: only the ends of the spectrum are near"}},
      "1e-7 of the largest modulus of an eigenvalue: an end short of its limit",
      is_linear_attention,
      measure,
      judge_minimum};
  return theorem;
}

}  // namespace flowsweep::theory
