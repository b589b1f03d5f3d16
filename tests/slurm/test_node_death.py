"""A node that dies takes two jobs' processes along: one job's batch script and rank 0, another job's further rank. Both complete."""
from job import SlurmTest, main, sweep_text


class NodeDeath(SlurmTest):
    def test_jobs_survive_the_death_of_a_node(self):
        self.write("slow.ini", sweep_text(80))
        further, = self.submitted("slow.ini", "-o", "further.h5", "--nodes", "2", "--ntasks-per-node", "1", "--partition", "left")
        batch, = self.submitted("slow.ini", "-o", "batch.h5", "--nodes", "2", "--ntasks-per-node", "1", "--partition", "right")
        for store in ("further.h5", "batch.h5"):
            self.wait_for_points(store, 3)
        self.assertEqual([self.cluster.job(job)["BatchHost"] for job in (further, batch)], ["n1", "n2"])
        before = [self.status(store) for store in ("further.h5", "batch.h5")]
        self.cluster.kill_node("n2")
        for status in before:
            self.assertLess(status["committed"], status["points"], "a sweep was done before the node died")
        self.wait_for(lambda: self.cluster.node_states()["n2"].startswith("down"), "the controller does not miss the node")
        for job in (further, batch):  # the partitions are too small without the node
            self.wait_for(lambda job=job: "1" == self.cluster.job(job)["Restarts"] or self.cluster.job(job)["JobState"] == "COMPLETED",
                          f"job {job} is not queued again")
            self.scontrol("update", f"jobid={job}", "Partition=batch")
        digest = self.plain_digest("slow.ini")
        self.check_complete(further, "further.h5", digest)
        facts = self.check_complete(batch, "batch.h5", digest)
        self.assertEqual((facts["Restarts"], facts["BatchHost"]), ("1", "n1"), self.logs())


if __name__ == "__main__":
    main()
