#include "cli/slurm_time.hpp"

#include "core/error.hpp"
#include "support/catch.hpp"

namespace flowsweep::cli {

TEST_CASE("time limits are read in every form that Slurm has") {
  CHECK(parse_slurm_time("90", "--time") == 90 * 60);
  CHECK(parse_slurm_time("5:00", "--time") == 5 * 60);
  CHECK(parse_slurm_time("1:30:00", "--time") == 90 * 60);
  CHECK(parse_slurm_time("100:00:00", "--time") == 100 * 3600);
  CHECK(parse_slurm_time("2-1", "--time") == 49 * 3600);
  CHECK(parse_slurm_time("2-1:30", "--time") == 49 * 3600 + 30 * 60);
  CHECK(parse_slurm_time("365-00:00:00", "--time") == longest_slurm_time);
}

TEST_CASE("a time limit is rounded up to whole minutes, as Slurm does") {
  CHECK(parse_slurm_time("0:01", "--time") == 60);
  CHECK(parse_slurm_time("1:00:01", "--time") == 61 * 60);
}

TEST_CASE("what is no time limit is refused with what was given") {
  for (const char* bad :
       {"",     "0",   "0:00", "-5",  "5m", "1:2:3:4", "1-2:3:4:5", "1-",    "-1-2",   "1:-2",
        ":30",  "30:", "1--2", "1.5", " 5", "5 ",      "UNLIMITED", "366-0", "525601", "99999999999999999999",
        "1-2-3"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_slurm_time(bad, "--time"), InputError);
  }
  CHECK_THROWS_WITH(parse_slurm_time("soon", "--time"),
                    Catch::Contains("--time = soon: must be a time limit"));
}

TEST_CASE("a time limit is written so that it reads as the same") {
  CHECK(slurm_time_text(600) == "00:10:00");
  CHECK(slurm_time_text(26 * 3600) == "1-02:00:00");
  for (std::int64_t seconds = 60; seconds <= longest_slurm_time; seconds = seconds * 3 + 60)
    CHECK(parse_slurm_time(slurm_time_text(seconds), "--time") == seconds);
}

}  // namespace flowsweep::cli
