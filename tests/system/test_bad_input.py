"""Every malformed or impossible value exits with 2, says file, line, field, value and constraint, and changes no file."""
import os
import subprocess
import unittest

from program import ProgramTest

GOOD = """name = good
model = linear-attention
[axes]
distribution = gaussian
scale = 1
dimension = 2
context = 10
init = 0.1:0.1
[flow]
horizon = 1e6
"""

# What replaces a line of GOOD; the field, the value and a word of the constraint that the message must have.
BAD_LINES = [
    ("scale = 1", "scael = 1", "axes.scael", "1", "'scale'"),
    ("scale = 1", "scale = 0", "axes.scale", "0", "scale <= "),
    ("scale = 1", "scale = -2", "axes.scale", "-2", "scale <= "),
    ("scale = 1", "scale = nan", "axes.scale", "nan", "finite"),
    ("scale = 1", "scale = inf", "axes.scale", "inf", "finite"),
    ("scale = 1", "scale = 1e999", "axes.scale", "1e999", "double precision"),
    ("scale = 1", "scale = log(0, 10, 3)", "axes.scale", "0", "scale <= "),
    ("scale = 1", "scale = log(1, 10", "axes.scale", "log(1, 10", "parentheses must be balanced"),
    ("scale = 1", "scale =", "axes.scale", "(nothing)", "at least one value"),
    ("scale = 1", "scale = 1,,2", "axes.scale", "1,,2", "no empty item"),
    ("model = linear-attention", "model = linear-atention", "model", "linear-atention", "linear-attention"),
    ("distribution = gaussian", "distribution = gausian", "axes.distribution", "gausian", "gaussian"),
    ("distribution = gaussian", "distribution = student-t\nnu = 6", "axes.nu", "6", "kappa2 = E v^6 is infinite for nu <= 6"),
    ("name = good", "name = good\ntheorems = mesa.limt", "theorems", "mesa.limt", "mesa.limit"),
    ("dimension = 2", "dimension = 0", "axes.dimension", "0", "<= dimension"),
    ("dimension = 2", "dimension = 2.5", "axes.dimension", "2.5", "integer"),
    ("dimension = 2", "dimension = 99999999999999999999", "axes.dimension", "99999999999999999999", "fits 64 bits"),
    ("dimension = 2", "dimension = 5..2", "axes.dimension", "5..2", "must not run backwards"),
    ("dimension = 2", "dimension = 2..9:0", "axes.dimension", "2..9:0", "step must be >= 1"),
    ("context = 10", "context = 2", "axes.context", "2", "<= context"),
    ("context = 10", "context = log(10, 1000, 0)", "axes.context", "log(10, 1000, 0)", "n must be >= 1"),
    ("init = 0.1:0.1", "init = 0.1", "axes.init", "0.1", "FIRST:SECOND"),
    ("init = 0.1:0.1", "perturbation = log(0, 1, 3)", "axes.perturbation", "log(0, 1, 3)", "needs a > 0"),
    ("horizon = 1e6", "horizon = 0", "flow.horizon", "0", "horizon > 0"),
    ("horizon = 1e6", "integrator = rk4", "flow.integrator", "rk4", "dormand-prince"),
    ("horizon = 1e6", "horizon = 1\nhorizon = 2", "flow.horizon", "2", "twice"),
    ("horizon = 1e6", "records = 1", "flow.records", "1", "<= records"),
    ("horizon = 1e6", "record_times = 2, 1", "flow.record_times", "2, 1", "increase"),
    ("horizon = 1e6", "integrator = euler", "flow.step", "(nothing)", "must be given"),
    ("[flow]", "[flwo]", "section", "[flwo]", "[flow]"),
]


def with_first_format(content):
    """The store as its first format had it: without a user block, so that HDF5 begins the file."""
    return content[content.index(b"\x89HDF\r\n\x1a\n"):]


