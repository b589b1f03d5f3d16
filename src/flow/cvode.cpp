#include "flow/cvode.hpp"

#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <vector>

#include "flow/conjugate_gradient.hpp"
#include "flow/sundials.hpp"
#include "flow/vector_operations.hpp"

namespace flowsweep::flow {
namespace {

using sundials::view;

/// What the callbacks see. C code runs between them and integrate(): no exception may pass through it.
struct Problem {
  Field& field;
  const Settings& settings;
  std::exception_ptr exception = nullptr;
  double last_non_finite = -1;  ///< flow time of the last gradient that was not finite; -1: none
  double tolerance_factor = 1;

  /// 0, 1 (CVODE may retry with a smaller step) or -1 (stop).
  template <class F>
  int guarded(F&& body) noexcept {
    try {
      return body();
    } catch (...) {
      exception = std::current_exception();
      return -1;
    }
  }
};

constexpr int krylov_iterations = 100;

void negate(std::span<double> v) {
  for (double& x : v) x = -x;
}

int right_hand_side(realtype time, N_Vector theta, N_Vector rate, void* data) {
  auto& problem = *static_cast<Problem*>(data);
  return problem.guarded([&] {
    const bool finite = std::isfinite(problem.field.gradient(view(theta), view(rate)));
    negate(view(rate));
    if (!finite) problem.last_non_finite = time;
    return finite ? 0 : 1;
  });
}

/// w_i = 1 / (factor (relative |theta_i| + absolute)). CVODE asks for it at every step, so that the factor
/// may change on the way (CVodeSStolerances may not be called again after the first step).
int error_weights(N_Vector theta, N_Vector weights, void* data) {
  const auto& problem = *static_cast<const Problem*>(data);
  const double relative = problem.tolerance_factor * problem.settings.relative_tolerance;
  const double absolute = problem.tolerance_factor * problem.settings.absolute_tolerance;
  flow::error_weights(relative, absolute, view(theta), view(weights));
  return 0;
}

int jacobian_times(N_Vector direction, N_Vector product, realtype, N_Vector theta, N_Vector, void* data,
                   N_Vector) {
  auto& problem = *static_cast<Problem*>(data);
  return problem.guarded([&] {
    problem.field.hessian_product(view(theta), view(direction), view(product));
    negate(view(product));
    return 0;
  });
}

/// J = -H, column by column; H is symmetric.
int dense_jacobian(realtype, N_Vector theta, N_Vector, SUNMatrix jacobian, void* data, N_Vector basis,
                   N_Vector, N_Vector) {
  auto& problem = *static_cast<Problem*>(data);
  return problem.guarded([&] {
    const std::span<double> unit = view(basis);
    for (std::size_t j = 0; j < unit.size(); ++j) {
      std::ranges::fill(unit, 0.0);
      unit[j] = 1;
      const std::span<double> column(SUNDenseMatrix_Column(jacobian, static_cast<sunindextype>(j)),
                                     unit.size());
      problem.field.hessian_product(view(theta), unit, column);
      negate(column);
    }
    return 0;
  });
}

void ignore_report(int, const char*, const char*, char*, void*) {}

/// BDF (orders 1 to 5, Newton) or Adams-Moulton (orders 1 to 12, fixed-point iteration: no Hessian, but steps
/// of at most about 1 / the largest eigenvalue) by CVODE (Hindmarsh et al., ACM TOMS 31 (2005) 363-396).
class CvodeStepper : public Stepper {
 public:
  CvodeStepper(Field& field, const State& state, const Settings& settings, NewtonSolver solver);

  std::optional<End> advance() override;
  double time() const override { return time_; }
  std::span<const double> theta() const override { return view(theta_.get()); }
  double gradient_norm(double exact_below) override;
  double snapshot(double time, std::span<double> theta) const override;
  void remaining(double fraction) override;
  std::vector<double> memory() const override;

 private:
  void begin();
  void go_on(std::span<const double> memory);
  void create();
  void use_newton(NewtonSolver solver);
  void use_dense();
  void use_krylov();
  void use_fixed_point();
  End failure(const std::string& reason) const;

