#include "cli/bench_figure.hpp"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <limits>
#include <stdexcept>

namespace flowsweep::cli {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Seconds of one call; the number of calls doubles until they take long enough.
double seconds_a_call(const std::function<void()>& work, double least_seconds, std::int64_t& calls) {
  while (true) {
    const double start = now();
    for (std::int64_t k = 0; k < calls; ++k) work();
    const double passed = now() - start;
    if (passed >= least_seconds) return passed / static_cast<double>(calls);
    calls *= 2;
  }
}

// "VmRSS" or "VmHWM" of /proc/self/status in bytes; NaN if it is not there.
double memory_status(const std::string& field) {
  std::ifstream status("/proc/self/status");
  std::string word;
  double kibibytes = 0;
  while (status >> word)
    if (word == field + ":" && status >> kibibytes) return 1024 * kibibytes;
  return std::numeric_limits<double>::quiet_NaN();
}

// Makes VmHWM start again from the present resident memory.
bool reset_peak() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;
  return file.good();
}

}  // namespace

double Figure::count(const std::string& name) const {
  for (const auto& [key_of_count, value] : counts)
    if (key_of_count == name) return value;
  throw std::out_of_range(key + " has no count " + name);
}

void summarise(Figure& figure, std::vector<double> samples) {
  std::ranges::sort(samples);
  const std::size_t middle = samples.size() / 2;
  figure.median = samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
  figure.smallest = samples.front();
  figure.largest = samples.back();
  figure.repetitions = static_cast<int>(samples.size());
}

void time_work(Figure& figure, const Repetition& repetition, double units_a_second,
               const std::function<void()>& work) {
  std::int64_t calls = 1;
  work();
  std::vector<double> samples;
  for (int k = 0; k < repetition.times; ++k)
    samples.push_back(units_a_second * seconds_a_call(work, repetition.seconds, calls));
  summarise(figure, std::move(samples));
}

double peak_growth(const std::function<void()>& work) {
  ::malloc_trim(0);
  const bool reset = reset_peak();
  const double before = memory_status("VmRSS");
  work();
  const double peak = memory_status("VmHWM");
  return reset ? std::max(0.0, peak - before) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace flowsweep::cli
