"""A sweep longer than a time limit: the job is warned, drains, queues itself again, and completes the store."""
from job import SlurmTest, main, sweep_text

LEAD = 4  # seconds from the submission to the controller's look at the time limits
SEEDS = (60, 240, 960)  # the next size if the sweep was done before the warning came


class TimeLimit(SlurmTest):
    def run_past_limit(self, seeds):
        """The job's facts and the names of sweep and store; a limit of one minute, and the warning is due 5 s after the start."""
        sweep, store = self.write(f"slow{seeds}.ini", sweep_text(seeds)), f"slow{seeds}.h5"
        self.cluster.wait_for_limit_check(LEAD)
        job, = self.submitted(sweep, "-o", store, "--time", "1", "--ntasks-per-node", "1", SBATCH_SIGNAL="B:USR1@55")
        self.wait_for(lambda: self.cluster.job(job)["JobState"] in {"COMPLETED", "FAILED"} or self.cluster.job(job)["Restarts"] == "1",
                      "the first start does not end")
        return job, sweep, store

    def test_a_sweep_goes_on_over_time_limits(self):
        for seeds in SEEDS:
            job, sweep, store = self.run_past_limit(seeds)
            if self.cluster.job(job)["Restarts"] != "0":
                break
        status = self.status(store)
        self.assertGreater(status["committed"], 0, self.logs())
        self.assertLess(status["committed"], status["points"], "no sweep outlasted the warning")
        digest = self.plain_digest(sweep)
        facts = self.check_complete(job, store, digest)
        self.assertGreaterEqual(int(facts["Restarts"]), 1)
        self.assertIn("start 1: got USR1", self.logs())
        self.assertIn(f"start {int(facts['Restarts']) + 1}: done: every point has a row", self.logs())
        self.assertNotIn("got TERM", self.logs())


if __name__ == "__main__":
    main()
