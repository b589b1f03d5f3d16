#include "experiment/cost.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "experiment/problem.hpp"
#include "experiment/sampled_cost.hpp"
#include "flow/cvode.hpp"
#include "risk/enumerated_population.hpp"
#include "risk/moment_list.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::experiment {
namespace {

// Counts of bdf, fitted to the flows listed in docs/decisions/cost-model.md: means at T = 1000, noise 0.05 on
// the start, and the factor a decade of T.
enum class Form { even, odd, listed };  // of the risk: contracted, without odd moments or with; term by term
struct LawCounts {
  std::string_view law;
  Form form;
  double diagonal_evaluations, diagonal_products;  // whatever the context
  double noisy_evaluations, evaluations_growth;
  double noisy_products, products_growth;
};
// Laws with a parameter of shape were fitted at its default.
constexpr LawCounts counts[] = {
    {"sparse", Form::even, 395, 300, 580, 1.00, 560, 1.00},
    {"rademacher", Form::even, 425, 325, 680, 1.05, 870, 1.21},
    {"uniform", Form::even, 435, 325, 705, 1.06, 970, 1.23},
    {"full-one", Form::odd, 515, 485, 790, 0.96, 1240, 1.00},
    {"skewed", Form::odd, 660, 760, 1190, 1.13, 3000, 1.50},
    {"laplace", Form::even, 490, 390, 1090, 1.10, 2600, 1.44},
    {"sphere", Form::even, 430, 320, 810, 1.07, 1100, 1.27},
    {"bernoulli-rademacher", Form::even, 430, 325, 740, 1.07, 970, 1.30},
    {"bernoulli-gaussian", Form::even, 450, 345, 930, 1.08, 1680, 1.37},
    {"student-t", Form::even, 470, 370, 980, 1.08, 1900, 1.38},
    {"two-point", Form::odd, 500, 450, 800, 1.10, 1200, 1.35},
    {"shifted-gaussian", Form::odd, 620, 630, 890, 1.06, 1460, 1.35},
    {"equicorrelated-gaussian", Form::odd, 600, 640, 830, 1.05, 1290, 1.33},
    {"anisotropic-gaussian", Form::even, 1300, 4000, 1240, 1.07, 4200, 1.60},
    {"signed-pairs", Form::listed, 700, 1000, 950, 1.05, 1500, 1.30},
    {"finite", Form::listed, 700, 1000, 950, 1.05, 1500, 1.30},
    {"gaussian", Form::even, 450, 345, 855, 1.08, 1490, 1.34},
};
// All blocks, every law with positive curvature: T = 1000, noise 0.1.
constexpr double all_evaluations = 1300, all_products = 4000;
constexpr double all_evaluations_growth = 1.3, all_products_growth = 1.75;  // a decade of T
constexpr double all_noise_evaluations = 1.6, all_noise_products = 2.0;     // a decade of noise
// Where the other blocks have a flat direction (d = 1, T = 3, v with one entry) the flow ends slowly.
constexpr double flat_evaluations = 8000, flat_products = 80000;
constexpr double noise_evaluations = 1.3, noise_products = 1.7;  // factors a decade of noise
constexpr double longest_fitted = 1e6;                           // context
constexpr double least_noise = 1e-3, largest_noise = 1;
constexpr double dense_products = 0.14;        // products an evaluation where the Newton matrix is dense
constexpr double evaluations_a_step = 1.25;    // bdf
constexpr double dormand_prince_factor = 1.6;  // evaluations against bdf's; adams needs about as many as bdf
constexpr double precomputed_evaluations = 1250, precomputed_products = 4500;  // bdf on sufficient statistics

// Seconds on one core with AVX-512: smallest of 60 repetitions at d = 1 .. 64.
constexpr double all_fixed = 1e-6, all_square = 80e-9, all_cube = 4.7e-9, all_odd_factor = 1.5;
constexpr double all_plan = 400e-6;  // counting and compiling the contractions of a point
constexpr double gradient_fixed = 75e-9, gradient_square = 3.5e-9, gradient_cube = 0.125e-9;
constexpr double odd_factor = 1.65, odd_fixed = 180e-9;  // laws with odd moments
constexpr double term_bytes = 16, a_term = 2e-9;         // of a list of moments
constexpr double term_start_up = 300e-9;                 // finding a term and its moment
constexpr double lists = 5;                              // the flow's own, and four of the exact test errors
constexpr double product_factor = 1.6;                   // Hessian product against gradient
constexpr double step_fixed = 0.9e-6, step_square = 16e-9;  // CVODE, an evaluation
constexpr double start_up = 20e-6;
constexpr double theorem_fixed = 3.5e-6, theorem_square = 0.25e-6;  // mean over all theorems
// Fresh sequences of theorems: how often each that a point asks for is looked at, and the few that it does
// not ask for; then a look.
constexpr double looks_asked = 5, looks_unasked = 8, look_fixed = 1e-6, look_square = 85e-9;
// Of rows of a file, 4e5 x 1 .. 1e4 x 12: a row of a moment, in a column that a cache holds or not; and a row
// of the gradients whose spread is a point's tolerance, times d^3.
constexpr double moment_in_cache = 9e-9, moment_in_memory = 30e-9, gradient_row = 9e-9;
constexpr double cached_rows = 1.2e5;
constexpr double record_square = 30e-9;  // observables of a record, besides its gradient

const LawCounts& counts_of(const sweep::Point& point) {
  const auto* found = std::ranges::find(counts, point.name("distribution"), &LawCounts::law);
  return found != std::end(counts) ? *found : *std::prev(std::end(counts));
}

double noise_of(const sweep::Point& point) {
  if (point.real("dense") > 0) return point.real("dense");
  return point.uses("perturbation") ? point.real("perturbation") : 0;
}

// Whether the exact flow is that of all blocks.
bool all_blocks(const sweep::Point& point) {
  return point.name("risk") == "population" && point.name("blocks") == "all";
}

ExpectedWork all_blocks_work(const sweep::Point& point, double noise, double decades) {
  if (point.integer("dimension") == 1 || point.integer("context") == 3 ||
      point.name("distribution") == "sparse")
    return {flat_evaluations, flat_products};
  const double louder = std::log10(std::clamp(noise, least_noise, largest_noise) / 0.1);
  return {
      all_evaluations * std::pow(all_evaluations_growth, decades) * std::pow(all_noise_evaluations, louder),
      all_products * std::pow(all_products_growth, decades) * std::pow(all_noise_products, louder)};
}

ExpectedWork bdf_work(const sweep::Point& point) {
  const LawCounts& law = counts_of(point);
  const double noise = noise_of(point);
  if (noise <= 0) return {law.diagonal_evaluations, law.diagonal_products};
  const double decades =
      std::log10(std::min(static_cast<double>(point.integer("context")), longest_fitted)) - 3;
  if (all_blocks(point)) return all_blocks_work(point, noise, decades);
  const double louder = std::log10(std::clamp(noise, least_noise, largest_noise) / 0.05);
  return {
      law.noisy_evaluations * std::pow(law.evaluations_growth, decades) * std::pow(noise_evaluations, louder),
      law.noisy_products * std::pow(law.products_growth, decades) * std::pow(noise_products, louder)};
}

double listed_terms(double d) {
  return static_cast<double>(risk::moment_list_bytes(static_cast<int>(d))) / term_bytes;
}

// Seconds of a gradient of the exact risk in all blocks.
double all_blocks_seconds(Form form, double d) {
  if (form == Form::listed)
    return all_fixed + a_term * static_cast<double>(risk::enumerated_terms(static_cast<int>(d)));
  const double even = all_fixed + all_square * d * d + all_cube * d * d * d;
  return form == Form::odd ? all_odd_factor * even : even;
}

// Seconds of a gradient of the training risk.
double gradient_seconds(const sweep::Point& point, double d) {
  if (point.name("risk") == "empirical") return sampled_gradient_seconds(point);
  const Form form = counts_of(point).form;
  if (all_blocks(point)) return all_blocks_seconds(form, d);
  if (form == Form::listed) return gradient_fixed + a_term * listed_terms(d);
  const double even = gradient_fixed + gradient_square * d * d + gradient_cube * d * d * d;
  return form == Form::odd ? odd_fixed + odd_factor * even : even;
}

// Seconds of what theorems measure on fresh sequences.
double fresh_seconds(const sweep::Point& point, double d) {
  const bool asked = point.uses("test_sequences") && point.integer("test_sequences") > 0;
  const double looks =
      asked ? looks_asked * static_cast<double>(point.integer("test_sequences")) : looks_unasked;
  return looks * (look_fixed + look_square * d * d);
}

// Seconds of the sampling error of a law that is the rows of a file.
double sampling_error_seconds(const sweep::Point& point, double d) {
  if (!point.uses("rows")) return 0;
  const auto table = distribution::published(point.integer("rows"));
  return table ? gradient_row * static_cast<double>(table->rows()) * d * d * d : 0;
}

// Counts of bdf on a sampled risk; without products it pays with differences of gradients.
ExpectedWork sampled_work(const sweep::Point& point) {
  if (precomputes_training(point)) return {precomputed_evaluations, precomputed_products};
  return {direct_evaluations, 0};
}

// Theorems that speak about linear attention: counted at the first point asked about.
double theorems_about(const sweep::Point& point) {
  static const auto count = std::ranges::count_if(
      theory::registry(), [&](const theory::Theorem* theorem) { return theorem->speaks_about(point); });
  return static_cast<double>(count);
}

}  // namespace

