#include <filesystem>
#include <fstream>
#include <string>

#include "sample.hpp"
#include "store/suspect_list.hpp"
#include "support/catch.hpp"

using namespace flowsweep::store;

namespace {

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("suspects are kept beside the store, and the file goes with the last", "[suspects]") {
  const sample::Scratch folder;
  const std::string store = folder.path("a.h5");
  const std::string file = store + ".suspects";
  SuspectList list(store);
  CHECK(list.counts().empty());
  list.set(7, 0);
  CHECK_FALSE(std::filesystem::exists(file));
  list.set(0xabc, 2);
  list.set(1, 1);
  CHECK(text_of(file) == "0000000000000001 1\n0000000000000abc 2\n");
  CHECK(SuspectList(store).counts() == std::map<std::uint64_t, int>{{1, 1}, {0xabc, 2}});
  list.set(1, 0);
  list.set(0xabc, 0);
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("damaged lists are read as far as they make sense", "[suspects]") {
  const sample::Scratch folder;
  const std::string store = folder.path("a.h5");
  std::ofstream(store + ".suspects") << "0000000000000001 1\nnonsense 2\n0000000000000002\n"
                                     << "0000000000000003 -1\n0000000000000004 99999999999999\n\n"
                                     << std::string(3000, 'x') << "\n0000000000000005 1000000";
  CHECK(SuspectList(store).counts() == std::map<std::uint64_t, int>{{1, 1}, {5, 99}});
}

TEST_CASE("what is no file is no list", "[suspects]") {
  const sample::Scratch folder;
  const std::string store = folder.path("a.h5");
  std::filesystem::create_directory(store + ".suspects");
  CHECK(SuspectList(store).counts().empty());
}
