#include "schedule/ledger.hpp"

#include <set>
#include <stdexcept>
#include <vector>

#include "core/rng.hpp"
#include "support/catch.hpp"

using namespace flowsweep::schedule;

namespace {

using Rows = std::vector<std::size_t>;

constexpr CostLimits unlimited;

Preparation plan_of(const std::vector<double>& costs) {
  Preparation plan;
  for (std::size_t row = 0; row < costs.size(); ++row) plan.rows.push_back(row);
  plan.costs = costs;
  return plan;
}

Ledger::Committed those(const std::set<std::size_t>& rows) {
  return [rows](std::size_t row) { return rows.contains(row); };
}

const Ledger::Committed none = those({});

}  // namespace

TEST_CASE("rows are counted done in the order given", "[ledger]") {
  Ledger ledger(plan_of({4, 3, 2, 1}), 100);
  CHECK(ledger.assign(1, unlimited) == Rows{0});
  CHECK(ledger.assign(2, unlimited) == Rows{1});
  CHECK(ledger.assign(1, unlimited) == Rows{2});
  CHECK(ledger.outstanding() == 3);
  ledger.confirm(1, 1, 0.5);
  CHECK(ledger.outstanding() == 2);
  CHECK(ledger.progress().done == 1);
  CHECK(ledger.progress().done_cost == 4);
  ledger.confirm(1, 2, 0.6);
  ledger.confirm(2, 1, 0.1);
  CHECK_FALSE(ledger.complete());
  CHECK(ledger.assign(3, unlimited) == Rows{3});
  CHECK(ledger.exhausted());
  ledger.confirm(3, 1, 0.1);
  CHECK(ledger.complete());
  CHECK(ledger.progress().done_cost == ledger.progress().total_cost);
}

TEST_CASE("impossible numbers of done rows are ignored", "[ledger]") {
  Ledger ledger(plan_of({4, 3}), 100);
  ledger.assign(1, unlimited);
  ledger.confirm(1, 2, 1);
  CHECK(ledger.progress().done == 0);
  ledger.confirm(1, 1, 1);
  ledger.confirm(1, 0, 1);
  CHECK(ledger.progress().done == 1);
}

