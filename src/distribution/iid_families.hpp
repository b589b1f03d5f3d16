#pragma once
#include <memory>
#include <optional>
#include <span>

#include "distribution/law.hpp"

namespace flowsweep::distribution {

// Laws of independent, identically distributed coordinates, by their parameters in the registry's order.

using LawPointer = std::shared_ptr<const Law>;
using Parameters = std::span<const double>;

LawPointer make_gaussian(int dimension, Parameters sigma);
LawPointer make_rademacher(int dimension, Parameters c);
LawPointer make_uniform(int dimension, Parameters c);
LawPointer make_skewed(int dimension, Parameters s);
LawPointer make_bernoulli_rademacher(int dimension, Parameters c_p);
LawPointer make_bernoulli_gaussian(int dimension, Parameters sigma_p);
LawPointer make_laplace(int dimension, Parameters b);
LawPointer make_student_t(int dimension, Parameters s_nu);
LawPointer make_shifted_gaussian(int dimension, Parameters sigma_mu);
LawPointer make_two_point(int dimension, Parameters s_p);

std::optional<LawFault> student_t_fault(int dimension, Parameters s_nu);
std::optional<LawFault> two_point_fault(int dimension, Parameters s_p);

}  // namespace flowsweep::distribution