class BadSweepFiles(ProgramTest):
    def refused(self, *words, ranks=0):
        before = self.folder_state()
        done = self.run_program(*words, ranks=ranks, expect=2)
        self.assertEqual(self.folder_state(), before, "files were made or changed")
        self.assertEqual(done.stdout, "")
        return done.stderr

    def test_bad_lines(self):
        for old, new, field, value, constraint in BAD_LINES:
            with self.subTest(line=new):
                self.assertTrue(constraint)
                text = GOOD.replace(old, new, 1)
                self.assertNotEqual(text, GOOD)
                self.write("bad.ini", text)
                message = self.refused("run", "bad.ini", "-o", "a.h5")
                for part in (field, value, constraint):
                    self.assertIn(part, message)
                if new != "integrator = euler":  # a missing key has no line
                    line = 1 + text[: text.index(new) + len(new)].count("\n")
                    self.assertIn(f"bad.ini:{line}: ", message)

    def test_missing_keys(self):
        for key in ("name", "model", "distribution", "dimension", "context"):
            with self.subTest(key=key):
                self.write("bad.ini", "\n".join(line for line in GOOD.splitlines() if not line.startswith(key)))
                self.assertIn(key, self.refused("run", "bad.ini", "-o", "a.h5"))

    def test_more_points_than_can_be_stored(self):
        self.write("bad.ini", GOOD.replace("scale = 1", "scale = lin(1, 2, 100000)")
                   .replace("context = 10", "context = 10..100000"))
        message = self.refused("run", "bad.ini", "-o", "a.h5")
        self.assertIn("9999100000", message.replace(",", "").replace(" ", "").replace("'", ""))

    def test_points_beyond_the_memory(self):
        self.write("bad.ini", GOOD.replace("[flow]", "risk = empirical\nsequences = 100, 1000000000\n[flow]")
                   .replace("dimension = 2", "dimension = 512"))
        message = self.refused("run", "bad.ini", "-o", "a.h5")
        for part in ("bad.ini: sequences = 1000000000: a point needs 2867", " GB of memory; this machine has "):
            self.assertIn(part, message)

    def test_bad_command_lines(self):
        self.write("good.ini", GOOD)
        for words, part in ((["run", "good.ini", "-o", "a.h5", "--set", "axes.dimension=0"], "<= dimension"),
                            (["run", "good.ini", "-o", "a.h5", "--set", "axes.dimensoin=2"], "'dimension'"),
                            (["run", "good.ini", "-o", "a.h5", "--where", "dimensoin=2"], "dimension"),
                            (["run", "good.ini", "-o", "a.h5", "--where", "dimension=7"], "no point has this value"),
                            (["run", "good.ini", "-o", "a.h5", "--theorem", "mesa.limt"], "mesa.limit"),
                            (["run", "good.ini", "-o", "a.h5", "--instruction-set", "mmx"], "baseline"),
                            (["run", "missing.ini", "-o", "a.h5"], "missing.ini"),
                            (["run", ".", "-o", "a.h5"], "directory"),
                            (["run", "good.ini", "-o", "no/such/folder/a.h5"], "no/such/folder"),
                            (["run", "good.ini"], "--output"),
                            (["run", "good.ini", "-o", "a.h5", "--tehorem", "x"], "--theorem"),
                            (["plan", "good.ini", "--ranks", "0"], "--ranks"),
                            (["rnu", "good.ini"], "'run'"),
                            (["theorems", "mesa.limt"], "mesa.limit"),
                            (["distributions", "gausian"], "gaussian"),
                            (["help", "sweepfile"], "'sweep-file'"),
                            (["help", "rnu"], "'run'")):
            with self.subTest(words=words):
                self.assertIn(part, self.refused(*words))

    def test_a_pipe(self):
        os.mkfifo(self.path("pipe.ini"))
        refused = self.run_program("run", "pipe.ini", "-o", "a.h5", expect=2)
        self.assertIn("pipe.ini: is not a regular file", refused.stderr)

    def test_once_for_all_ranks(self):
        self.write("bad.ini", GOOD.replace("dimension = 2", "dimension = 0"))
        message = self.refused("run", "bad.ini", "-o", "a.h5", ranks=3)
        self.assertEqual(message.count("bad.ini:6: axes.dimension"), 1, message)
        message = self.refused("run", "bad.ini", "--otput", "a.h5", ranks=3)
        self.assertEqual(message.count("--otput"), 1, message)

    def test_without_arguments(self):
        self.assertIn("flowsweep help", self.refused())


