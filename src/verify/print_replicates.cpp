#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>

#include "core/hash.hpp"
#include "verify/replicates.hpp"

namespace flowsweep::verify {
namespace {

using nlohmann::ordered_json;

ordered_json as_json(const Replicates& setting) {
  return {{"setting", setting.in_words},        {"id", to_hex(setting.id)},        {"runs", setting.runs},
          {"ended_early", setting.ended_early}, {"predicted", setting.predicted},  {"mean", setting.mean},
          {"deviation", setting.deviation},     {"half_width", setting.half_width}};
}

ordered_json as_json(const Band& band) {
  return {{"setting", band.in_words}, {"exact_id", to_hex(band.exact_id)},
          {"runs", band.runs},        {"times", band.times},
          {"margin", band.margin},    {"at", band.at}};
}

ordered_json as_json(const GapLaw& law) {
  ordered_json gaps = ordered_json::array();
  for (const Gap& gap : law.gaps)
    gaps.push_back({{"sequences", gap.sequences},
                    {"mean", gap.mean},
                    {"deviation", gap.deviation},
                    {"rms", gap.root_mean_square}});
  return {{"setting", law.in_words},
          {"gaps", gaps},
          {"exponent", law.spread.value},
          {"half_width", law.spread.half_width},
          {"rms_exponent", law.root_mean_square.value},
          {"rms_half_width", law.root_mean_square.half_width},
          {"agrees", law.agrees()},
          {"resolves", law.resolves()}};
}

template <typename T>
ordered_json list(const std::vector<T>& items) {
  ordered_json array = ordered_json::array();
  for (const T& item : items) array.push_back(as_json(item));
  return array;
}

void print_settings(const ReplicateReport& report, std::ostream& out) {
  out << "ab at the end over seeds: mean +- 95 % Student interval of the mean, deviation of one run, "
         "predicted limit\n";
  for (const Replicates& setting : report.settings) {
    out << fmt::format("  {:.6f} +- {:.6f}  sd {:.6f}  predicted {:.6f}  {} runs", setting.mean,
                       setting.half_width, setting.deviation, setting.predicted, setting.runs);
    if (setting.ended_early > 0) out << fmt::format(" ({} more ended early)", setting.ended_early);
    out << fmt::format("\n      {}\n", setting.in_words);
  }
}

void print_bands(const ReplicateReport& report, std::ostream& out) {
  out << "\nExact flow in the band of its replicates (99 %, all times together)\n";
  for (const Band& band : report.bands)
    out << fmt::format("  {}  margin {:.3f} at flow time {:.4g}  {} runs, {} times\n      {}\n",
                       band.margin >= 0 ? "inside " : "OUTSIDE", band.margin, band.at, band.runs, band.times,
                       band.in_words);
}

std::string_view outcome(const GapLaw& law) {
  if (!law.agrees()) return "DISAGREES";
  return law.resolves() ? "agrees   " : "too wide ";
}

void print_laws(const ReplicateReport& report, std::ostream& out) {
  out << "\nSpread of ab - predicted against N: exponent +- 99 % interval, predicted -0.5; that of its root "
         "mean square, which has the bias too\n";
  for (const GapLaw& law : report.laws) {
    out << fmt::format("  {}  {:.3f} +- {:.3f}  rms {:.3f} +- {:.3f}\n      {}\n", outcome(law),
                       law.spread.value, law.spread.half_width, law.root_mean_square.value,
                       law.root_mean_square.half_width, law.in_words);
    for (const Gap& gap : law.gaps)
      out << fmt::format("      N = {:>9}  mean {:>10.3g}  deviation {:.3g}  rms {:.3g}\n", gap.sequences,
                         gap.mean, gap.deviation, gap.root_mean_square);
  }
}

}  // namespace

void print(const ReplicateReport& report, std::ostream& out) {
  if (report.settings.empty()) {
    out << "no setting of the empirical risk has two runs that differ in seed alone\n";
    return;
  }
  print_settings(report, out);
  if (!report.bands.empty()) print_bands(report, out);
  if (!report.laws.empty()) print_laws(report, out);
}

void print_json(const ReplicateReport& report, std::ostream& out) {
  const ordered_json json = {{"settings", list(report.settings)},
                             {"bands", list(report.bands)},
                             {"laws", list(report.laws)},
                             {"exit_code", static_cast<int>(exit_code(report))}};
  out << json.dump(2) << "\n";
}

}  // namespace flowsweep::verify
