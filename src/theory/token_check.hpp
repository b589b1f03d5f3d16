#pragma once
#include <functional>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "dual/generalisation.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::theory {

/// The independent tokens of a point and the class that its generalisation bounds speak of, both fixed before
/// any sample is drawn.
struct TokenSource {
  dual::TokenPopulation population;
  dual::DualClass bounds;
};

/// `population` tokens of the point's law with the keys and values that the weights give them, keys scaled by
/// one factor so that the largest norm is kappa; rho is the largest norm of a value, w the point's
/// class_norm. Keys that are all 0 stay so.
TokenSource token_source(const sweep::Point& point, std::span<const double> weights);

/// Whether a point has such tokens: one layer of softmax attention, task = tokens.
bool has_token_source(const sweep::Point& point);

/// What samples of one length leave of the population's mean M.
struct SampleGaps {
  int count = 0;                     ///< N
  dual::PopulationMoments moments;   ///< of the population; no samples
  std::vector<double> squared_gaps;  ///< ||M - M^||_F^2 of each sample
  std::vector<double> traces;        ///< Tr K_S of each sample
  std::vector<int> widest;           ///< the sample with the largest gap; empty where all are NaN
  double widest_squared = -1;        ///< its gap, squared

  double rms() const;                 ///< of the gap
  double relative_deviation() const;  ///< standard error of the rms, relative to it
};

/// A sample of N tokens, one after the other from a stream of random numbers.
using Drawing = std::function<std::vector<int>(const dual::TokenPopulation&, int count, CounterRng&)>;

/// `draws` samples of `count` tokens. Draws are taken in blocks, so that memory stays below 50 MB for count
/// <= 2^21, at the cost of P^2 / 2 kernel values a block.
SampleGaps sample_gaps(const dual::TokenPopulation& population, int count, int draws, CounterRng rng,
                       const Drawing& draw = dual::draw_tokens);

/// Predicted seconds of sample_gaps for the point's population and draws.
double sample_gaps_seconds(const sweep::Point& point, double count);

}  // namespace flowsweep::theory
