// Mutated stores: whatever happens to a file, nothing crashes or hangs, every damaged row is named, every
// other one is still there, and after a repair and a second commit of what was lost the store is whole again.
//
// FLOWSWEEP_FUZZ_STORES: how many; FLOWSWEEP_FUZZ_SEED: of which sequence.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <optional>

#include "child_process.hpp"
#include "core/error.hpp"
#include "file_bytes.hpp"
#include "mutation.hpp"
#include "sample.hpp"
#include "store/positioned_io.hpp"
#include "store/sealed_file.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::store;
using sample::Bytes;
using RowState = Reader::RowState;

namespace {

constexpr unsigned patience_seconds = 30;  // of one mutated store, which takes milliseconds
constexpr std::size_t stores_a_child = 50;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

/// The intact store, with two rows that were not run.
struct Origin {
  sample::Scratch scratch;
  std::string path = scratch.path(), copy = scratch.path("mutated.h5");
  sweep::Grid grid = sample::grid(2);
  Schema schema = sample::schema(grid);
  std::shared_ptr<const sweep::Vocabulary> vocabulary = sample::vocabulary();
  Bytes bytes;
  Frame frame;
  Layout layout;
  std::optional<sample::Owners> owners;
  std::uint64_t digest = 0;
  std::vector<std::size_t> all_rows;

  Origin() {
    create(path, schema, grid, sample::metadata());
    {
      RowWriter writer(path);
      for (std::size_t row = 0; row + 2 < grid.size(); ++row) writer.commit(row, run(row));
    }
    bytes = sample::bytes_of_file(path);
    const StoredFile stored = open_stored(path, O_RDONLY);
    frame = stored.frame;
    layout = stored.layout;
    owners.emplace(stored);
    digest = Reader(path).digest();
    for (std::size_t row = 0; row < grid.size(); ++row) all_rows.push_back(row);
  }
  record::RunRecord run(std::size_t row) const {
    return sample::run(grid.id(row), schema, schema.weight_counts[row]);
  }
};

/// What a mutated file must look like to its readers.
struct Expectation {
  bool frame = true, copy = true, whole = true;
  std::vector<RowState> states;

  Expectation(const Origin& origin, const Bytes& mutated) : whole(mutated.size() >= origin.bytes.size()) {
    states.assign(origin.grid.size(), RowState::committed);
    states[states.size() - 2] = states[states.size() - 1] = RowState::missing;
    const std::size_t common = std::min(mutated.size(), origin.bytes.size());
    for (std::size_t place = 0; place < common; ++place)
      if (mutated[place] != origin.bytes[place]) damage(origin.owners->at(place), mutated, *origin.owners);
    copy = copy && mutated.size() == origin.bytes.size();
    frame = frame && mutated.size() >= origin.frame.hdf5_end;
  }

