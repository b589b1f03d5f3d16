#include <cmath>

#include "flow/conjugate_gradient.hpp"
#include "flow/cvode.hpp"
#include "flow/problems.hpp"
#include "flow/vector_operations.hpp"
#include "support/catch.hpp"

namespace {

using namespace flowsweep;
using namespace flowsweep::test;
namespace sun = flowsweep::flow::sundials;

/// The end state of a flow integrated with a chosen Newton solver.
std::vector<double> end_of(Differentiable& risk, const std::vector<double>& start,
                           flow::NewtonSolver solver) {
  flow::Settings settings;
  settings.horizon = 2;
  flow::Field field(risk);
  const auto stepper = flow::make_cvode(field, flow::start_state(start), settings, solver);
  while (stepper->time() < settings.horizon) REQUIRE_FALSE(stepper->advance());
  return {stepper->theta().begin(), stepper->theta().end()};
}

/// diag(data) as a SUNDIALS operator.
int diagonal_times(void* data, N_Vector x, N_Vector y) {
  const auto& diagonal = *static_cast<const std::vector<double>*>(data);
  for (std::size_t i = 0; i < diagonal.size(); ++i) sun::view(y)[i] = diagonal[i] * sun::view(x)[i];
  return 0;
}

struct System {
  explicit System(std::vector<double> entries) : diagonal(std::move(entries)) {
    SUNContext raw = nullptr;
    FLOWSWEEP_SUNDIALS(SUNContext_Create(nullptr, &raw));
    context.reset(raw);
    x = sun::make_vector(diagonal.size(), raw);
    b.reset(N_VClone(x.get()));
    solver = sun::make_conjugate_gradient(x.get(), 20, raw);
    SUNLinSolSetATimes(solver.get(), &diagonal, diagonal_times);
    N_VConst(1.0, b.get());
  }
  int solve(double tolerance) { return SUNLinSolSolve(solver.get(), nullptr, x.get(), b.get(), tolerance); }

  std::vector<double> diagonal;
  sun::Context context;
  sun::Vector x, b;
  sun::LinearSolver solver;
};

}  // namespace

TEST_CASE("Conjugate gradients need as many products as there are distinct eigenvalues") {
  System system({1, 1, 50, 50, 50, 1e4, 1e4});
  REQUIRE(system.solve(1e-9) == SUNLS_SUCCESS);
  CHECK(SUNLinSolNumIters(system.solver.get()) == 3);
  for (std::size_t i = 0; i < system.diagonal.size(); ++i) {
    CHECK(sun::view(system.x.get())[i] == Approx(1 / system.diagonal[i]));
  }
}

TEST_CASE("Conjugate gradients report negative curvature and slow convergence as recoverable") {
  CHECK(System({-3, 1}).solve(1e-12) == SUNLS_CONV_FAIL);
  std::vector<double> spread(60);
  for (std::size_t i = 0; i < spread.size(); ++i) spread[i] = std::pow(1.5, static_cast<double>(i));
  CHECK(System(spread).solve(1e-12) == SUNLS_RES_REDUCED);
}

TEST_CASE("Dense Newton, Krylov Newton and difference quotients integrate the same flow") {
  for (std::size_t d : {1u, 2u, 4u}) {
    CAPTURE(d);
    TwoLayer exact(d, 21), without(d, 21, false);
    const auto start = near_diagonal(d, 0.2, 22);
    const auto dense = end_of(exact, start, flow::NewtonSolver::dense);
    const auto krylov = end_of(exact, start, flow::NewtonSolver::krylov);
    const auto quotients = end_of(without, start, flow::NewtonSolver::automatic);
    for (std::size_t i = 0; i < start.size(); ++i) {
      CHECK(dense[i] == Approx(krylov[i]).margin(1e-7));
      CHECK(quotients[i] == Approx(krylov[i]).margin(1e-7));
    }
  }
}

TEST_CASE("Without Hessian products BDF still converges, and counts the quotients as evaluations") {
  TwoLayer with(3, 31), without(3, 31, false);
  const auto start = near_diagonal(3, 0.1, 32);
  const auto exact = run(with, start, {});
  const auto quotients = run(without, start, {});
  CHECK(quotients.status == record::Status::converged);
  CHECK(quotients.products == 0);
  CHECK(quotients.evaluations > exact.evaluations);
  CHECK(quotients.risk == Approx(exact.risk).margin(1e-20));
}

TEST_CASE("8192 parameters: few steps, and never a dense matrix") {
  std::vector<double> eigenvalues(8192);
  for (std::size_t i = 0; i < eigenvalues.size(); ++i) eigenvalues[i] = 1 + static_cast<double>(i % 5);
  Quadratic risk(eigenvalues);
  flow::Settings settings;
  settings.horizon = 1;
  const auto result = run(risk, std::vector<double>(8192, 1.0), settings);
  CHECK(result.status == record::Status::horizon_reached);
  CHECK(result.theta[4] == Approx(std::exp(-5)).epsilon(1e-7));
  // A dense Jacobian would be built from 8192 products; five distinct eigenvalues need at most five a Newton
  // iteration.
  CHECK(result.steps < 200);
  CHECK(result.products < 8192);
  CHECK(result.products <= 5 * result.evaluations);
}
