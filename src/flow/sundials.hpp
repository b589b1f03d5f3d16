#pragma once
#include <cvode/cvode.h>
#include <cvode/cvode_ls.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>
#include <sundials/sundials_nonlinearsolver.h>

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace flowsweep::flow::sundials {

/// Calls a SUNDIALS free function when a handle dies.
template <auto Free>
struct Release {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
inline void free_context(SUNContext context) {
  SUNContext_Free(&context);
}
inline void free_cvode(void* memory) {
  CVodeFree(&memory);
}

template <class Pointer, auto Free>
using Handle = std::unique_ptr<std::remove_pointer_t<Pointer>, Release<Free>>;

using Context = Handle<SUNContext, free_context>;
using Vector = Handle<N_Vector, N_VDestroy>;
using Matrix = Handle<SUNMatrix, SUNMatDestroy>;
using LinearSolver = Handle<SUNLinearSolver, SUNLinSolFree>;
using NonlinearSolver = Handle<SUNNonlinearSolver, SUNNonlinSolFree>;
using Cvode = Handle<void*, free_cvode>;

/// Throws std::runtime_error with the call's text if a SUNDIALS function returns a negative flag.
inline void check(int flag, const char* call) {
  if (flag < 0) throw std::runtime_error(std::string(call) + " returned flag " + std::to_string(flag));
}
/// Throws std::runtime_error if a SUNDIALS constructor returns null.
template <class T>
T* check(T* object, const char* call) {
  if (!object) throw std::runtime_error(std::string(call) + " returned null");
  return object;
}

inline std::span<double> view(N_Vector v) {
  return {NV_DATA_S(v), static_cast<std::size_t>(NV_LENGTH_S(v))};
}

}  // namespace flowsweep::flow::sundials

/// The one checked call of SUNDIALS.
#define FLOWSWEEP_SUNDIALS(call) ::flowsweep::flow::sundials::check(call, #call)