TEST_CASE("a dead rank's rows are run again, the one that ran alone", "[ledger]") {
  Ledger ledger(plan_of(std::vector<double>(80, 1.0)), 2);
  const Rows given = ledger.assign(1, unlimited);
  REQUIRE(given == Rows{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  ledger.confirm(1, 2, 2.0);
  const Ledger::Loss loss = ledger.lose(1, true, those({0, 1, 2}));
  REQUIRE(loss.suspect);
  CHECK(loss.suspect->row == 3);
  CHECK(loss.suspect->deaths == 1);
  CHECK(loss.requeued == 6);
  CHECK(ledger.progress().done == 3);
  CHECK(ledger.outstanding() == 0);
  CHECK(ledger.assign(1, unlimited) == Rows{3});  // alone, and before the others
  CHECK(ledger.assign(1, unlimited).front() == 4);
}

TEST_CASE("rows reported done that were lost from memory are run again, and are no suspects", "[ledger]") {
  Ledger ledger(plan_of(std::vector<double>(80, 1.0)), 2);
  ledger.assign(1, unlimited);
  ledger.confirm(1, 6, 6.0);
  const Ledger::Loss loss = ledger.lose(1, true, those({0, 1, 2, 3}));
  REQUIRE(loss.suspect);
  CHECK(loss.suspect->row == 6);
  CHECK(loss.requeued == 5);  // 4, 5 and 7 to 9
  CHECK(ledger.progress().done == 4);
  CHECK(ledger.progress().done_cost == 4);
}

TEST_CASE("rows done long ago are not asked for again", "[ledger]") {
  constexpr std::size_t count = 20 * remembered_rows;
  Ledger ledger(plan_of(std::vector<double>(count, 1.0)), 1);
  std::size_t given = 0;
  while (given < count / 2) {
    given += ledger.assign(0, unlimited).size();
    ledger.confirm(0, given, 1.0);
    REQUIRE(ledger.progress().done == given);
  }
  std::size_t asked = 0;
  const Ledger::Loss loss = ledger.lose(0, true, [&](std::size_t) {
    ++asked;
    return false;
  });
  CHECK(loss.requeued >= remembered_rows);
  CHECK(asked <= 2 * (4 * remembered_rows + chunk_limit));  // once backwards, once forwards
  CHECK(ledger.progress().done + loss.requeued == given);
}

TEST_CASE("a rank that was not at work leaves no suspect", "[ledger]") {
  Ledger ledger(plan_of({3, 2, 1}), 100);
  ledger.assign(1, unlimited);
  const Ledger::Loss loss = ledger.lose(1, false, none);
  CHECK_FALSE(loss.suspect);
  CHECK(loss.requeued == 1);
  CHECK(ledger.suspects() == 0);
  CHECK(ledger.assign(0, unlimited) == Rows{0});
}

TEST_CASE("rank 0 of several takes no suspects, a lone process takes them last", "[ledger]") {
  Preparation plan = plan_of({3, 2, 1});
  plan.deaths = {{0, 1}};
  Ledger several(plan, 2);
  CHECK(several.assign(0, unlimited) == Rows{1});
  CHECK(several.assign(0, unlimited) == Rows{2});
  CHECK(several.assign(0, unlimited).empty());
  CHECK_FALSE(several.exhausted());
  CHECK(several.assign(1, unlimited) == Rows{0});
  Ledger alone(plan, 1);
  CHECK(alone.assign(0, unlimited) == Rows{1});
  CHECK(alone.assign(0, unlimited) == Rows{2});
  CHECK(alone.assign(0, unlimited) == Rows{0});
}

TEST_CASE("a row is set aside at its third death, in one job or several", "[ledger]") {
  const int before = GENERATE(0, 1, 2);
  CAPTURE(before);
  Preparation plan = plan_of({3});
  if (before > 0) plan.deaths = {{0, before}};
  Ledger ledger(plan, 10);
  for (int death = before + 1; death <= death_limit; ++death) {
    CAPTURE(death);
    CHECK_FALSE(ledger.complete());
    REQUIRE(ledger.assign(death, unlimited) == Rows{0});
    const Ledger::Loss loss = ledger.lose(death, true, none);
    REQUIRE(loss.suspect);
    CHECK(loss.suspect->deaths == death);
  }
  CHECK(ledger.complete());
  CHECK(ledger.exhausted());
}

TEST_CASE("a suspect that ends is none any more", "[ledger]") {
  Preparation plan = plan_of({3, 2});
  plan.deaths = {{0, 2}};
  Ledger ledger(plan, 100);
  CHECK(ledger.assign(1, unlimited) == Rows{0});
  CHECK(ledger.confirm(1, 1, 3.0) == Rows{0});
  CHECK(ledger.assign(1, unlimited) == Rows{1});
  CHECK(ledger.confirm(1, 2, 5.0).empty());
  CHECK(ledger.complete());
}

TEST_CASE("a suspect that was committed before its rank died is cleared", "[ledger]") {
  Preparation plan = plan_of({3, 2});
  plan.deaths = {{0, 2}};
  Ledger ledger(plan, 100);
  ledger.assign(1, unlimited);
  const Ledger::Loss loss = ledger.lose(1, true, those({0}));
  CHECK(loss.cleared == Rows{0});
  CHECK_FALSE(loss.suspect);
}

TEST_CASE("a suspect that waited behind the row that killed its rank stays alone", "[ledger]") {
  Preparation plan = plan_of({3, 2});
  plan.deaths = {{1, 1}};
  Ledger ledger(plan, 100);
  CHECK(ledger.assign(1, unlimited) == Rows{1});
  CHECK(ledger.assign(2, unlimited) == Rows{0});
  ledger.lose(2, true, none);
  ledger.lose(1, false, none);
  CHECK(ledger.suspects() == 2);
  CHECK(ledger.assign(0, unlimited).empty());
}

// Random deaths and reports, as rank 0 may see them: every row ends exactly once, or is set aside.
TEST_CASE("whatever dies, every row is done once in the end", "[ledger]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5, 6, 7, 8);
  CAPTURE(seed);
  flowsweep::CounterRng rng(seed, 3);
  constexpr int ranks = 6;
  constexpr std::size_t count = 400;
  Ledger ledger(plan_of(std::vector<double>(count, 1.0)), ranks);
  std::set<std::size_t> stored;
  std::vector<Rows> held(ranks);
  std::vector<std::size_t> ran(ranks, 0);
  std::size_t set_aside = 0;
  for (int turn = 0; turn < 100000 && !ledger.complete(); ++turn) {
    const auto rank = static_cast<std::size_t>(rng.uniform() * ranks);
    Rows& rows = held[rank];
    if (rows.size() == ran[rank]) {
      const Rows more = ledger.assign(static_cast<int>(rank), unlimited);
      rows.insert(rows.end(), more.begin(), more.end());
    } else if (rank != 0 && rng.uniform() < 0.05) {
      const Ledger::Loss loss = ledger.lose(static_cast<int>(rank), true, those(stored));
      set_aside += loss.suspect && loss.suspect->deaths == death_limit;
      rows.clear();
      ran[rank] = 0;
    } else {
      stored.insert(rows[ran[rank]++]);
      if (rng.uniform() < 0.3) ledger.confirm(static_cast<int>(rank), ran[rank], 1.0);
    }
  }
  for (int rank = 0; rank < ranks; ++rank) ledger.confirm(rank, ran[rank], 1.0);
  CHECK(ledger.complete());
  CHECK(stored.size() + set_aside == count);
  CHECK(ledger.outstanding() == 0);
}

TEST_CASE("the calibration is measured over predicted time, and 1 at first", "[ledger]") {
  Ledger ledger(plan_of({100, 50, 50}), 100);
  CHECK(ledger.calibration() == 1);
  ledger.assign(1, unlimited);
  ledger.confirm(1, 1, 300);
  // A row of a fixed weight in favour of the prediction moves it by a thousandth.
  CHECK(ledger.calibration() == Approx(3).epsilon(2e-3));
  ledger.assign(0, unlimited);
  ledger.confirm(0, 1, 50);
  CHECK(ledger.calibration() == Approx(350.0 / 150).epsilon(2e-3));
}

TEST_CASE("a plan without a cost for each row is a defect", "[ledger]") {
  Preparation plan = plan_of({1, 2});
  plan.costs.pop_back();
  CHECK_THROWS_AS(Ledger(plan, 1), std::invalid_argument);
}
