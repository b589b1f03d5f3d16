"""The shape of the source tree: which module may include which, mirrored tests, no machine's own paths, no placeholders."""

import argparse
import pathlib
import re
import sys
import tempfile
import unittest

# What each folder of src/ may include and link beside itself and core.
ALLOWED = {
    "core": set(),
    "sweep": set(),
    "record": set(),
    "distribution": set(),
    "model": set(),
    "flow": {"record"},
    "risk": {"model", "distribution"},
    "dual": {"model"},
    "theory": {"sweep", "record", "distribution", "model", "risk", "dual", "flow"},
    "experiment": {"sweep", "record", "distribution", "model", "flow", "risk", "dual", "theory"},
    "store": {"sweep", "record"},
    "schedule": {"sweep"},
    "verify": {"theory", "store"},
    "export": {"theory", "store"},
}
ALLOWED["cli"] = set(ALLOWED)  # the only wiring

# Folders of tests/ that test no single module.
SHARED_TESTS = {"analysis", "data", "faults", "fuzz", "install", "slurm", "structure", "support", "sweeps", "system"}

SOURCES = {".cpp", ".hpp", ".inc", ".in"}
TEXTS = SOURCES | {".cff", ".cmake", ".ini", ".json", ".md", ".py", ".sbatch", ".sh", ".toml", ".txt", ".yml", ".yaml"}
TREES = ["src", "tests", "sweeps", "analysis", "slurm", "docs", "cmake"]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<](\w+)/[^">]*[">]', re.MULTILINE)
LINK = re.compile(r"\bflowsweep(?:_|::)(\w+)")
# Places that exist on one machine only.
MACHINE_PATH = re.compile(r"(?<![\w.$}>/*-])/(?:home|root|work|Users|mnt|media|srv)/\w[\w./-]*")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def rule(module):
    return f"{module} may include only {', '.join(['core', *sorted(ALLOWED[module] - {module, 'core'})])}"


def broken_references(root, pattern, paths):
    """One message for every match of `pattern` in src/MODULE that names a module MODULE may not use."""
    messages = []
    for path in sorted(paths):
        module = path.relative_to(root / "src").parts[0]
        text = path.read_text(encoding="utf-8")
        for match in pattern.finditer(text):
            used = match[1]
            if used in ALLOWED and used not in ALLOWED[module] | {module, "core"}:
                where = f"{path.relative_to(root)}:{line_of(text, match.start())}"
                messages.append(f"{where}: uses {used}, but {rule(module)}")
    return messages


def modules(root):
    return {path.name for path in (root / "src").iterdir() if path.is_dir() and any(path.rglob("*.cpp"))}


def broken_includes(root):
    paths = [path for path in (root / "src").glob("*/**/*") if path.suffix in SOURCES]
    return broken_references(root, INCLUDE, paths)


def broken_links(root):
    return broken_references(root, LINK, (root / "src").glob("*/CMakeLists.txt"))


def unmirrored(root):
    """Test folders without a module, and modules without tests."""
    tests = {path.name for path in (root / "tests").iterdir() if path.is_dir() and any(path.iterdir())} - SHARED_TESTS
    messages = [f"tests/{name}: there is no src/{name}" for name in sorted(tests - modules(root))]
    return messages + [f"src/{name}: there is no tests/{name}" for name in sorted(modules(root) - tests)]


def machine_paths(root):
    paths = [path for path in root.iterdir() if path.is_file()]
    for tree in TREES:
        paths += (root / tree).rglob("*")
    messages = []
    for path in sorted(path for path in paths if path.suffix in TEXTS and path.is_file()):
        text = path.read_text(encoding="utf-8")
        messages += [
            f"{path.relative_to(root)}:{line_of(text, match.start())}: {match[0]} exists on one machine only"
            for match in MACHINE_PATH.finditer(text)
        ]
    return messages


def placeholders(root):
    """Marks of text that is still to be written, in what users read."""
    messages = []
    for path in sorted([root / "README.md", *(root / "docs").rglob("*.md")]):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        messages += [f"{path.relative_to(root)}:{line_of(text, match.start())}: a placeholder is left"
                     for match in re.finditer(r"@@(?:\w+@@)?", text)]
    return messages


class Tree(unittest.TestCase):
    root = pathlib.Path(__file__).resolve().parents[2]

    def check(self, messages):
        self.assertEqual([], messages, "\n" + "\n".join(messages))

    def test_every_folder_has_a_rule(self):
        self.assertEqual(set(), modules(self.root) - set(ALLOWED))

    def test_includes(self):
        self.check(broken_includes(self.root))

    def test_links(self):
        self.check(broken_links(self.root))

    def test_tests_mirror_sources(self):
        self.check(unmirrored(self.root))

    def test_no_machine_paths(self):
        self.check(machine_paths(self.root))

    def test_no_placeholders(self):
        self.check(placeholders(self.root))


class PlantedFaults(unittest.TestCase):
    """The checks find what they look for, and only that."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("src/flow/flow.cpp", '#include "flow/flow.hpp"\n#include "core/rng.hpp"\n#include "record/record.hpp"\n')
        self.write("src/flow/CMakeLists.txt", "flowsweep_module(flow SOURCES flow.cpp LINKS flowsweep_record)\n")
        self.write("tests/flow/flow_test.cpp", '#include "risk/population.hpp"\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def found(self):
        checks = (broken_includes, broken_links, unmirrored, machine_paths, placeholders)
        return [message for check in checks for message in check(self.root)]

    def test_a_clean_tree_is_clean(self):
        self.assertEqual([], self.found())

    def test_a_wrong_include_is_named_with_its_rule(self):
        self.write("src/flow/deep/wrong.hpp", '#pragma once\n\n #  include "risk/population.hpp"\n')
        self.assertEqual(
            ["src/flow/deep/wrong.hpp:3: uses risk, but flow may include only core, record"], self.found())

    def test_an_include_in_angle_brackets_counts(self):
        self.write("src/flow/wrong.inc", "#include <theory/theorem.hpp>\n")
        self.assertEqual(1, len(self.found()))

    def test_core_includes_nothing(self):
        self.write("src/core/wrong.cpp", '#include "record/record.hpp"\n')
        self.write("tests/core/a.cpp", "")
        self.assertEqual(["src/core/wrong.cpp:1: uses record, but core may include only core"], self.found())

    def test_a_wrong_link_is_found(self):
        self.write("src/flow/CMakeLists.txt", "flowsweep_module(flow\n  LINKS flowsweep::risk flowsweep_build)\n")
        self.assertEqual(
            ["src/flow/CMakeLists.txt:2: uses risk, but flow may include only core, record"], self.found())

    def test_unmirrored_folders_are_found(self):
        self.write("src/risk/risk.cpp", "")
        self.write("tests/flwo/a.cpp", "")
        self.assertEqual(["tests/flwo: there is no src/flwo", "src/risk: there is no tests/risk"], self.found())

    def test_a_machine_path_is_found(self):
        self.write("docs/guide.md", "Not a path: and/" + "home/x, <repo>/" + "work/x.\nRun " + "/" + "home/me/run\n")
        self.assertEqual(["docs/guide.md:2: /" + "home/me/run exists on one machine only"], self.found())

    def test_a_placeholder_is_found(self):
        self.write("README.md", "Done.\n\nSpeed: @@FIGURE@@\n")
        self.write("docs/deep/page.md", "An address: a@b; @ @\n")
        self.assertEqual(["README.md:3: a placeholder is left"], self.found())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=Tree.root, help="the project's root folder")
    options, rest = parser.parse_known_args()
    Tree.root = options.root.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
