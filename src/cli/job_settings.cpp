#include "cli/job_settings.hpp"

#include <nlohmann/json.hpp>

namespace flowsweep::cli {

// A line of JSON, then the sweep's text as it is: JSON would refuse bytes that are not UTF-8.
std::string JobSettings::encoded() const {
  const nlohmann::json head = {{"instruction_set", instruction_set}, {"grid", grid}, {"theorems", theorems}};
  return head.dump() + "\n" + sweep_text;
}

JobSettings JobSettings::decoded(const std::string& text) {
  const std::size_t end = text.find('\n');
  const auto head = nlohmann::json::parse(text.substr(0, end));
  return {head.at("instruction_set"), head.at("grid"), head.at("theorems"), text.substr(end + 1)};
}

}  // namespace flowsweep::cli
