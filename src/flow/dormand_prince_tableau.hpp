#pragma once
#include <array>

/// Coefficients of the Dormand-Prince pair RK5(4)7M.
///
/// Sources: J. R. Dormand, P. J. Prince, "A family of embedded Runge-Kutta formulae", J. Comput. Appl. Math.
/// 6 (1980) 19-26, table 2 (a, b, c and b - b^); E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary
/// Differential Equations I", 2nd ed., section II.6, and its code DOPRI5 (d, after L. F. Shampine, "Some
/// practical Runge-Kutta formulas", Math. Comp. 46 (1986) 135-150).
namespace flowsweep::flow::dormand_prince_tableau {

inline constexpr int stages = 7;

inline constexpr std::array<double, stages> c = {0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1};

/// Row i holds a_{i,0} .. a_{i,i-1}. The last row is b: the last stage is the next step's first.
inline constexpr std::array<std::array<double, stages>, stages> a = {{
    {},
    {1. / 5},
    {3. / 40, 9. / 40},
    {44. / 45, -56. / 15, 32. / 9},
    {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
    {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
    {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
}};

/// Weights of order 5.
inline constexpr std::array<double, stages> b = a[stages - 1];

/// Weights of order 5 minus those of order 4: h sum e_i k_i estimates the local error.
inline constexpr std::array<double, stages> e = {71. / 57600,      0,         -71. / 16695, 71. / 1920,
                                                 -17253. / 339200, 22. / 525, -1. / 40};

/// Continuous extension of order 4, s in [0, 1]:
///   y(s) = y0 + s (D + (1-s) (K + s (D - h k_6 - K + (1-s) h sum d_i k_i))),  D = y1 - y0,  K = h k_0 - D.
inline constexpr std::array<double, stages> d = {-12715105075. / 11282082432,  0,
                                                 87487479700. / 32700410799,   -10690763975. / 1880347072,
                                                 701980252875. / 199316789632, -1453857185. / 822651844,
                                                 69997945. / 29380423};

}  // namespace flowsweep::flow::dormand_prince_tableau
