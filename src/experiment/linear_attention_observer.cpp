#include "experiment/linear_attention_observer.hpp"

#include <cmath>
#include <limits>

#include "theory/mesa_weights.hpp"

namespace flowsweep::experiment {

const std::vector<record::Quantity>& linear_attention_observables() {
  static const std::vector<record::Quantity> all = {
      {"risk", "v^2", "L, the risk that the flow descends"},
      {"ab", "1", "mean over j of Re(A_jj B_jj)"},
      {"a_diagonal", "1", "mean of Re A_jj"},
      {"a_offdiagonal", "1", "mean of Re A_ij, i != j (0 if d = 1)"},
      {"b_diagonal", "1", "mean of Re B_jj"},
      {"b_offdiagonal", "1", "mean of Re B_ij, i != j (0 if d = 1)"},
      {"gradient_norm", "v^2", "Euclidean norm of grad L over all real parameters"},
      {"limit_distance", "1",
       "Frobenius distance of all blocks from the nearest predicted limit (A, B) = (a* Sigma, b* Sigma), "
       "Sigma = diag(+-1)"},
      {"balance", "1", "||Q||_F^2 - ||P||_F^2 over all blocks; ||A||_F^2 - ||B||_F^2 on (B, A)"},
      {"test_loss", "v^2", "mean over fresh sequences of 1/2 ||yhat_t - x_{t+1}||^2 at the last test step"},
      {"off_diagonal_norm", "1", "sqrt(sum over i != j of |A_ij|^2 + |B_ij|^2)"},
      {"diagonal_spread", "1",
       "distance of the diagonals of A and B from (a Sigma, b Sigma), a and b their means, Sigma_jj the sign "
       "of A_jj + B_jj"},
      {"other_blocks", "1", "Frobenius norm of P2, Q11, Q12 and Q22 together (0 where they are not trained)"},
      {"test_ratio", "1",
       "mean over fresh v and j of Re E_W[yhat_tj / x_(t+1)j | v] at the last test step (the raw ratio has "
       "no mean)"},
  };
  return all;
}

LinearAttentionObserver::LinearAttentionObserver(int dimension, const theory::LimitWeights& limit,
                                                 std::unique_ptr<TestSequences> test)
    : dimension_(dimension), limit_(limit), test_(std::move(test)) {}

void LinearAttentionObserver::observe(double /*flow_time*/, std::span<const double> theta, double risk,
                                      std::span<const double> gradient, std::span<double> values) {
  double square = 0;
  for (const double entry : gradient) square += entry * entry;
  const theory::DiagonalStructure s = theory::diagonal_structure(theta, dimension_);
  const double none = std::numeric_limits<double>::quiet_NaN();
  const double row[] = {risk,
                        s.product,
                        s.a_diagonal,
                        s.a_offdiagonal,
                        s.b_diagonal,
                        s.b_offdiagonal,
                        std::sqrt(square),
                        theory::limit_distance(theta, dimension_, limit_),
                        s.balance,
                        test_ != nullptr ? test_->last_loss(theta) : none,
                        s.off_diagonal_norm,
                        s.diagonal_spread,
                        s.norm_other,
                        test_ != nullptr ? test_->ratio(theta) : none};
  std::copy(std::begin(row), std::end(row), values.begin());
}

}  // namespace flowsweep::experiment