ExpectedWork expected_work(const sweep::Point& point) {
  if (point.uses("steps")) return {static_cast<double>(point.integer("steps")), 0};
  const auto d = static_cast<double>(point.integer("dimension"));
  const std::string integrator = point.name("integrator");
  ExpectedWork work = bdf_work(point);
  if (integrator == "dormand-prince") work.evaluations *= dormand_prince_factor;
  if (integrator != "bdf") work.products = 0;
  if ((all_blocks(point) ? 6 : 2) * d * d <= static_cast<double>(flow::dense_limit))
    work.products = std::min(work.products, dense_products * work.evaluations);
  if (point.name("risk") == "empirical" && integrator == "bdf") work = sampled_work(point);
  const double most = evaluations_a_step * static_cast<double>(point.integer("step_limit"));
  const double share = std::min(1.0, most / work.evaluations);
  return {share * work.evaluations, share * work.products};
}

double linear_attention_seconds(const sweep::Point& point) {
  const auto d = static_cast<double>(point.integer("dimension"));
  const double gradient = gradient_seconds(point, d);
  const double blocks = all_blocks(point) ? 3 : 1;  // times 2 d^2 parameters
  const double step = point.uses("steps") ? 0 : step_fixed + blocks * step_square * d * d;
  const ExpectedWork work = expected_work(point);
  const bool listed = point.name("risk") == "population" && counts_of(point).form == Form::listed;
  const double terms = !listed             ? 0
                       : all_blocks(point) ? static_cast<double>(risk::enumerated_terms(static_cast<int>(d)))
                                           : lists * listed_terms(d);
  return start_up + term_start_up * terms + (all_blocks(point) ? all_plan : 0) +
         (theorem_fixed + theorem_square * d * d) * theorems_about(point) + fresh_seconds(point, d) +
         sampled_overhead_seconds(point) + sampling_error_seconds(point, d) +
         expected_records(point) * (gradient + blocks * record_square * d * d) +
         work.evaluations * (gradient + step) + work.products * product_factor * gradient;
}

double predicted_seconds(const sweep::Point& point, std::span<const theory::Theorem* const> theorems) {
  double seconds = family_of(point).predicted_seconds(point);
  for (const theory::Theorem* theorem : theorems)
    if (theorem->seconds != nullptr && theorem->speaks_about(point)) seconds += theorem->seconds(point);
  return seconds;
}

double moment_seconds(const distribution::SampleTable& table) {
  const auto rows = static_cast<double>(table.rows());
  return (rows <= cached_rows ? moment_in_cache : moment_in_memory) * rows *
         distribution::moments_up_to_six(table.dimension());
}

}  // namespace flowsweep::experiment
