#pragma once
#include <memory>

#include "flow/stepper.hpp"

namespace flowsweep::flow {

/// Solver of the Newton systems (I + gamma H) x = b of BDF.
enum class NewtonSolver {
  automatic,  ///< dense up to dense_limit parameters where there are Hessian products, else Krylov
  dense,      ///< H from n Hessian products, LU
  krylov,     ///< conjugate gradients on Hessian products, or on difference quotients of the gradient
};

/// Measured on two-layer flows with n = 2 d^2, a gradient of 0.7 us and a Hessian product of 1.4 us: dense
/// takes 0.6 of Krylov's time at n = 2 and n = 8, the same at n = 18, 1.6 to 3 times as much at n = 32: I +
/// gamma H has few distinct eigenvalues, so that one to three products solve most systems.
inline constexpr std::size_t dense_limit = 8;

std::unique_ptr<Stepper> make_cvode(Field& field, const State& state, const Settings& settings,
                                    NewtonSolver solver);

}  // namespace flowsweep::flow
