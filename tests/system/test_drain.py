"""Stopping early on request, and going on."""
import os
import pty
import select
import signal
import unittest

from program import BINARY, MARK, SLOW, ProgramTest, environment


class Drain(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("slow.ini", SLOW)

    def check_drain(self, number, ranks):
        process = self.start("run", "slow.ini", "-o", "a.h5", ranks=ranks)
        self.wait_for_rows(process, "a.h5", 3)
        process.send_signal(number)
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

    def test_a_second_writer_is_refused(self):
        process = self.start("run", "slow.ini", "-o", "a.h5")
        self.wait_for_rows(process, "a.h5", 1)
        before = self.status("a.h5")["points"]
        process.send_signal(signal.SIGSTOP)  # so that it still holds the store when the other gives up
        try:
            refused = self.run_program("run", "slow.ini", "-o", "a.h5", expect=2)
        finally:
            process.send_signal(signal.SIGCONT)
        self.assertIn("is being written by process", refused.stderr)
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
