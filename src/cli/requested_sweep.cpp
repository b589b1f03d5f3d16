#include "cli/requested_sweep.hpp"

#include <fmt/format.h>

#include "cli/report.hpp"
#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"
#include "store/table_file.hpp"

namespace flowsweep::cli {

OptionDeclaration shard_option() {
  return {"shard", 0, "I/N",
          "Only shard I of N: the points whose id leaves the remainder I - 1 when divided by N."};
}

sweep::Sweep requested_sweep(const Arguments& arguments) {
  std::vector<std::string> overrides = arguments.list("set");
  if (arguments.given("shard")) overrides.push_back("shard=" + arguments.text("shard"));
  sweep::Sweep sweep =
      sweep::read_sweep(arguments.text("SWEEP"), overrides, experiment::vocabulary(), {}, store::read_table);
  for (const std::string& warning : sweep.warnings) report("flowsweep: warning: {}\n", warning);
  for (const theory::Theorem* theorem : experiment::silent_theorems(sweep))
    report("flowsweep: warning: theorems: {} speaks about no point of this sweep\n", theorem->name);
  return sweep;
}

std::string empty_shard_text(const sweep::Sweep& sweep) {
  return fmt::format("shard {} of sweep {} has no points: nothing is to do", to_text(sweep.shard),
                     sweep.name);
}

}  // namespace flowsweep::cli
