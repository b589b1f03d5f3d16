#include "theory/laws.hpp"

namespace flowsweep::theory {

std::vector<double> law_parameters(const distribution::LawFamily& family, const LawKeys& keys,
                                   const std::function<const sweep::Value&(const std::string&)>& value) {
  std::vector<double> parameters;
  for (const auto& parameter : family.parameters) {
    const sweep::Value& given = value(parameter.key == "scale" ? keys.scale : parameter.key);
    if (const auto* hash = std::get_if<std::int64_t>(&given)) {
      parameters.push_back(static_cast<double>(*hash));  // of 53 bits
      continue;
    }
    if (!parameter.list) {
      const auto* number = std::get_if<double>(&given);
      parameters.push_back(number != nullptr ? *number : 0);
      continue;
    }
    const auto& list = std::get<std::vector<double>>(given);
    parameters.insert(parameters.end(), list.begin(), list.end());
  }
  return parameters;
}

std::shared_ptr<const distribution::Law> law_of(const sweep::Point& point, const LawKeys& keys,
                                                int dimension) {
  const distribution::LawFamily& family = *distribution::find_family(point.name(keys.name));
  return family.make(dimension,
                     law_parameters(family, keys, [&](const std::string& key) -> const sweep::Value& {
                       return point.value(key);
                     }));
}

std::shared_ptr<const distribution::Law> law_of(const sweep::Point& point) {
  return law_of(point, token_law, static_cast<int>(point.integer("dimension")));
}

}  // namespace flowsweep::theory
