#pragma once
#include "store/store.hpp"

namespace flowsweep::verify {

/// Relative difference up to which numbers of two builds agree: libraries and compilers may round otherwise.
inline constexpr double build_tolerance = 1e-9;

/// Whether two numbers are the same in every bit (any NaN equals any NaN).
bool identical(double a, double b);

/// Whether two builds' numbers agree: within build_tolerance of the larger.
bool equivalent(double a, double b);

/// Whether two verdicts are the same in every bit (any NaN equals any NaN).
bool identical(const record::Verdict& a, const record::Verdict& b);

/// Whether two builds' verdicts agree: the same kind; predicted value, measured value and tolerance within
/// build_tolerance of the larger. Margins are left out: they divide rounding by a small tolerance.
bool equivalent(const record::Verdict& a, const record::Verdict& b);

/// Whether a run left no verdict at all (it failed, or was set aside, before anything was judged): `failed`
/// with every number NaN.
bool absent(const record::Verdict& verdict);

}  // namespace flowsweep::verify
