#include "experiment/declarations.hpp"

#include <stdexcept>

#include "distribution/law.hpp"
#include "experiment/attention_parameters.hpp"
#include "flow/flow.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::experiment {
namespace {

using sweep::Bounds;
using sweep::Kind;
using sweep::ParameterDeclaration;
using sweep::Value;

std::string number(double value) {
  return sweep::to_text(Value(value));
}

std::vector<std::string> models() {
  std::vector<std::string> names = {"linear-attention", "causal-attention"};
  names.insert(names.end(), attention_models.begin(), attention_models.end());
  return names;
}

// One declaration a line and one for its help, as a table.
// clang-format off
void declare_shapes(std::vector<ParameterDeclaration>& all) {
  all.push_back({"p", "axes", Kind::real, "0.5", {1e-9, 1, false, false}, {}, "1",
                 "Probability: of a coordinate that is not 0 (bernoulli laws), of the positive value (two-point)."});
  all.push_back({"nu", "axes", Kind::real, "10", positive(1e9), {}, "1",
                 "Degrees of freedom of student-t, above 6."});
  all.push_back({"rho", "axes", Kind::real, "0.5", {-1, 1, false, false}, {}, "1",
                 "Correlation of two coordinates of equicorrelated-gaussian, at least -1/(d-1)."});
  all.push_back({"mu", "axes", Kind::real, "0.5", {-1e20, 1e20, false, false}, {}, "v",
                 "Mean of a coordinate of shifted-gaussian."});
  all.push_back({"sigma_1", "axes", Kind::real, "0.5", scale_bounds, {}, "v",
                 "Standard deviation of the first coordinate of anisotropic-gaussian."});
  all.push_back({"sigma_d", "axes", Kind::real, "1.5", scale_bounds, {}, "v",
                 "Standard deviation of the last coordinate of anisotropic-gaussian; those between are in geometric progression."});
  all.push_back({"rows", "axes", Kind::integer, "", at_least(0, 9007199254740991), {}, "1",
                 "Hash of the rows of samples(FILE), which sets it; it identifies the rows by their values."});
  all.push_back({"patterns", "law", Kind::real_list, "", {-1e20, 1e20, false, false}, {}, "v",
                 "Law signed-pairs: for each pattern the d magnitudes of v and a weight, one after the other."});
  all.push_back({"atoms", "law", Kind::real_list, "", {-1e20, 1e20, false, false}, {}, "v",
                 "Law finite: for each atom the d coordinates of v and a weight, one after the other."});
}

void declare_setting(std::vector<ParameterDeclaration>& all) {
  all.push_back({"model", "", Kind::name, "", {}, models(), "1",
                 "Attention model that is trained."});
  declare_task(all);
  all.push_back({"score", "axes", Kind::name, "softmax", {}, {"linear", "softmax"}, "1",
                 "Mixing weights of causal-attention: linear scores as in linear-attention, or softmax of their real parts over sqrt(2d)."});
  all.push_back({"risk", "", Kind::name, "population", {}, {"population", "empirical"}, "1",
                 "Exact population risk, or the risk of sampled sequences."});
  all.push_back({"distribution", "axes", Kind::name, "", {}, law_names(), "1",
                 "Law of the initial token v; samples is written samples(FILE) or samples(FILE:DATASET).", "samples", "rows"});
  all.push_back({"scale", "axes", Kind::real, "1", scale_bounds, {}, "v",
                 "The law's scale: sigma, c, s, b or r (see `flowsweep distributions`)."});
  declare_shapes(all);
  all.push_back({"dimension", "axes", Kind::integer, "", at_least(1, 512), {}, "1",
                 "Dimension d of the tokens."});
  all.push_back({"context", "axes", Kind::integer, "", at_least(3, 1e15), {}, "tokens",
                 "Training context length T."});
  all.push_back({"blocks", "axes", Kind::name, "ba", {}, {"ba", "all"}, "1",
                 "Blocks that are free: A = Q21 and B = P1 alone, or all six. The empirical risk trains all six unless train = ba; there the key says which of them `dense` and `perturbation` touch."});
  all.push_back({"dense", "axes", Kind::real, "0", at_least(0, 1e10), {}, "1",
                 "If positive: standard deviation of a random dense start, every entry of the free blocks Gaussian (real)."});
  all.push_back({"init", "axes", Kind::pair, "0.1:0.1", {-1e10, 1e10, false, false}, {}, "1",
                 "Diagonal start a0:b0, A = a0 I and B = b0 I (not with a dense start)."});
  all.push_back({"perturbation", "axes", Kind::real, "0", at_least(0, 1e10), {}, "1",
                 "Standard deviation of Gaussian noise added to every entry of the free blocks at the start."});
  all.push_back({"seed", "axes", Kind::integer, "0", at_least(0, 9e15), {}, "1",
                 "Replicate number; enters the id, and through it every random stream of the point."});
}

void declare_flow(std::vector<ParameterDeclaration>& all) {
  const flow::Settings defaults;
  all.push_back({"integrator", "flow", Kind::name, "bdf", {}, {std::begin(flow::integrator_names), std::end(flow::integrator_names)}, "1",
                 "Implicit BDF or Adams (CVODE), explicit Dormand-Prince, or plain gradient descent (euler)."});
  all.push_back({"horizon", "flow", Kind::real, number(defaults.horizon), positive(), {}, "flow time",
                 "Flow time at which an adaptive integrator stops."});
  all.push_back({"gradient_tolerance", "flow", Kind::real, number(defaults.gradient_tolerance), positive(1), {}, "1",
                 "Converged when the gradient norm falls below this times the largest seen on the flow, or within its rounding error."});
  all.push_back({"relative_tolerance", "flow", Kind::real, number(defaults.relative_tolerance), {1e-14, 0.1, false, false}, {}, "1",
                 "Local error of adaptive integrators, relative."});
  all.push_back({"absolute_tolerance", "flow", Kind::real, number(defaults.absolute_tolerance), positive(1), {}, "1",
                 "Local error of adaptive integrators, absolute."});
  all.push_back({"step_limit", "flow", Kind::integer, std::to_string(defaults.step_limit), at_least(1, 1e12), {}, "steps",
                 "Most steps of an adaptive integrator."});
  all.push_back({"step", "flow", Kind::real, "", positive(), {}, "flow time", "Step size of euler."});
  all.push_back({"steps", "flow", Kind::integer, "200", at_least(1, 1e12), {}, "steps",
                 "Number of steps of euler."});
  all.push_back({"record_times", "flow", Kind::real_list, "", positive(), {}, "flow time",
                 "Increasing flow times to record beside start and end, instead of log spacing."});
  all.push_back({"records", "flow", Kind::integer, std::to_string(defaults.records), at_least(2, 65536), {}, "rows",
                 "Most rows of a trajectory, start and end included."});
}

void declare_sample(std::vector<ParameterDeclaration>& all) {
  all.push_back({"sequences", "empirical", Kind::integer, "10000", at_least(1, 1e9), {}, "sequences",
                 "Training sequences N of the empirical risk and of causal-attention."});
  all.push_back({"mask", "empirical", Kind::flag, "false", {}, {}, "1",
                 "Keep the off-diagonal entries of P1 and Q21 at their start values (the paper's clipped run); also with the population risk."});
  all.push_back({"precision", "empirical", Kind::name, "double", {}, {"double", "float"}, "1",
                 "Arithmetic of the empirical risk; the state is double in either case."});
  all.push_back({"statistics", "empirical", Kind::name, "auto", {}, {"auto", "direct", "precomputed"}, "1",
                 "Sum over the sequences at every gradient (direct), or reduce them once to sufficient statistics (precomputed, needs precision = double); auto: what the cost model calls faster."});
  all.push_back({"train", "empirical", Kind::name, "all", {}, {"all", "ba"}, "1",
                 "Blocks that a flow on the empirical risk trains: all six, or A = Q21 and B = P1 alone while the others stay 0."});
  all.push_back({"test_sequences", "empirical", Kind::integer, "0", at_least(0, 1e9), {}, "sequences",
                 "Fresh sequences, for the test loss and ratio at every record (empirical risk) and for theorems that draw their own; 0: none, or the few that a theorem needs."});
  all.push_back({"test_context", "empirical", Kind::integer, "0", at_least(0, 1e9), {}, "tokens",
                 "Context length of the test sequences, at least 3; 0: the training context, and twice that where a theorem draws its own."});
}
// clang-format on

}  // namespace

std::vector<std::string> law_names() {
  std::vector<std::string> names;
  for (const auto& family : distribution::families()) names.push_back(family.name);
  return names;
}

std::vector<ParameterDeclaration> declarations() {
  std::vector<ParameterDeclaration> all;
  declare_setting(all);
  declare_attention(all);
  declare_flow(all);
  declare_sample(all);
  return all;
}

std::size_t position(const std::vector<ParameterDeclaration>& all, std::string_view key) {
  for (std::size_t k = 0; k < all.size(); ++k)
    if (all[k].key == key) return k;
  throw std::out_of_range(std::string(key));
}

}  // namespace flowsweep::experiment
