#include "risk/precomputed.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace flowsweep::risk {
namespace {

using Complex = std::complex<double>;
using model::LinearAttention;
using RowMajor = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RealMatrix = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

// vec(Q), row-major.
Eigen::VectorXcd flattened(const Eigen::MatrixXcd& Q) {
  const RowMajor rows = Q;
  return Eigen::Map<const Eigen::VectorXcd>(rows.data(), rows.size());
}

RowMajor unflattened(const Eigen::VectorXcd& vector, Eigen::Index m) {
  return Eigen::Map<const RowMajor>(vector.data(), m, m);
}

// Re H + Im H, row-major.
void encode(const RowMajor& H, double* code) {
  for (Eigen::Index i = 0; i < H.size(); ++i) code[i] = H.data()[i].real() + H.data()[i].imag();
}

// code = Re M + Im M of M = x y^*, or code += that.
void encode_outer(const Eigen::VectorXcd& x, const Eigen::VectorXcd& y, bool add, double* code) {
  const Eigen::Index n = x.size();
  for (Eigen::Index i = 0; i < n; ++i) {
    const double plus = x[i].real() + x[i].imag(), minus = x[i].imag() - x[i].real();
    for (Eigen::Index j = 0; j < n; ++j, ++code)
      *code = (add ? *code : 0.0) + (y[j].real() * plus + y[j].imag() * minus);
  }
}

// H X, H the Hermitian matrix of a real code.
Eigen::MatrixXcd apply(const double* code, Eigen::Index n, const Eigen::MatrixXcd& X) {
  const RealMatrix R(code, n, n);
  const Eigen::MatrixXd forward = R * X.real(), forward_im = R * X.imag();
  const Eigen::MatrixXd backward = R.transpose() * X.real(), backward_im = R.transpose() * X.imag();
  // H = (R + R^T)/2 + i (R - R^T)/2
  Eigen::MatrixXcd result(n, X.cols());
  result.real() = 0.5 * (forward + backward - forward_im + backward_im);
  result.imag() = 0.5 * (forward_im + backward_im + forward - backward);
  return result;
}

}  // namespace

PrecomputedRisk::Coded::Coded(std::size_t m)
    : left(SufficientStatistics::form_rows(m)),
      right(SufficientStatistics::form_columns(m)),
      left_result(SufficientStatistics::form_rows(m)),
      right_result(SufficientStatistics::form_columns(m)) {}

std::size_t PrecomputedRisk::Coded::bytes(std::size_t m) {
  return 2 * sizeof(double) * (SufficientStatistics::form_rows(m) + SufficientStatistics::form_columns(m));
}

PrecomputedRisk::PrecomputedRisk(SufficientStatistics statistics, bool diagonal_mask)
    : dimension_(std::size_t(statistics.dimension())),
      statistics_(std::move(statistics)),
      diagonal_mask_(diagonal_mask),
      largest_linear_(0),
      pass_(active_statistics_kernel().pass),
      state_(statistics_.width()),
      change_(statistics_.width()) {
  for (const Complex& entry : statistics_.linear())
    largest_linear_ = std::max(largest_linear_, std::abs(entry));
}

std::size_t PrecomputedRisk::bytes(std::size_t dimension, Trained trained) {
  return SufficientStatistics::bytes(dimension, trained) +
         2 * Coded::bytes(SufficientStatistics::width(dimension, trained));
}

std::size_t PrecomputedRisk::size() const {
  return model::weight_count(dimension_);
}

void PrecomputedRisk::pass(Coded& coded) const {
  const std::size_t m = statistics_.width();
  pass_({statistics_.form(), static_cast<long>(SufficientStatistics::form_rows(m)),
         static_cast<long>(SufficientStatistics::form_columns(m)), coded.left.get(), coded.right.get(),
         coded.left_result.get(), coded.right_result.get()});
}

void PrecomputedRisk::prepare(std::span<const double> theta) {
  if (std::ranges::equal(last_theta_, theta)) return;
  const LinearAttention at = read(theta);
  const Eigen::VectorXcd q = flattened(at.Q);
  encode(at.P.transpose() * at.P.conjugate(), state_.left.get());
  encode_outer(q, q, false, state_.right.get());
  pass(state_);
  last_theta_.assign(theta.begin(), theta.end());
}

