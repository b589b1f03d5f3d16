"""Stopping early on request, and going on."""
import os
import pty
import select
import signal
import time
import unittest

from program import BINARY, MARK, SLOW, ProgramTest, environment


# Points of minutes: whatever stops them leaves a checkpoint.
LONG = SLOW.replace("seed = 0..39", "seed = 0, 1").replace("steps = 100", "steps = 1000000").replace("0.01", "0.0001")


class Drain(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("slow.ini", SLOW)

    def check_drain(self, number, ranks):
        process = self.start_frozen("run", "slow.ini", "-o", "a.h5", ranks=ranks, least=3)
        process.send_signal(number)
        self.go_on()
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 75, stderr)
        self.assertIn("slow.ini -o a.h5", stderr)
        status = self.status("a.h5")
        self.assertLess(status["committed"], status["points"])
        self.run_program("status", "a.h5", "--exit-code", expect=75)
        self.run_program("run", "slow.ini", "-o", "a.h5", ranks=2)
        self.run_program("status", "a.h5", "--exit-code")

    def test_sigterm_to_a_single_process(self):
        self.check_drain(signal.SIGTERM, 0)

    def test_sigint_to_a_single_process(self):
        self.check_drain(signal.SIGINT, 0)

    def test_sigusr1_to_mpirun(self):
        self.check_drain(signal.SIGUSR1, 2)

    def test_sigterm_to_one_worker(self):
        process = self.start_frozen("run", "slow.ini", "-o", "a.h5", ranks=3, least=3)
        os.kill(self.pid_of(2), signal.SIGTERM)
        self.go_on()
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 75, stderr)
        self.run_program("status", "a.h5", "--exit-code", expect=75)

    def checkpoints(self):
        """Complete ones: a process that is killed while it writes one leaves its .partial file too."""
        folder = self.path("a.h5.checkpoints")
        names = os.listdir(folder) if os.path.isdir(folder) else []
        return sorted(name for name in names if not name.endswith(".partial"))

    def wait_for_checkpoints(self, count):
        deadline = time.monotonic() + 60
        while len(self.checkpoints()) < count:
            self.assertLess(time.monotonic(), deadline, "no checkpoints are written")
            time.sleep(0.02)

    def test_long_points_leave_checkpoints(self):
        self.write("long.ini", LONG)
        for ranks, number in ((0, signal.SIGTERM), (2, signal.SIGUSR1)):
            with self.subTest(ranks=ranks):
                process = self.start("run", "long.ini", "-o", "a.h5", ranks=ranks)
                while not os.path.exists(self.path("a.h5.lock")):
                    time.sleep(0.01)
                time.sleep(0.5)
                process.send_signal(number)
                _, stderr = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 75, stderr)
                self.assertEqual(self.status("a.h5")["committed"], 0)
                self.assertGreaterEqual(len(self.checkpoints()), max(1, ranks))

    def test_checkpoints_are_written_on_the_way_and_outlive_a_second_sigint(self):
        self.write("long.ini", LONG)
        process = self.start("run", "long.ini", "-o", "a.h5", "--checkpoint-seconds", "0.05")
        self.wait_for_checkpoints(1)
        process.send_signal(signal.SIGSTOP)  # so that both are pending at once
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertEqual(len(self.checkpoints()), 1)

    def test_checkpoints_go_when_their_points_are_done(self):
        self.write("short.ini", LONG.replace("1000000", "3000"))
        process = self.start("run", "short.ini", "-o", "a.h5", "--checkpoint-seconds", "0.001")
        self.wait_for_checkpoints(1)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.run_program("run", "short.ini", "-o", "a.h5", ranks=2)
        self.run_program("run", "short.ini", "-o", "whole.h5")
        self.assertEqual(self.digest("a.h5"), self.digest("whole.h5"))
        self.assertEqual(self.checkpoints(), [])
        self.assertFalse(os.path.exists(self.path("a.h5.checkpoints")))

    def test_a_time_budget_ends_a_job_in_time(self):
        self.write("long.ini", LONG)
        for words, extra in ((["--time-budget", "4"], {}), ([], {"SLURM_JOB_END_TIME": str(int(time.time()) + 6)})):
            with self.subTest(words=words):
                begin = time.monotonic()
                done = self.run_program("run", "long.ini", "-o", "a.h5", *words, expect=75, env=environment(**extra))
                self.assertLess(time.monotonic() - begin, 7)
                self.assertIn("the time is up", done.stderr)
                self.assertTrue(self.checkpoints())

    def test_points_longer_than_the_budget_are_done_in_parts(self):
        self.write("long.ini", LONG.replace("steps = 1000000", "steps = 15000"))
        self.run_program("run", "long.ini", "-o", "whole.h5")
        codes = []
        while not codes or codes[-1] == 75:
            self.assertLess(len(codes), 40, "the parts come to no end")
            process = self.start("run", "long.ini", "-o", "a.h5", "--time-budget", "2")
            process.communicate(timeout=60)
            codes.append(process.returncode)
        self.assertEqual(codes[-1], 0)
        self.assertGreater(len(codes), 1, "the points were done in one start")
        self.assertEqual(self.digest("a.h5"), self.digest("whole.h5"))

    def test_points_that_fit_into_the_time_are_run(self):
        process = self.run_program("run", "slow.ini", "-o", "a.h5", "--time-budget", "1:00:00")
        self.assertNotIn("the time", process.stderr)
        self.run_program("status", "a.h5", "--exit-code")

    def test_a_second_writer_is_refused(self):
        process = self.start_frozen("run", "slow.ini", "-o", "a.h5")  # it still holds the store when the other gives up
        before = self.status("a.h5")["points"]
        try:
            refused = self.run_program("run", "slow.ini", "-o", "a.h5", expect=2)
        finally:
            process.send_signal(signal.SIGCONT)
        self.assertEqual(refused.stderr.count("a.h5 is being written by process"), 1, refused.stderr)
        self.assertIn("a.h5: is being written by process", refused.stderr)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(self.status("a.h5")["points"], before)

    def test_a_bar_on_a_terminal(self):
        reader, writer = pty.openpty()
        pid = os.posix_spawn(BINARY, [BINARY, "run", self.path("slow.ini"), "-o", self.path("a.h5"), "--where", "seed=0..2"],
                             environment(**{MARK: self.job}),
                             file_actions=[(os.POSIX_SPAWN_DUP2, writer, 2), (os.POSIX_SPAWN_CLOSE, writer)])
        os.close(writer)
        shown = b""
        while select.select([reader], [], [], 60)[0]:
            try:
                piece = os.read(reader, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        os.close(reader)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        self.assertIn(b"\r[", shown)
        self.assertIn(b"100 %  6/6 points", shown)


if __name__ == "__main__":
    unittest.main()