  const Settings& settings_;
  Problem problem_;
  sundials::Context context_;
  sundials::Vector theta_;
  sundials::Vector work_;
  sundials::Matrix matrix_;
  sundials::LinearSolver linear_solver_;
  sundials::NonlinearSolver nonlinear_solver_;
  sundials::Cvode memory_;
  double time_;
  double start_norm_ = 0;
  /// CVODE bounds its first step by the time it is called with: from above by 0.1 of the way there, from
  /// below by 1e-14 of it, so that a distant horizon would forbid the small steps that a steep start needs.
  /// So it is called with the time in which theta changes by its own size, and at a restart with ten of the
  /// steps before it. In one-step mode the time has no other use.
  double target_ = 0;
};

std::string flag_name(int flag) {
  const std::unique_ptr<char, sundials::Release<std::free>> name(CVodeGetReturnFlagName(flag));
  return std::string("CVODE: ") + name.get();
}

sundials::Context make_context() {
  SUNContext context = nullptr;
  FLOWSWEEP_SUNDIALS(SUNContext_Create(nullptr, &context));
  return sundials::Context(context);
}

CvodeStepper::CvodeStepper(Field& field, const State& state, const Settings& settings, NewtonSolver solver)
    : settings_(settings),
      problem_{field, settings},
      context_(make_context()),
      theta_(sundials::make_vector(state.theta.size(), context_.get())),
      work_(N_VClone(theta_.get())),
      time_(state.flow_time) {
  std::ranges::copy(state.theta, view(theta_.get()).begin());
  state.memory.empty() ? begin() : go_on(state.memory);
  create();
  if (settings.integrator == Integrator::bdf) {
    use_newton(solver);
  } else {
    use_fixed_point();
  }
}

void CvodeStepper::begin() {
  start_norm_ = problem_.field.gradient(theta(), view(work_.get()));
  const double change = norm(theta()) / start_norm_;
  target_ = std::isfinite(change) && change > 0 ? std::min(change, settings_.horizon) : settings_.horizon;
}

/// Where State::memory holds what.
enum Memory : std::size_t { factor_at, step_at, memory_size };

void CvodeStepper::go_on(std::span<const double> memory) {
  constexpr double steps_ahead = 10;
  problem_.tolerance_factor = memory[factor_at];
  target_ = std::min(time_ + steps_ahead * memory[step_at], settings_.horizon);
}

std::vector<double> CvodeStepper::memory() const {
  std::vector<double> numbers(memory_size);
  numbers[factor_at] = problem_.tolerance_factor;
  FLOWSWEEP_SUNDIALS(CVodeGetLastStep(memory_.get(), &numbers[step_at]));
  return numbers;
}

void CvodeStepper::create() {
  const int method = settings_.integrator == Integrator::bdf ? CV_BDF : CV_ADAMS;
  memory_.reset(FLOWSWEEP_SUNDIALS(CVodeCreate(method, context_.get())));
  FLOWSWEEP_SUNDIALS(CVodeInit(memory_.get(), right_hand_side, time_, theta_.get()));
  FLOWSWEEP_SUNDIALS(CVodeSetUserData(memory_.get(), &problem_));
  FLOWSWEEP_SUNDIALS(CVodeSetErrHandlerFn(memory_.get(), ignore_report, nullptr));
  FLOWSWEEP_SUNDIALS(CVodeSetMaxHnilWarns(memory_.get(), -1));
  FLOWSWEEP_SUNDIALS(CVodeSetStopTime(memory_.get(), settings_.horizon));
  FLOWSWEEP_SUNDIALS(CVodeWFtolerances(memory_.get(), error_weights));
}

void CvodeStepper::use_newton(NewtonSolver solver) {
  const bool small = problem_.field.size() <= dense_limit && problem_.field.has_hessian_product();
  if (solver == NewtonSolver::dense || (solver == NewtonSolver::automatic && small)) {
    use_dense();
  } else {
    use_krylov();
  }
}

void CvodeStepper::use_dense() {
  const auto n = static_cast<sunindextype>(problem_.field.size());
  matrix_.reset(FLOWSWEEP_SUNDIALS(SUNDenseMatrix(n, n, context_.get())));
  linear_solver_.reset(FLOWSWEEP_SUNDIALS(SUNLinSol_Dense(theta_.get(), matrix_.get(), context_.get())));
  FLOWSWEEP_SUNDIALS(CVodeSetLinearSolver(memory_.get(), linear_solver_.get(), matrix_.get()));
  FLOWSWEEP_SUNDIALS(CVodeSetJacFn(memory_.get(), dense_jacobian));
}

void CvodeStepper::use_krylov() {
  linear_solver_ = sundials::make_conjugate_gradient(theta_.get(), krylov_iterations, context_.get());
  FLOWSWEEP_SUNDIALS(CVodeSetLinearSolver(memory_.get(), linear_solver_.get(), nullptr));
  if (problem_.field.has_hessian_product()) {
    FLOWSWEEP_SUNDIALS(CVodeSetJacTimes(memory_.get(), nullptr, jacobian_times));
  }
}

void CvodeStepper::use_fixed_point() {
  nonlinear_solver_.reset(FLOWSWEEP_SUNDIALS(SUNNonlinSol_FixedPoint(theta_.get(), 0, context_.get())));
  FLOWSWEEP_SUNDIALS(CVodeSetNonlinearSolver(memory_.get(), nonlinear_solver_.get()));
}

std::optional<End> CvodeStepper::advance() {
  const double before = time_;
  const int flag = CVode(memory_.get(), target_, theta_.get(), &time_, CV_ONE_STEP);
  if (problem_.exception) std::rethrow_exception(problem_.exception);
  if (flag < 0) return failure(flag_name(flag));
  if (time_ <= before) return failure("the flow time no longer grows");
  return std::nullopt;
}

/// Steps that shrink to nothing in front of a state without a finite gradient are divergence.
End CvodeStepper::failure(const std::string& reason) const {
  constexpr double just_ahead = 1e-6;
  const double gap = problem_.last_non_finite - time_;
  const bool blocked = problem_.last_non_finite >= 0 && (time_ == 0 || gap >= -just_ahead * time_);
  return {blocked ? record::Status::diverged : record::Status::step_underflow,
          reason + (blocked ? ", the gradient ahead is not finite" : "")};
}

double CvodeStepper::gradient_norm(double exact_below) {
  if (time_ == 0) return start_norm_;
  FLOWSWEEP_SUNDIALS(CVodeGetDky(memory_.get(), time_, 1, work_.get()));
  const double estimate = norm(view(work_.get()));
  return estimate > exact_below ? estimate : problem_.field.gradient(theta(), view(work_.get()));
}

double CvodeStepper::snapshot(double time, std::span<double> theta) const {
  FLOWSWEEP_SUNDIALS(CVodeGetDky(memory_.get(), time, 0, work_.get()));
  std::ranges::copy(view(work_.get()), theta.begin());
  return time;
}

void CvodeStepper::remaining(double fraction) {
  problem_.tolerance_factor = std::min(problem_.tolerance_factor, tolerance_factor(fraction, settings_));
}

}  // namespace

std::unique_ptr<Stepper> make_cvode(Field& field, const State& state, const Settings& settings,
                                    NewtonSolver solver) {
  return std::make_unique<CvodeStepper>(field, state, settings, solver);
}

std::unique_ptr<Stepper> make_cvode(Field& field, const State& state, const Settings& settings) {
  return make_cvode(field, state, settings, NewtonSolver::automatic);
}

bool is_cvode_memory(std::span<const double> memory) {
  return memory.size() == memory_size && memory[factor_at] > 0 && memory[factor_at] <= 1 &&
         memory[step_at] > 0 && std::isfinite(memory[step_at]);
}

}  // namespace flowsweep::flow