// conj(d/dP), conj(d/dQ) of sum P_ia Q_u h[i, a, u].
LinearAttention PrecomputedRisk::linear_gradient(const LinearAttention& at) const {
  const auto d = static_cast<Eigen::Index>(dimension_), m = static_cast<Eigen::Index>(statistics_.width());
  const Eigen::VectorXcd q = flattened(at.Q);
  Eigen::VectorXcd q_gradient = Eigen::VectorXcd::Zero(m * m);
  LinearAttention result{Eigen::MatrixXcd(d, m), Eigen::MatrixXcd(m, m)};
  const Complex* h = statistics_.linear().data();
  for (Eigen::Index i = 0; i < d; ++i)
    for (Eigen::Index a = 0; a < m; ++a, h += m * m) {
      const Eigen::Map<const Eigen::VectorXcd> row(h, m * m);
      result.P(i, a) = std::conj(row.cwiseProduct(q).sum());
      q_gradient += (at.P(i, a) * row).conjugate();
    }
  result.Q = unflattened(q_gradient, m);
  return result;
}

// P and Q as the statistics number them: all of both, or B and A.
LinearAttention PrecomputedRisk::read(std::span<const double> flat) const {
  const LinearAttention all = model::unpack(flat, dimension_);
  if (statistics_.trained() == Trained::all) return all;
  return {all.P1(), all.Q21()};
}

void PrecomputedRisk::write(const LinearAttention& gradient, std::span<double> flat) const {
  if (statistics_.trained() == Trained::all) {
    model::pack(gradient, flat);
  } else {
    LinearAttention all = model::diagonal_start(dimension_, 0, 0);
    all.P1() = gradient.P;
    all.Q21() = gradient.Q;
    model::pack(all, flat);
  }
  if (diagonal_mask_) model::keep_diagonals(flat, dimension_);
}

double PrecomputedRisk::gradient(std::span<const double> theta, std::span<double> gradient) {
  prepare(theta);
  const LinearAttention at = read(theta);
  const auto m = static_cast<Eigen::Index>(statistics_.width());
  const LinearAttention linear = linear_gradient(at);
  const double linear_value = (linear.P.conjugate().cwiseProduct(at.P)).sum().real();
  double quadratic = 0;
  for (Eigen::Index i = 0; i < m * m; ++i) quadratic += state_.left.get()[i] * state_.left_result.get()[i];
  const Eigen::MatrixXcd P = apply(state_.left_result.get(), m, at.P.transpose()).transpose();
  const Eigen::MatrixXcd Q = unflattened(apply(state_.right_result.get(), m * m, flattened(at.Q)), m);
  write({P - linear.P, Q - linear.Q}, gradient);
  return statistics_.constant() - linear_value + quadratic / 2;
}

double PrecomputedRisk::gradient_rounding(std::span<const double> theta) const {
  double square = 0;
  for (const double weight : theta) square += weight * weight;
  return 8 * 0x1p-52 * largest_linear_ * std::sqrt(square);
}

void PrecomputedRisk::hessian_product(std::span<const double> theta, std::span<const double> direction,
                                      std::span<double> product) {
  prepare(theta);
  const LinearAttention at = read(theta), along = read(direction);
  const auto m = static_cast<Eigen::Index>(statistics_.width());
  const Eigen::VectorXcd q = flattened(at.Q), dq = flattened(along.Q);
  const Eigen::MatrixXcd half = at.P.transpose() * along.P.conjugate();
  encode(half + half.adjoint(), change_.left.get());
  encode_outer(q, dq, false, change_.right.get());
  encode_outer(dq, q, true, change_.right.get());
  pass(change_);
  // d(P sum P h) along (P, Q): P follows Q and Q follows P.
  const LinearAttention linear = linear_gradient(along);
  const Eigen::MatrixXcd P = (apply(state_.left_result.get(), m, along.P.transpose()) +
                              apply(change_.left_result.get(), m, at.P.transpose()))
                                 .transpose();
  const Eigen::VectorXcd Q =
      apply(state_.right_result.get(), m * m, dq) + apply(change_.right_result.get(), m * m, q);
  write({P - linear.P, unflattened(Q, m) - linear.Q}, product);
}

}  // namespace flowsweep::risk
