"""Deaths within a job: of a rank, and of a node that takes two jobs' processes along, one job's batch script and rank 0 and another
job's further rank. All jobs complete."""
import os
import signal

from job import SlurmTest, main, sweep_text


class Deaths(SlurmTest):
    def pid_of_rank(self, node, rank):
        for pid in self.cluster.processes_of(node):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if f"OMPI_COMM_WORLD_RANK={rank}".encode() in file.read().split(b"\0"):
                        return pid
            except OSError:  # it has ended
                continue
        return self.fail(f"there is no rank {rank} on {node}")

    def test_a_dead_rank_costs_no_restart(self):
        self.write("slow.ini", sweep_text(40))
        job, = self.submitted("slow.ini", "--ntasks-per-node", "3", "--partition", "left")
        self.wait_for_points("slow.h5", 3)
        os.kill(self.pid_of_rank("n1", 2), signal.SIGKILL)
        status = self.status("slow.h5")
        self.assertLess(status["committed"], status["points"], "the sweep was done before the rank died")
        facts = self.check_complete(job, "slow.h5", self.plain_digest("slow.ini"))
        self.assertEqual(facts["Restarts"], "0", self.logs())

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
