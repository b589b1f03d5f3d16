#include "flow/conjugate_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "flow/vector_operations.hpp"

namespace flowsweep::flow::sundials {
namespace {

struct ConjugateGradient {
  Vector direction;  ///< search direction p
  Vector image;      ///< M p
  std::vector<double> residual;
  int iteration_limit;
  void* data = nullptr;
  SUNATimesFn times = nullptr;
  int iterations = 0;
  double residual_norm = 0;
  long last_flag = SUNLS_SUCCESS;

  int solve(std::span<double> x, std::span<const double> b, double tolerance);
};

ConjugateGradient& content(SUNLinearSolver solver) {
  return *static_cast<ConjugateGradient*>(solver->content);
}

int ConjugateGradient::solve(std::span<double> x, std::span<const double> b, double tolerance) {
  const std::span<double> p = view(direction.get());
  const std::span<double> q = view(image.get());
  std::ranges::fill(x, 0.0);
  std::ranges::copy(b, residual.begin());
  std::ranges::copy(b, p.begin());
  double square = dot(residual, residual);
  for (iterations = 0; std::sqrt(square) > tolerance; ++iterations) {
    if (iterations == iteration_limit) return iterations > 0 ? SUNLS_RES_REDUCED : SUNLS_CONV_FAIL;
    if (const int flag = times(data, direction.get(), image.get()); flag != 0) {
      return flag < 0 ? SUNLS_ATIMES_FAIL_UNREC : SUNLS_ATIMES_FAIL_REC;
    }
    const double curvature = dot(p, q);
    if (!(curvature > 0)) return SUNLS_CONV_FAIL;
    const double length = square / curvature;
    add(length, p, x);
    add(-length, q, residual);
    const double next = dot(residual, residual);
    combine(residual, next / square, p);
    square = next;
  }
  residual_norm = std::sqrt(square);
  return SUNLS_SUCCESS;
}

SUNLinearSolver_Type type(SUNLinearSolver) {
  return SUNLINEARSOLVER_ITERATIVE;
}
SUNLinearSolver_ID id(SUNLinearSolver) {
  return SUNLINEARSOLVER_CUSTOM;
}

int set_times(SUNLinearSolver solver, void* data, SUNATimesFn times) {
  content(solver).data = data;
  content(solver).times = times;
  return SUNLS_SUCCESS;
}

int solve(SUNLinearSolver solver, SUNMatrix, N_Vector x, N_Vector b, realtype tolerance) {
  auto& self = content(solver);
  const int flag = self.solve(view(x), view(b), tolerance);
  self.last_flag = flag;
  return flag;
}

int iterations(SUNLinearSolver solver) {
  return content(solver).iterations;
}
realtype residual_norm(SUNLinearSolver solver) {
  return content(solver).residual_norm;
}
sunindextype last_flag(SUNLinearSolver solver) {
  return content(solver).last_flag;
}

int release(SUNLinearSolver solver) {
  delete static_cast<ConjugateGradient*>(solver->content);
  solver->content = nullptr;
  SUNLinSolFreeEmpty(solver);
  return SUNLS_SUCCESS;
}

}  // namespace

LinearSolver make_conjugate_gradient(N_Vector shape, int iteration_limit, SUNContext context) {
  SUNLinearSolver solver = FLOWSWEEP_SUNDIALS(SUNLinSolNewEmpty(context));
  solver->ops->gettype = type;
  solver->ops->getid = id;
  solver->ops->setatimes = set_times;
  solver->ops->solve = solve;
  solver->ops->numiters = iterations;
  solver->ops->resnorm = residual_norm;
  solver->ops->lastflag = last_flag;
  solver->ops->free = release;
  solver->content = new ConjugateGradient{Vector(N_VClone(shape)), Vector(N_VClone(shape)),
                                          std::vector<double>(view(shape).size()), iteration_limit};
  return LinearSolver(solver);
}

}  // namespace flowsweep::flow::sundials
