#pragma once
#include "flow/sundials.hpp"

namespace flowsweep::flow::sundials {

/// Conjugate gradients as a SUNDIALS iterative linear solver, for the Newton systems (I + gamma H) x = b of
/// BDF.
///
/// The matrix is symmetric, and positive definite as long as the step resolves the growing modes of the flow
/// (gamma |lambda| < 1 for every negative eigenvalue lambda of H). Where negative curvature shows up the
/// solver reports a recoverable failure, and CVODE repeats the step with a smaller one. Iterates until
/// ||b - M x||_2 <= tolerance; unpreconditioned; no vector is allocated after construction.
LinearSolver make_conjugate_gradient(N_Vector shape, int iteration_limit, SUNContext context);

}  // namespace flowsweep::flow::sundials
