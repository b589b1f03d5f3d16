#include "cli/batch_script.hpp"

#include <fstream>
#include <iterator>

#include "cli/sbatch.hpp"
#include "core/error.hpp"
#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string body(std::string_view name) {
  const std::string& text = batch_templates().find(name)->second;
  const std::size_t start = text.find("# ---- The job itself.");
  return start == std::string::npos ? "" : text.substr(start);
}

bool has_line(const BatchScript& script, const std::string& line) {
  return script.text().find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("the program holds the scripts of slurm/ as they are") {
  REQUIRE(batch_templates().size() == 3);
  for (const auto& [name, text] : batch_templates()) {
    CAPTURE(name);
    CHECK(text.starts_with("#!/bin/bash\n"));
    CHECK(text == content(FLOWSWEEP_BATCH_SCRIPTS "/" + name + ".sbatch"));
  }
}

TEST_CASE("a job and a task of an array do the same") {
  REQUIRE(!body("flowsweep").empty());
  CHECK(body("flowsweep") == body("flowsweep-array"));
}

TEST_CASE("lines are replaced, once each, and nothing else") {
  BatchScript script("flowsweep");
  const std::string before = script.text();
  script.set_directive("time", "2:00:00");
  script.set_directive("partition", "long,short");
  CHECK(has_line(script, "#SBATCH --time=2:00:00"));
  CHECK(has_line(script, "#SBATCH --partition=long,short"));
  CHECK_FALSE(has_line(script, "##SBATCH --partition=batch"));
  script.set_directive("time", "1:00:00");
  const std::string on = "\n#SBATCH --partition=long,short\n", off = "\n##SBATCH --partition=batch\n";
  std::string again = script.text();
  again.replace(again.find(on), on.size(), off);
  CHECK(again == before);
}

TEST_CASE("user text is quoted for the shell and never part of a directive") {
  BatchScript script("flowsweep");
  script.set_variable("sweep", "it's $(rm -r x) `y` \"z\" \\ #.ini");
  CHECK(has_line(script, R"(sweep='it'\''s $(rm -r x) `y` "z" \ #.ini')"));
  script.set_variable("store", "");
  CHECK(has_line(script, "store=''"));
  script.set_list("options", {"--set", "name=a b", "--set", "a.b=;&|<>*?~"});
  CHECK(has_line(script, "options=(--set 'name=a b' --set 'a.b=;&|<>*?~')"));
  script.set_list("options", {});
  CHECK(has_line(script, "options=()"));
  for (const char* bad : {"a b", "a\nb", "a;b", "$(a)", "a#b", "'a'", "\xc3\xa4"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(script.set_directive("partition", bad), std::logic_error);
  }
}

TEST_CASE("control characters are refused wherever a user gives them") {
  for (const char c : {'\n', '\r', '\t', '\x01', '\x1b', '\x7f'}) {
    BatchScript script("flowsweep");
    const std::string before = script.text(), bad = std::string("a") + c + "b";
    CHECK_THROWS_AS(script.set_variable("store", bad), InputError);
    CHECK_THROWS_AS(script.set_list("options", {"--set", bad}), InputError);
    CHECK(script.text() == before);
  }
}

TEST_CASE("a line that the template does not have is a defect") {
  BatchScript script("flowsweep-merge");
  CHECK_THROWS_AS(script.set_variable("sweep", "a.ini"), std::logic_error);
  CHECK_THROWS_AS(script.set_directive("array", "1-8"), std::logic_error);
}

TEST_CASE("names of jobs fit Slurm and the shell") {
  CHECK(job_name("mesa-at_scale.2") == "mesa-at_scale.2");
  CHECK(job_name("a b/c%j;$(d)") == "a_b_c_j___d_");
  CHECK(job_name("-x") == "_x");
  CHECK(job_name(".x") == "_x");
  CHECK(job_name("\xc3\xa4") == "__");
  CHECK(job_name(std::string(1000, 'n')) == std::string(64, 'n'));
}

TEST_CASE("a path that looks like an option is written as a path") {
  CHECK(never_an_option("-o.ini") == "./-o.ini");
  CHECK(never_an_option("a/-o.ini") == "a/-o.ini");
}

TEST_CASE("the number of the job is read from sbatch's answer") {
  CHECK(job_number("12\n") == "12");
  CHECK(job_number("12;cluster\n") == "12");
  CHECK(job_number("Welcome to the cluster\n\n4294967295\n\n") == "4294967295");
  for (const char* bad : {"", "\n", "Submitted batch job 12\n", "12 \n", "-1\n", "12x;c\n", ";c\n",
                          "123456789012345678901\n"}) {
    CAPTURE(bad);
    CHECK_THROWS_WITH(job_number(bad), Catch::Contains("not the number of a job"));
  }
}

}  // namespace flowsweep::cli