 private:
  void damage(std::int32_t owner, const Bytes& mutated, const sample::Owners& owners) {
    if (owner == sample::Owners::frame) frame = false;
    if (owner == sample::Owners::copy) copy = false;
    if (owner < 0) return;
    const std::uint64_t mark = owners.mark_of(static_cast<std::size_t>(owner));
    const bool marked = mark < mutated.size() && mutated[mark] != std::byte{0};
    states[static_cast<std::size_t>(owner)] = marked ? RowState::damaged : RowState::missing;
  }
};

bool refused(const std::string& path) {
  try {
    Reader reader(path);
  } catch (const InputError&) {
    return true;
  }
  return false;
}

void check_readers(const Origin& origin, const Expectation& expected) {
  Reader reader(origin.copy);
  require(reader.row_states() == expected.states, "other rows are damaged or missing than were touched");
  require(reader.statuses().size() == expected.states.size(), "statuses");
  static_cast<void>(reader.digest());
  std::size_t visited = 0;
  reader.visit(*origin.vocabulary, origin.all_rows, [&](const Reader::Row& row) {
    require(row.state == expected.states[row.row], "visit() sees another state");
    const bool right = row.state != RowState::committed || sample::same(row.run, origin.run(row.row));
    require(right, "a committed row gives other numbers");
    require(reader.parameters(row.row, *origin.vocabulary).size() == origin.vocabulary->parameters.size(),
            "parameters");
    ++visited;
  });
  require(visited == origin.all_rows.size(), "rows were left out");
}

void check_second_commit(const Origin& origin, const Expectation& expected, bool mapped) {
  {
    RowWriter writer(origin.copy, mapped ? RowAccess::mapped : RowAccess::positioned);
    for (std::size_t row = 0; row + 2 < expected.states.size(); ++row) {
      require(writer.committed(row) == (expected.states[row] == RowState::committed), "committed()");
      writer.commit(row, origin.run(row));
    }
  }
  Reader reader(origin.copy);
  require(reader.digest() == origin.digest || expected.states.back() == RowState::damaged ||
              expected.states[expected.states.size() - 2] == RowState::damaged,
          "the store is not whole after a second commit");
  for (std::size_t row = 0; row + 2 < expected.states.size(); ++row)
    require(sample::same(reader.read(row), origin.run(row)), "a row is not whole after a second commit");
}

/// Throws whatever is wrong.
void check(const Origin& origin, const Bytes& mutated, bool mapped) {
  const Expectation expected(origin, mutated);
  sample::write_file(origin.copy, mutated);
  const bool opens = expected.frame && expected.whole;
  require(refused(origin.copy) != opens, opens ? "refused" : "opened in spite of its damage");
  if (opens) check_readers(origin, expected);
  if (!expected.frame && !expected.copy) {
    try {
      repair(origin.copy);
    } catch (const InputError&) {
      return;
    }
    throw std::logic_error("repaired from nothing");
  }
  const Repair done = repair(origin.copy);
  require(done == (!expected.frame  ? Repair::frame
                   : !expected.copy ? Repair::copy
                                    : Repair::nothing),
          "another repair was due");
  check_readers(origin, expected);
  check_second_commit(origin, expected, mapped);
}

/// Makes and checks the store of this number, and says of what kind it is. Throws what is wrong.
using Trial = std::function<void(std::mt19937_64& random, std::size_t store, char (&kind)[64])>;

void damaged_store(const Origin& origin, std::mt19937_64& random, std::size_t store, char (&kind)[64]) {
  Bytes mutated = origin.bytes;
  std::snprintf(kind, sizeof kind, "%s",
                sample::mutate(mutated, *origin.owners, origin.frame, random).c_str());
  check(origin, mutated, store % 2 == 0);
}

/// What a caller expects of a store without sense: a refusal of the input, or of the row.
template <class Use>
void tolerate_refusal(const Use& use) {
  try {
    use();
  } catch (const std::bad_alloc&) {
    throw std::logic_error("more memory was asked for than the file justifies");
  } catch (const std::runtime_error&) {
  }
}

void use_everything(const Origin& origin) {
  Reader reader(origin.copy);
  static_cast<void>(reader.row_states());
  static_cast<void>(reader.statuses());
  static_cast<void>(reader.digest());
  tolerate_refusal([&] { reader.visit(*origin.vocabulary, origin.all_rows, [](const Reader::Row&) {}); });
  RowWriter writer(origin.copy);
  for (const std::size_t row : origin.all_rows) {
    tolerate_refusal([&] { static_cast<void>(reader.read(row)); });
    tolerate_refusal([&] { static_cast<void>(reader.parameters(row, *origin.vocabulary)); });
    tolerate_refusal([&] { static_cast<void>(writer.committed(row)); });
    try {
      tolerate_refusal([&] { writer.commit(row, origin.run(row)); });
    } catch (const std::invalid_argument&) {  // the table says another number of weights
    }
  }
}

/// A stranger's store: no sense in its static columns, and every checksum right.
void forged_store(const Origin& origin, std::mt19937_64& random, char (&kind)[64]) {
  Bytes mutated = origin.bytes;
  sample::mutate_statics(mutated, origin.layout, random);
  std::snprintf(kind, sizeof kind, "forged static columns");
  sample::write_file(origin.copy, mutated);
  seal(Descriptor(::open(origin.copy.c_str(), O_RDWR)), origin.frame);
  mutated = sample::bytes_of_file(origin.copy);
  tolerate_refusal([&] { use_everything(origin); });
  const Bytes after = sample::bytes_of_file(origin.copy);
  require(after.size() == mutated.size(), "the file has another length");
  for (std::size_t place = 0; place < after.size(); ++place)
    require(after[place] == mutated[place] || origin.frame.holds_data({place, 1}),
            "a write outside of the rows");
}

/// Where a child tells its parent what it does.
struct Report {
  std::size_t store;
  char kind[64], fault[512];
};

/// A store of a few hundred kilobytes justifies less than this; sanitizers reserve far more.
void limit_memory() {
#ifndef __SANITIZE_ADDRESS__
  const rlimit most{rlim_t{1} << 31, rlim_t{1} << 31};
  ::setrlimit(RLIMIT_AS, &most);
#endif
}

struct Outcome {
  std::size_t faults = 0;
  std::string first;
};

class Fuzz {
 public:
  Fuzz(std::uint64_t seed, Trial trial) : seed_(seed), trial_(std::move(trial)) {
    void* const shared =
        ::mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) throw std::runtime_error("no shared memory");
    report_ = static_cast<Report*>(shared);
  }
  ~Fuzz() { ::munmap(report_, sizeof(Report)); }
  Fuzz(const Fuzz&) = delete;
  Fuzz& operator=(const Fuzz&) = delete;

