#include "settings.hpp"

namespace flowsweep::test {

theory::MesaSetting setting_of(std::shared_ptr<const distribution::Law> law, std::int64_t context, double a0,
                               double b0) {
  theory::MesaSetting setting;
  setting.dimension = law->dimension();
  setting.law = std::move(law);
  setting.context = context;
  setting.a0 = a0;
  setting.b0 = b0;
  setting.relative_tolerance = 1e-10;
  setting.absolute_tolerance = 1e-12;
  setting.gradient_tolerance = 1e-12;
  setting.sums = risk::context_sums(context);
  return setting;
}

theory::MesaSetting setting_of(const std::string& family, int dimension, std::int64_t context, double scale) {
  return setting_of(distribution::find_family(family)->make(dimension, {&scale, 1}), context);
}

}  // namespace flowsweep::test
