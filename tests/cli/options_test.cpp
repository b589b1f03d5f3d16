#include <set>

#include "cli/command.hpp"
#include "cli/help.hpp"
#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

Arguments parse(const std::string& command, const std::vector<std::string>& words) {
  return parse_arguments(known_command(command), words);
}

std::string refusal(const std::string& command, const std::vector<std::string>& words) {
  try {
    parse(command, words);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("every command and every option is explained") {
  std::set<std::string> names;
  for (const Command* command : commands()) {
    CAPTURE(command->name);
    CHECK(names.insert(command->name).second);
    CHECK(command->summary.ends_with('.'));
    CHECK(contains(command->description, "Exit code"));
    std::set<std::string> options;
    std::set<char> letters;
    for (const OptionDeclaration& option : command->options) {
      CAPTURE(option.name);
      CHECK(option.help.ends_with('.'));
      CHECK(options.insert(option.name).second);
      CHECK((option.letter == 0 || letters.insert(option.letter).second));
      CHECK((!option.repeatable || !option.argument.empty()));
    }
    bool optional_seen = false, last_seen = false;
    for (const PositionalDeclaration& positional : command->positionals) {
      CHECK_FALSE(positional.help.empty());
      CHECK_FALSE((positional.required && optional_seen));
      CHECK_FALSE(last_seen);
      last_seen = positional.repeatable;
      optional_seen = optional_seen || !positional.required;
    }
  }
}

TEST_CASE("help, usage and the reference name every option") {
  const std::string reference = command_reference();
  for (const Command* command : commands()) {
    CAPTURE(command->name);
    CHECK(contains(short_help(), command->summary));
    CHECK(contains(reference, "## " + command->name + "\n"));
    for (const OptionDeclaration& option : command->options) {
      CHECK(contains(command_help(*command), "--" + option.name));
      CHECK(contains(reference, "--" + option.name));
    }
  }
}

TEST_CASE("an argument list is read by its declarations") {
  const Arguments arguments = parse("run", {"sweep.ini", "-o", "a.h5", "--set", "axes.dimension=2..4",
                                            "--set=flow.horizon=1", "--retry-failed"});
  CHECK(arguments.text("SWEEP") == "sweep.ini");
  CHECK(arguments.text("output") == "a.h5");
  CHECK(arguments.list("set") == std::vector<std::string>{"axes.dimension=2..4", "flow.horizon=1"});
  CHECK(arguments.given("retry-failed"));
  CHECK_FALSE(arguments.given("where"));
}

TEST_CASE("a repeatable last argument takes every further word") {
  const Arguments arguments = parse("merge", {"a.h5", "-o", "out.h5", "b.h5", "c.h5"});
  CHECK(arguments.list("STORE") == std::vector<std::string>{"a.h5", "b.h5", "c.h5"});
  CHECK(usage(known_command("merge")) == "merge STORE... -o OUT");
  CHECK(contains(refusal("merge", {"-o", "out.h5"}), "STORE: is missing"));
}

TEST_CASE("a wrong argument list is refused with what is wrong") {
  CHECK(contains(refusal("run", {"a.ini", "--ouput", "b"}), "nearest known one is --output"));
  CHECK(contains(refusal("run", {"a.ini", "--out", "b"}), "unknown option"));
  CHECK(contains(refusal("run", {"a.ini"}), "--output STORE: is missing"));
  CHECK(contains(refusal("run", {"-o", "b.h5"}), "SWEEP: is missing"));
  CHECK(contains(refusal("run", {"a.ini", "-o"}), "--output"));
  CHECK(contains(refusal("run", {"a.ini", "-o", "b", "-o", "c"}), "must be given once"));
  CHECK(contains(refusal("run", {"a.ini", "c.ini", "-o", "b"}), "c.ini: is one argument too many"));
  CHECK(contains(refusal("status", {"a.h5", "--json=yes"}), "--json"));
  CHECK_THROWS_WITH(known_command("verfy"), Catch::Contains("'verify'"));
}

TEST_CASE("an unknown help topic is refused with the nearest, sweep-file included") {
  const Command& help = known_command("help");
  CHECK_THROWS_WITH(help.run(parse("help", {"sweepfile"})), Catch::Contains("'sweep-file'"));
  CHECK_THROWS_WITH(help.run(parse("help", {"verfy"})), Catch::Contains("'verify'"));
}

TEST_CASE("whole numbers are checked against their range") {
  for (const char* bad : {"0", "-1", "1.5", "many", "1e3", "99999999999999999999"}) {
    CAPTURE(bad);
    const Arguments arguments = parse("plan", {"a.ini", "--ranks", bad});
    CHECK_THROWS_WITH(arguments.integer("ranks", 1, 100), Catch::Contains("from 1 to 100"));
  }
  CHECK(parse("plan", {"a.ini", "--ranks", "7"}).integer("ranks", 1, 100) == 7);
  CHECK(parse("plan", {"a.ini"}).integer("ranks", 1, 100) == std::nullopt);
}

}  // namespace flowsweep::cli