  /// Every store has a child's protection: a crash or a hang names the store, and the next child goes on.
  Outcome run(std::size_t stores) {
    Outcome outcome;
    for (std::size_t next = 0; next < stores;) {
      const std::size_t end = std::min(stores, next + stores_a_child);
      sample::Child child([&] { return examine(next, end); });
      if (child.wait() == 0) {
        next = end;
        continue;
      }
      if (outcome.faults++ == 0)
        outcome.first = std::string(report_->kind) + ", store " + std::to_string(report_->store) + ": " +
                        (report_->fault[0] != 0 ? report_->fault : "crashed or hung");
      next = report_->store + 1;
    }
    return outcome;
  }

 private:
  int examine(std::size_t begin, std::size_t end) {
    limit_memory();
    for (std::size_t store = begin; store < end; ++store) {
      ::alarm(patience_seconds);
      *report_ = {store, "", ""};
      std::seed_seq seeds{seed_, static_cast<std::uint64_t>(store)};
      std::mt19937_64 random(seeds);
      try {
        trial_(random, store, report_->kind);
      } catch (const std::exception& error) {
        std::snprintf(report_->fault, sizeof report_->fault, "%s", error.what());
        return 1;
      }
    }
    return 0;
  }

  std::uint64_t seed_;
  Trial trial_;
  Report* report_ = nullptr;
};

void fuzz(std::uint64_t stores, const Trial& trial) {
  const std::uint64_t seed = from_environment("FLOWSWEEP_FUZZ_SEED", std::random_device{}());
  std::printf("%llu stores, seed %llu\n", static_cast<unsigned long long>(stores),
              static_cast<unsigned long long>(seed));
  const Outcome outcome = Fuzz(seed, trial).run(stores);
  INFO(outcome.first);
  CHECK(outcome.faults == 0);
}

}  // namespace

TEST_CASE("no damage to a store crashes, hangs or deceives its readers", "[store][fuzz]") {
  const Origin origin;
  fuzz(from_environment("FLOWSWEEP_FUZZ_STORES", 1000),
       [&](auto& random, std::size_t store, auto& kind) { damaged_store(origin, random, store, kind); });
}

TEST_CASE("no contents of the static columns crash a reader or lead a writer astray", "[store][fuzz]") {
  const Origin origin;
  fuzz(from_environment("FLOWSWEEP_FUZZ_STORES", 1000) / 5,
       [&](auto& random, std::size_t, auto& kind) { forged_store(origin, random, kind); });
}
