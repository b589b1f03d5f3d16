#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace flowsweep::cli {

/// ceil(fraction x population), at least 1 and at most the population; 0 of nothing. 0 < fraction <= 1.
std::size_t sample_size(std::size_t population, double fraction);

/// `size` of `rows`, each set of that size as likely as any other, ascending. Every row draws a number keyed
/// by (seed, its id), and the smallest win: the choice is a function of the ids and the seed, whatever the
/// order of the rows; a row that is added replaces at most one of the chosen. `ids` are those of all rows of
/// the store.
std::vector<std::size_t> random_sample(std::span<const std::size_t> rows, std::span<const std::uint64_t> ids,
                                       std::size_t size, std::uint64_t seed);

/// The exact one-sided confidence bound on the number of marked ones among `population`, of which a random
/// sample of `sample`, without repetition, has `marked`: the largest number D for which a sample has
/// `marked` or fewer with a probability of 1 - confidence or more,
///   P(X <= marked) = sum_{j <= marked} C(D, j) C(population - D, sample - j) / C(population, sample).
/// With as many marked as sampled it is the population less what was sampled and found unmarked.
std::size_t most_marked(std::size_t population, std::size_t sample, std::size_t marked, double confidence);

}  // namespace flowsweep::cli
