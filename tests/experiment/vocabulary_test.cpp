#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "distribution/law.hpp"
#include "experiment/linear_attention_observer.hpp"
#include "experiment/parameters.hpp"
#include "points.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

const std::string base = "distribution = gaussian\ndimension = 2\ncontext = 6\n";
const std::string euler = "integrator = euler\nstep = 1e-3\n";

std::string law_of(const std::string& name) {
  return "distribution = " + name + "\ndimension = 2\ncontext = 6\n";
}

// The message of the refusal; "" if the sweep is accepted.
std::string refusal(const std::string& axes) {
  try {
    test::sweep_of("", axes);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

struct Use {
  const char* key;
  std::string top, axes, flow, empirical;
  bool expected;
};

}  // namespace

TEST_CASE("every parameter is declared once, with help and unit", "[vocabulary]") {
  std::set<std::string> keys;
  for (const sweep::ParameterDeclaration& parameter : experiment::vocabulary()->parameters) {
    CAPTURE(parameter.key);
    CHECK(keys.insert(parameter.key).second);
    CHECK(parameter.help.size() > 10);
    CHECK(parameter.help.ends_with("."));
    CHECK(!parameter.unit.empty());
    CHECK((parameter.kind != sweep::Kind::name || !parameter.choices.empty()));
    CHECK(std::set<std::string>{"", "axes", "law", "flow", "empirical"}.contains(parameter.section));
  }
}

TEST_CASE("everything but model, law, dimension and context has a default wherever it is used",
          "[vocabulary]") {
  std::set<std::string> required;
  for (const sweep::ParameterDeclaration& parameter : experiment::vocabulary()->parameters)
    if (parameter.default_text.empty()) required.insert(parameter.key);
  // Euler's step and the tables of laws have no sensible default; an empty list of record times means
  // log spacing.
  CHECK(required == std::set<std::string>{"model", "distribution", "dimension", "context", "step",
                                          "record_times", "patterns", "atoms", "rows"});
  CHECK(test::sweep_of("", base).grid.size() == 1);
  CHECK_THROWS_AS(test::sweep_of("", base, "integrator = euler\n"), InputError);
}

TEST_CASE("the vocabulary knows every law, its parameters and every theorem", "[vocabulary]") {
  const auto words = experiment::vocabulary();
  const auto declared = [&](const std::string& key) {
    return std::ranges::find(words->parameters, key, &sweep::ParameterDeclaration::key);
  };
  const auto& laws = declared("distribution")->choices;
  CHECK(laws.size() == distribution::families().size());
  for (const distribution::LawFamily& family : distribution::families()) {
    CAPTURE(family.name);
    CHECK(std::ranges::count(laws, family.name) == 1);
    for (const distribution::LawParameter& parameter : family.parameters)
      CHECK(declared(parameter.key) != words->parameters.end());
  }
  CHECK(words->theorems.size() == theory::registry().size());
}

TEST_CASE("observables are named for datasets", "[vocabulary]") {
  std::set<std::string> names;
  for (const record::Quantity& observable : experiment::linear_attention_observables()) {
    CAPTURE(observable.name);
    CHECK(names.insert(observable.name).second);
    CHECK(!observable.unit.empty());
    CHECK(!observable.long_name.empty());
  }
  for (const char* name :
       {"risk", "ab", "a_diagonal", "a_offdiagonal", "b_diagonal", "b_offdiagonal", "gradient_norm"})
    CHECK(names.contains(name));
}

TEST_CASE("a point uses what decides its numbers, and nothing else", "[vocabulary]") {
  const std::string sampled = "risk = empirical";
  const Use uses[] = {
      {"init", "", base, "", "", true},
      {"init", "", base + "dense = 1\n", "", "", false},
      {"perturbation", "", base + "dense = 1\n", "", "", false},
      {"seed", "", base, "", "", false},
      {"seed", "", base + "perturbation = 0.1\n", "", "", true},
      {"seed", "", base + "dense = 1\n", "", "", true},
      {"seed", "", base + "dense = 1\nperturbation = 0.1\n", "", "", true},
      {"seed", sampled, base, "", "", true},
      {"step", "", base, "", "", false},
      {"step", "", base, euler, "", true},
      {"steps", "", base, euler, "", true},
      {"blocks", "", base, "", "", true},
      {"blocks", sampled, base, "", "", false},
      {"blocks", sampled, base + "perturbation = 0.1\n", "", "", true},
      {"blocks", sampled, base + "dense = 1\n", "", "", true},
      {"horizon", "", base, "", "", true},
      {"horizon", "", base, euler, "", false},
      {"relative_tolerance", "", base, euler, "", false},
      {"absolute_tolerance", "", base, euler, "", false},
      {"step_limit", "", base, euler, "", false},
      {"gradient_tolerance", "", base, euler, "", true},
      {"records", "", base, "", "", true},
      {"records", "", base, "record_times = 0.1, 1\n", "", false},
      {"record_times", "", base, "", "", false},
      {"record_times", "", base, "record_times = 0.1, 1\n", "", true},
      {"sequences", "", base, "", "", false},
      {"sequences", sampled, base, "", "", true},
      {"mask", "", base, "", "", false},
      {"mask", sampled, base, "", "", true},
      {"mask", "", base + "mask = true\n", "", "", true},
      {"precision", sampled, base, "", "", true},
      {"statistics", sampled, base, "", "", true},
      {"statistics", "", base, "", "", false},
      {"train", sampled, base, "", "", false},
      {"train", sampled, base, "", "train = ba\n", true},
      {"train", "", base, "", "train = ba\n", false},
      {"test_sequences", "", base, "", "", false},
      {"test_sequences", "", base, "", "test_sequences = 5\n", true},
      {"test_context", sampled, base, "", "", false},
      {"test_context", sampled, base, "", "test_sequences = 5\n", true},
      {"test_context", "", base, "", "test_sequences = 5\n", true},
      {"test_context", "", base, "", "test_context = 5\n", false},
      {"p", "", base, "", "", false},
      {"p", "", law_of("two-point"), "", "", true},
      {"p", "", law_of("student-t"), "", "", false},
      {"nu", "", law_of("student-t"), "", "", true},
      {"scale", "", law_of("student-t"), "", "", true},
      {"scale", "", law_of("anisotropic-gaussian"), "", "", false},
      {"sigma_1", "", law_of("anisotropic-gaussian"), "", "", true},
      {"rho", "", law_of("equicorrelated-gaussian"), "", "", true},
      {"rho", "", "distribution = equicorrelated-gaussian\ndimension = 1\ncontext = 6\n", "", "", false},
      {"sigma_d", "", law_of("anisotropic-gaussian"), "", "", true},
      {"sigma_d", "", "distribution = anisotropic-gaussian\ndimension = 1\ncontext = 6\n", "", "", false},
      {"mu", "", law_of("shifted-gaussian"), "", "", true},
      {"patterns", "", law_of("signed-pairs") + "[law]\npatterns = 1, 2, 1\n", "", "", true},
      {"atoms", "", law_of("finite") + "[law]\natoms = 1, 2, 1\n", "", "", true},
  };
  for (const Use& use : uses) {
    CAPTURE(use.key, use.top, use.axes, use.flow, use.empirical);
    CHECK(test::only_point(test::sweep_of(use.top, use.axes, use.flow, use.empirical)).uses(use.key) ==
          use.expected);
  }
}

TEST_CASE("parameters that a point does not use neither multiply the grid nor enter the id", "[vocabulary]") {
  const auto id = [](const std::string& axes, const std::string& flow = "",
                     const std::string& empirical = "") {
    return test::only_point(test::sweep_of("", axes, flow, empirical)).id();
  };
  const std::uint64_t plain = id(base);
  CHECK(id(base + "seed = 0..4\n") == plain);
  CHECK(id(base, "step = 0.5\nsteps = 7\n") == plain);
  CHECK(id(base, "", "sequences = 77\nmask = false\nprecision = float\ntest_context = 5\n") == plain);
  CHECK(id(base + "dense = 1\ninit = 0.1:0.1, 2:2\nperturbation = 0, 0.3\n") == id(base + "dense = 1\n"));
  // What is used does enter.
  std::set<std::uint64_t> ids = {plain,
                                 id(base, "horizon = 5\n"),
                                 id(base, "records = 5\n"),
                                 id(base, euler),
                                 id(base + "init = 0.1:0.2\n"),
                                 id(base + "scale = 2\n"),
                                 id(base + "blocks = all\n"),
                                 id(base, "gradient_tolerance = 1e-3\n"),
                                 id(base + "mask = true\n"),
                                 id(base + "test_sequences = 5\n"),
                                 id(base + "test_sequences = 5\ntest_context = 9\n")};
  CHECK(ids.size() == 11);
  CHECK(test::sweep_of("", base + "perturbation = 0, 0.1\nseed = 0..4\n").grid.size() == 6);
}

TEST_CASE("one coordinate neither multiplies the grid by rho or sigma_d nor needs them", "[vocabulary]") {
  for (const std::string law :
       {"equicorrelated-gaussian\nrho = 0.2, 0.5", "anisotropic-gaussian\nsigma_d = 1, 2"}) {
    const auto sweep =
        test::sweep_of("", "distribution = " + law + "\ndimension = 1, 2\ncontext = 6\ninit = 0.2:0.2\n");
    CAPTURE(law);
    REQUIRE(sweep.grid.size() == 3);
    CHECK(test::run(sweep.grid.point(0)).verdicts.at(0).kind == record::VerdictKind::holds);
  }
}

TEST_CASE("a point without a mask is shown and found as one, though its id has nothing of it",
          "[vocabulary]") {
  const auto plain = test::sweep_of("", base), said = test::sweep_of("", base + "mask = false, true\n"),
             sampled = test::sweep_of("risk = empirical", base);
  const auto found = [](const sweep::Sweep& sweep, const std::string& condition) {
    return sweep::filter_rows(sweep.grid, std::vector{condition}).size();
  };
  CHECK(found(said, "mask=false") == 1);
  CHECK(found(said, "mask=true") == 1);
  CHECK(found(plain, "mask=false") == 1);
  CHECK(found(plain, "test_sequences=0") == 1);
  CHECK(found(sampled, "train=all") == 1);
  CHECK_THROWS_AS(found(plain, "mask=true"), InputError);
  CHECK_THROWS_AS(found(plain, "train=all"), InputError);
  CHECK_THROWS_AS(found(plain, "seed=0"), InputError);
  CHECK(said.grid.id(0) == plain.grid.id(0));
  CHECK(test::sweep_of("", base + "mask = false\n").warnings.empty());
  CHECK(test::sweep_of("", base + "mask = false, true\nexclude = mask=false\n").grid.size() == 1);
  const auto mask =
      std::ranges::find(experiment::vocabulary()->parameters, "mask", &sweep::ParameterDeclaration::key) -
      experiment::vocabulary()->parameters.begin();
  CHECK(sweep::shown_value(*experiment::vocabulary(), plain.grid.point(0).values(),
                           static_cast<std::size_t>(mask)) == sweep::Value(std::int64_t{0}));
}

TEST_CASE("the list of theorems does not enter the id", "[vocabulary]") {
  const auto with = test::sweep_of("theorems = mesa.balance", base), without = test::sweep_of("", base);
  CHECK(with.grid.id(0) == without.grid.id(0));
  CHECK(experiment::theorems_of(with).size() == 1);
  CHECK(experiment::theorems_of(without).size() > 1);
}

TEST_CASE("a sweep that lists no theorems asks for those that speak about its points", "[vocabulary]") {
  const auto asks = [](const sweep::Sweep& sweep, const std::string& name) {
    const auto theorems = experiment::theorems_of(sweep);
    return std::ranges::find(theorems, name, &theory::Theorem::name) != theorems.end();
  };
  CHECK(asks(test::sweep_of("", base), "mesa.limit"));
  CHECK(asks(test::sweep_of("", base), "mesa.gaussian-failure"));
  CHECK_FALSE(asks(test::sweep_of("", law_of("full-one")), "mesa.gaussian-failure"));
  const auto prompts = sweep::parse_sweep(
      "name = t\nmodel = softmax-attention\n[axes]\ntask = tokens\ndistribution = gaussian\ndimension = 2\n",
      "t", {}, experiment::vocabulary());
  CHECK_FALSE(asks(prompts, "mesa.limit"));
}

TEST_CASE("values outside a parameter's range are refused", "[vocabulary]") {
  const auto refused = [](const std::string& top, const std::string& axes, const std::string& flow = "",
                          const std::string& empirical = "") {
    CAPTURE(top, axes, flow, empirical);
    CHECK_THROWS_AS(test::sweep_of(top, axes, flow, empirical), InputError);
  };
  const std::string law = "distribution = gaussian\n";
  refused("", law + "dimension = 0\ncontext = 6\n");
  refused("", law + "dimension = 2\ncontext = 2\n");
  refused("", base + "scale = 0\n");
  refused("", base + "scale = -1\n");
  refused("", base + "scale = 1e-21\n");
  refused("", base + "scale = 1e21\n");
  refused("", base + "init = 0.1:1e-51\n");
  refused("", base + "perturbation = 1e-51\n");
  refused("", base + "dense = 1e-51\n");
  refused("", base + "scale = nan\n");
  refused("", base + "perturbation = -0.1\n");
  refused("", base, "horizon = 0\n");
  refused("", base, "gradient_tolerance = 0\n");
  refused("", base, "relative_tolerance = 1e-20\n");
  refused("", base, "integrator = euler\nstep = 0\n");
  refused("", base, "records = 1\n");
  refused("", base, "record_times = 1, 0.5\n");
  refused("", base, "record_times = 1, 1\n");
  refused("risk = empirical", base, "", "sequences = 0\n");
  refused("risk = empirical", base, "", "test_sequences = 5\ntest_context = 2\n");
  // Sampled sequences are walked step by step, and their length is an int; the population risk knows no such
  // limit.
  refused("risk = empirical", law + "dimension = 2\ncontext = 4294967396\n");
  CHECK(test::sweep_of("", law + "dimension = 2\ncontext = 4294967396\n").grid.size() == 1);
}

TEST_CASE("a law without the needed moments is refused by the moment's name and its line", "[vocabulary]") {
  const std::string student = law_of("student-t");
  CHECK(refusal(student + "nu = 6.5, 7\n").empty());
  CHECK(refusal(student + "nu = 8, 6\n") ==
        "test.ini:8: axes.nu = 6: kappa2 = E v^6 is infinite for nu <= 6");
  CHECK(
      refusal(student + "nu = 4\n").ends_with("kappa1 = E v^4 and kappa2 = E v^6 are infinite for nu <= 4"));
  CHECK(refusal(student + "nu = 1\n").find("E v^2, kappa1") != std::string::npos);
  CHECK(refusal(law_of("gaussian") + "nu = 1\n").empty());  // unused
}

TEST_CASE("what is no law is refused", "[vocabulary]") {
  CHECK(refusal(law_of("two-point") + "p = 1\n").find("p < 1") != std::string::npos);
  CHECK(refusal(law_of("bernoulli-gaussian") + "p = 1\n").empty());
  CHECK(refusal(law_of("bernoulli-gaussian") + "p = 0\n").find("1e-09 <= p <= 1") != std::string::npos);
  CHECK(refusal(law_of("equicorrelated-gaussian") + "rho = -1\n").empty());
  CHECK(refusal("distribution = equicorrelated-gaussian\ndimension = 2, 3\ncontext = 6\nrho = -0.6\n")
            .find("rho >= -1/(d-1), here at d = 3") != std::string::npos);
  const auto table = [](const std::string& law, const std::string& list) {
    return refusal(law_of(law) + "[law]\n" + list + "\n");
  };
  CHECK(table("signed-pairs", "patterns = 1, 2, 1, 0, 1, 3").empty());
  CHECK(refusal(law_of("signed-pairs")).find("must be given") != std::string::npos);
  CHECK(table("signed-pairs", "patterns = 1, 2").find("3 numbers each; here are 2") != std::string::npos);
  CHECK(table("signed-pairs", "patterns = 1, 2, 0").find("weight of row 1") != std::string::npos);
  CHECK(table("signed-pairs", "patterns = 1, 2, 1, -1, 0, 1").find("row 2") != std::string::npos);
  CHECK(table("finite", "atoms = -1, 2, 1, 1, 1, 1, 1, 2, -3").find("weight of row 3") != std::string::npos);
}

TEST_CASE("all blocks of a law without a contraction are refused where the terms are too many",
          "[vocabulary]") {
  const auto finite = [](int dimension, const std::string& blocks) {
    std::string atoms;
    for (int k = 0; k < 2 * (dimension + 1); ++k) atoms += (k > 0 ? ", " : "") + std::to_string(1 + k % 3);
    return refusal("distribution = finite\ndimension = " + std::to_string(dimension) +
                   "\ncontext = 6\nblocks = " + blocks + "\n[law]\natoms = " + atoms + "\n");
  };
  CHECK(finite(11, "all").find("axes.dimension = 11: with blocks = all this law") != std::string::npos);
  CHECK(finite(11, "ba").empty());
  CHECK(finite(4, "all").empty());
  CHECK(refusal("distribution = gaussian, anisotropic-gaussian\ndimension = 64\ncontext = 6\nblocks = all\n")
            .empty());
}
