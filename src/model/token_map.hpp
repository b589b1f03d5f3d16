#pragma once
// Plain data only: this header is also read by translation units compiled for AVX, which must not emit shared
// code.

namespace flowsweep::model {

/// A map g of R^d_o that augments keys or values. gelu is exact, z Phi(z); mlp is A_2 gelu(A_1 z) with
/// trained A_1, A_2 in R^{d_o x d_o}.
enum class TokenMap { identity, relu, gelu, mlp };

}  // namespace flowsweep::model
