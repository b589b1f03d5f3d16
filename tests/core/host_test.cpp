#include "core/host.hpp"

#include <ctime>

#include "support/catch.hpp"

using namespace flowsweep;

TEST_CASE("the machine has a name that can stand in a file's name") {
  const std::string name = host_name();
  CHECK_FALSE(name.empty());
  CHECK(name.find_first_of("/ \n") == std::string::npos);
}

TEST_CASE("the machine has more memory than this test takes, and less than an exabyte") {
  CHECK(physical_memory() > std::uint64_t{1} << 24);
  CHECK(physical_memory() < std::uint64_t{1} << 60);
}

TEST_CASE("the time is UTC in the form of ISO 8601") {
  const std::time_t before = std::time(nullptr);
  const std::string text = utc_now();
  const std::time_t after = std::time(nullptr);
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  REQUIRE(end != nullptr);
  CHECK(*end == '\0');
  CHECK(before <= ::timegm(&parts));
  CHECK(::timegm(&parts) <= after);
}