class BadStores(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("good.ini", GOOD)
        self.run_program("run", "good.ini", "-o", "good.h5")
        with open(self.path("good.h5"), "rb") as file:
            self.content = file.read()

    def check(self, store):
        state = self.folder_state()
        for words in (["status", store], ["verify", store], ["digest", store], ["export", store],
                      ["show", store, "00"], ["reproduce", store, "00"], ["run", "good.ini", "-o", store]):
            with self.subTest(words=words):
                refused = self.run_program(*words, expect=2)
                self.assertIn(store, refused.stderr)
                self.assertEqual(self.folder_state(), state)

    def bad_store(self, content):
        with open(self.path("bad.h5"), "wb") as file:
            file.write(content)
        self.check("bad.h5")

    def test_missing(self):
        for command in ("status", "verify", "digest", "export"):
            self.assertIn("none.h5", self.run_program(command, "none.h5", expect=2).stderr)

    def test_foreign(self):
        self.bad_store(b"not an HDF5 file at all\n" * 100)

    def test_empty(self):
        self.bad_store(b"")

    def test_truncated(self):
        for part in (0.1, 0.5, 0.9):
            self.bad_store(self.content[: int(part * len(self.content))])

    def test_another_format(self):
        self.assertIn(b"flowsweep-", self.content)
        self.bad_store(self.content.replace(b"flowsweep-", b"flowsweeq-"))

    def test_first_format(self):
        self.bad_store(with_first_format(self.content))
        refused = self.run_program("status", "bad.h5", expect=2)
        self.assertIn("not a flowsweep store of format 2", refused.stderr)


class BadExportTargets(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("good.ini", GOOD)
        self.run_program("run", "good.ini", "-o", "a.h5")
        self.table = self.run_program("export", "a.h5").stdout

    def test_the_store_itself_by_any_name(self):
        os.link(self.path("a.h5"), self.path("hard.csv"))
        os.symlink("a.h5", self.path("soft.csv"))
        state = self.folder_state()
        for target in ("a.h5", "./a.h5", "hard.csv", "soft.csv"):
            with self.subTest(target=target):
                refused = self.run_program("export", "a.h5", "-o", target, expect=2)
                self.assertIn(f"{target}: is an HDF5 file", refused.stderr)
                self.assertEqual(self.folder_state(), state)

    def test_what_is_no_regular_file(self):
        os.mkfifo(self.path("pipe"))
        os.mkdir(self.path("folder"))
        for target in ("pipe", "folder"):  # none outside: a faulty program would replace it
            with self.subTest(target=target):
                refused = self.run_program("export", "a.h5", "-o", target, expect=2)
                self.assertIn(f"{target}: is not a regular file", refused.stderr)

    def test_stdout_by_its_name(self):
        # Not /dev/stdout, which a faulty program that runs as root would replace; here nothing can be created.
        self.assertEqual(self.run_program("export", "a.h5", "-o", "/dev/fd/1").stdout, self.table)

    def test_other_files_stay(self):
        self.write("x.csv.partial", "precious")
        self.run_program("export", "a.h5", "-o", "x.csv")
        with open(self.path("x.csv"), encoding="utf-8") as file:
            self.assertEqual(file.read(), self.table)
        with open(self.path("x.csv.partial"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "precious")
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.h5", "good.ini", "x.csv", "x.csv.partial"])


class BadPlaces(ProgramTest):
    def test_a_full_disk(self):
        self.write("good.ini", GOOD)
        self.write("large.ini", GOOD.replace("scale = 1", "scale = lin(1, 2, 2000)"))
        os.mkdir(self.path("disk"))
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", self.path("disk")], check=False,
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("cannot mount a small file system")
        try:
            refused = self.run_program("run", "large.ini", "-o", "disk/a.h5", expect=2)
            self.assertIn("disk/a.h5", refused.stderr)
            self.assertIn("No space left", refused.stderr)
            self.assertEqual(os.listdir(self.path("disk")), [])
            self.run_program("run", "good.ini", "-o", "disk/a.h5")
        finally:
            subprocess.run(["umount", self.path("disk")], check=True)

    def test_an_unwritable_folder(self):
        self.write("good.ini", GOOD)
        refused = self.run_program("run", "good.ini", "-o", "/proc/a.h5", expect=2)
        self.assertIn("/proc/a.h5", refused.stderr)

    def test_a_target_that_is_a_folder(self):
        self.write("good.ini", GOOD)
        os.mkdir(self.path("folder"))
        self.run_program("run", "good.ini", "-o", "folder", expect=2)
        self.assertEqual(sorted(os.listdir(self.folder)), ["folder", "good.ini"])


if __name__ == "__main__":
    unittest.main()
