// Copies a store and changes one number of some rows, whose checksums are right again afterwards.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "core/hash.hpp"
#include "experiment/parameters.hpp"
#include "store/store.hpp"

namespace {

using namespace flowsweep;

void plant(record::RunRecord& run, double change) {
  run.finals.front() += change;
}

void copy(const std::string& from, const std::string& to, double change, char** first, char** last) {
  store::Reader reader(from);
  const sweep::Sweep sweep =
      sweep::parse_sweep(reader.metadata().sweep_text, from, {}, experiment::vocabulary());
  store::create(to, reader.schema(), sweep.grid, reader.metadata());
  store::RowWriter writer(to);
  for (std::size_t row = 0; row < reader.size(); ++row) {
    record::RunRecord run = reader.read(row);
    const std::string id = to_hex(reader.ids()[row]);
    for (char** wanted = first; wanted != last; ++wanted)
      if (id == *wanted) plant(run, change);
    writer.commit(row, run);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::fputs("use: plant_difference STORE COPY CHANGE ID...\n", stderr), 2;
  try {
    copy(argv[1], argv[2], std::atof(argv[3]), argv + 4, argv + argc);
    return 0;
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "%s\n", error.what()), 1;
  }
}
