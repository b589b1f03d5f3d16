"""`flowsweep submit`: what it writes, what Slurm makes of it, what is refused."""
import os
import subprocess

from job import SlurmTest, main, sweep_text
from program import BINARY


class Submit(SlurmTest):
    def setUp(self):
        super().setUp()
        self.write("slow.ini", sweep_text(20))

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_a_job_runs_a_sweep_of_an_awkward_name(self):
        name = "a 'b' $(touch c) `touch d`;&.ini"
        os.rename(self.path("slow.ini"), self.path(name))
        job, = self.submitted(name, "-o", "-x y$HOME.h5", "--ntasks-per-node", "2", "--time", "5", "--set", "axes.seed=0..9",
                              "--set", "name=it's \"$(touch e)\" .. \\")
        facts = self.wait_for_end(job)
        self.assertEqual(facts["JobState"], "COMPLETED", self.logs())
        self.assertEqual(facts["JobName"], "it_s____touch_e___..__")
        self.assertEqual((facts["NumNodes"], facts["NumTasks"], facts["TimeLimit"]), ("1", "2", "00:05:00"))
        self.assertEqual(facts["WorkDir"], self.folder)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted([
            name, "-x y$HOME.h5", "-x y$HOME.h5.sbatch", f"it_s____touch_e___..__-{job}.log"]))
        self.run_program("run", name, "--set", "axes.seed=0..9", "-o", "plain.h5", ranks=2)
        self.assertEqual(self.digest("./-x y$HOME.h5"), self.digest("plain.h5"))

    def test_srun_instead_of_mpirun(self):
        job, = self.submitted("slow.ini", "--nodes", "2", "--ntasks-per-node", "1", LAUNCHER="srun --mpi=pmix")
        self.wait_for_points("slow.h5", 3)
        self.cluster.ask("scancel", "--batch", "--signal=USR1", job)
        facts = self.check_complete(job, "slow.h5", self.plain_digest("slow.ini"))
        self.assertEqual(facts["Restarts"], "1", self.logs())

    def test_a_cancelled_job_drains_and_stays_cancelled(self):
        job, = self.submitted("slow.ini", "--ntasks-per-node", "1", "--set", "axes.seed=0..199")
        self.wait_for_points("slow.h5", 3)
        self.cluster.ask("scancel", job)
        facts = self.wait_for_end(job)
        self.assertEqual((facts["JobState"], facts["Restarts"]), ("CANCELLED", "0"), self.logs())
        self.run_program("status", "slow.h5", "--exit-code", expect=75)

    def test_a_sweep_spoiled_after_submission_is_not_queued_again(self):
        self.write("job.sbatch", self.submit("slow.ini", "--dry-run").stdout)
        self.write("slow.ini", "name = slow\nmodel = nothing\n")
        facts = self.wait_for_end(self.sbatch("job.sbatch"))
        self.assertEqual((facts["JobState"], facts["ExitCode"], facts["Restarts"]), ("FAILED", "2:0", "0"), self.logs())
        self.assertIn("slow.ini:2: model = nothing", self.logs())
        self.assertIn("there is no usable store", self.logs())

    def test_starts_without_progress_come_to_an_end(self):
        self.run_program("run", "slow.ini", "-o", "slow.h5", "--where", "seed=0..1")
        self.write("job.sbatch", self.submit("slow.ini", "--dry-run").stdout)
        self.write("slow.ini", "name = slow\nmodel = nothing\n")
        facts = self.wait_for_end(self.sbatch("job.sbatch"))
        self.assertEqual((facts["JobState"], facts["ExitCode"], facts["Restarts"]), ("FAILED", "1:0", "2"), self.logs())
        self.assertIn("3 starts in a row added nothing", self.logs())
        self.assertEqual(self.status("slow.h5")["committed"], 4)

    def test_a_dry_run_writes_nothing(self):
        before = self.folder_state()
        script = self.submit("slow.ini", "--nodes", "2", "--partition", "left,right", "--time", "1-2", "--dry-run").stdout
        self.assertEqual(self.folder_state(), before)
        self.assertTrue(script.startswith("#!/bin/bash\n"))
        for line in ("#SBATCH --nodes=2", "#SBATCH --partition=left,right", "#SBATCH --time=1-02:00:00", "sweep=slow.ini", "store=slow.h5",
                     f"program={os.path.realpath(BINARY)}"):
            self.assertIn(f"\n{line}\n", script)
        array = self.submit("slow.ini", "--array", "4", "--dry-run").stdout
        self.assertEqual(self.folder_state(), before)
        self.assertIn("\n#SBATCH --array=1-4\n", array)
        self.assertEqual(array.count("\nshards=4\n"), 2)
        subprocess.run(["bash", "-n"], input=array, text=True, check=True)

    def test_what_sbatch_refuses_leaves_nothing_behind(self):
        before = self.folder_state()
        refused = self.submit("slow.ini", "--partition", "nowhere", expect=2)
        self.assertIn("invalid partition specified: nowhere", refused.stderr)
        self.assertIn("sbatch: refused the job with exit code 1", refused.stderr)
        self.submit("slow.ini", "--nodes", "4", expect=2)
        self.submit("slow.ini", "--time", "2:00:00", expect=2)  # more than the partition's limit
        self.assertEqual(self.folder_state(), before)
        self.assertEqual(self.cluster.ask("squeue", "--noheader", "--states=PENDING,RUNNING"), "")

    def test_wrong_input(self):
        self.write("foreign.h5", "no store\n")
        self.write("empty.ini", "name = e\nmodel = linear-attention\n")
        before = self.folder_state()
        for words, message in (
                (("missing.ini",), "missing.ini"),
                (("slow.ini", "-o", "missing/a.h5"), "missing"),
                (("slow.ini", "-o", "foreign.h5"), "is not an HDF5 file"),
                (("slow.ini", "-o", "foreign.h5", "--array", "2"), "exists: an array starts from nothing"),
                (("slow.ini", "-o", "a\nb.h5"), "control character 0x0a"),
                (("slow.ini", "--partition", "a;b"), "--partition = 'a;b': must consist of"),
                (("slow.ini", "--partition", "--wrap=x"), "--partition"),
                (("slow.ini", "--time", "soon"), "--time = soon: must be a time limit as Slurm writes it"),
                (("slow.ini", "--nodes", "0"), "--nodes = 0: must be a whole number"),
                (("slow.ini", "--array", "41"), "--array = 41: leaves shard"),
                (("slow.ini", "--set", "shard=1/2", "--array", "2"), "splits a sweep that is a shard"),
        ):
            with self.subTest(words=words):
                self.assertIn(message, self.submit(*words, "--ntasks-per-node", "1", expect=2).stderr)
        self.assertIn("sbatch: is not on the PATH", self.submit("slow.ini", expect=2, PATH=self.folder).stderr)
        self.assertEqual(self.folder_state(), before)

    def test_an_edited_script_is_not_overwritten(self):
        job, = self.submitted("slow.ini", "--set", "axes.seed=0", "--ntasks-per-node", "1")
        self.wait_for_end(job)
        again, = self.submitted("slow.ini", "--set", "axes.seed=0", "--ntasks-per-node", "1")  # the same script
        self.wait_for_end(again)
        edited = self.read("slow.h5.sbatch") + "# mine\n"
        self.write("slow.h5.sbatch", edited)
        self.assertIn("slow.h5.sbatch: exists and is not what would be submitted",
                      self.submit("slow.ini", "--set", "axes.seed=0", "--ntasks-per-node", "1", expect=2).stderr)
        self.assertEqual(self.read("slow.h5.sbatch"), edited)

    def test_an_array_of_shards_and_its_merge(self):
        array, merge = self.submitted("slow.ini", "--array", "3", "--ntasks-per-node", "1")
        self.wait_for_points("slow.h5.shard-1", 1)
        self.cluster.ask("scancel", "--batch", "--signal=USR1", f"{array}_1")
        for task in (1, 2, 3):
            facts = self.wait_for_end(f"{array}_{task}")
            self.assertEqual((facts["JobState"], facts["Restarts"]), ("COMPLETED", "1" if task == 1 else "0"), self.logs())
        self.check_complete(merge, "slow.h5", self.plain_digest("slow.ini"))


if __name__ == "__main__":
    main()
