"""A Slurm of three nodes on this machine: munged, slurmctld and three slurmd from Debian's packages, in a folder of their own.

It touches nothing outside that folder: own key and socket of munge, own ports, own state. Each slurmd runs under a host name of its
own (a UTS namespace), since Open MPI takes nodes of one name for one node.
"""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

NODES = ("n1", "n2", "n3")
CPUS = 4  # a node; what this machine really has does not matter to Slurm
BOOT_SECONDS = 30
LIMIT_PERIOD = 30  # seconds between two looks of the controller at the time limits, counted from its start
DAEMONS = {"munged": "munge", "slurmctld": "slurmctld", "slurmd": "slurmd", "sbatch": "slurm-client", "unshare": "util-linux",
           "setpriv": "util-linux"}

CONFIGURATION = """
ClusterName=flowsweep
SlurmctldHost=localhost
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
TmpFS={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0,sched_min_interval=0
ReturnToService=1
SlurmdTimeout=6
MessageTimeout=5
KillWait=3
MinJobAge=300
EnforcePartLimits=ALL
{nodes}
PartitionName=batch Nodes=n[1-3] Default=YES MaxTime=1:00:00
PartitionName=left Nodes=n[1-2] MaxTime=1:00:00
PartitionName=right Nodes=n[2-3] MaxTime=1:00:00
"""


def missing():
    """Why no cluster can be booted here; an empty text if it can."""
    if os.geteuid() != 0:
        return "the daemons of Slurm must be started by root"
    packages = sorted({package for name, package in DAEMONS.items() if program(name) is None})
    return f"Debian packages are missing: {', '.join(packages)}" if packages else ""


def program(name):
    """The path of a daemon, which root's PATH may lack."""
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def free_ports(count):
    holders = [socket.socket() for _ in range(count)]
    try:
        for holder in holders:
            holder.bind(("127.0.0.1", 0))
        return [holder.getsockname()[1] for holder in holders]
    finally:
        for holder in holders:
            holder.close()


def host_names():
    """{pid: its UTS namespace} of every process that this user may look at."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            found[int(pid)] = os.readlink(f"/proc/{pid}/ns/uts")
        except OSError:
            continue
    return found


def is_step_daemon(pid):
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
            return file.read().startswith("slurmstepd")
    except OSError:
        return False


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Cluster:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="flowsweep-slurm-")
        os.chmod(self.folder, 0o711)  # munge's clients must reach its socket
        self.daemons = {}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLURM_", "SBATCH_", "PMIX_", "OMPI_"))},
            "SLURM_CONF": f"{self.folder}/slurm.conf",
            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            # The nodes are this machine: they reach each other by its loopback, wherever else it has a network.
            "OMPI_MCA_btl_tcp_if_include": "lo", "OMPI_MCA_oob_tcp_if_include": "lo",
            "OMPI_MCA_btl_vader_backing_directory": self.folder,
            # Each node would bind its first rank to the first core of this machine.
            "OMPI_MCA_hwloc_base_binding_policy": "none",
        }
        try:
            self.boot()
        except BaseException:
            with open(f"{self.folder}/daemons.log", "a+", encoding="utf-8") as log:
                log.seek(0)
                print(log.read(), flush=True)
            self.stop()
            raise

    def boot(self):
        self.booted = time.monotonic()
        port, *node_ports = free_ports(1 + len(NODES))
        for name in ("state", "munge", *(f"spool-{node}" for node in NODES)):
            os.mkdir(f"{self.folder}/{name}", 0o711 if name == "munge" else 0o700)
        nodes = "\n".join(f"NodeName={node} NodeHostname=localhost NodeAddr=127.0.0.1 Port={node_port} CPUs={CPUS} Sockets=1 "
                          f"CoresPerSocket={CPUS} ThreadsPerCore=1 RealMemory=4000" for node, node_port in zip(NODES, node_ports))
        with open(f"{self.folder}/slurm.conf", "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=self.folder, port=port, nodes=nodes))
        self.boot_munge()
        self.daemons["slurmctld"] = self.spawn(program("slurmctld"), "-D", "-i")
        for node in NODES:
            self.boot_node(node)
        self.wait(lambda: self.node_states() == {node: "idle" for node in NODES}, BOOT_SECONDS, "nodes do not come up")

    def boot_munge(self):
        base = f"{self.folder}/munge"
        with open(f"{base}/key", "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(os.urandom(128))
        self.daemons["munged"] = self.spawn(
            program("munged"), "--foreground", f"--key-file={base}/key", f"--socket={base}/socket", f"--pid-file={base}/pid",
            f"--log-file={base}/log", f"--seed-file={base}/seed", "--num-threads=2")
        self.wait(lambda: os.path.exists(f"{base}/socket"), BOOT_SECONDS, "munged does not start")

    def boot_node(self, node):
        self.daemons[node] = self.spawn("unshare", "--uts", "sh", "-c", 'hostname "$1" && exec "$2" -D -N "$1"', "sh", node,
                                        program("slurmd"))

    def spawn(self, *words):
        """Starts a daemon, which dies with this process however that ends."""
        words = ("setpriv", "--pdeathsig", "KILL", *words)
        with open(f"{self.folder}/daemons.log", "a", encoding="utf-8") as log:
            return subprocess.Popen(words, env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def ask(self, *words):
        """Runs one of Slurm's clients; its answer, or "" if it failed."""
        done = subprocess.run(words, env=self.environment, text=True, capture_output=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL)
        return done.stdout if done.returncode == 0 else ""

    def node_states(self):
        lines = self.ask("sinfo", "--noheader", "--Node", "--format=%N %t").splitlines()
        return dict(line.split() for line in lines)

    def job(self, job):
        """What `scontrol show job` says: {JobState: .., Restarts: .., BatchHost: ..}."""
        words = self.ask("scontrol", "--oneliner", "show", "job", str(job)).split()
        return dict(word.split("=", 1) for word in words if "=" in word)

    def wait_for_limit_check(self, ahead):
        """Returns when the controller's next look at the time limits is `ahead` seconds away."""
        passed = (time.monotonic() - self.booted) % LIMIT_PERIOD
        time.sleep((LIMIT_PERIOD - ahead - passed) % LIMIT_PERIOD)

    @staticmethod
    def wait(condition, seconds, complaint):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"{complaint} within {seconds} s")
            time.sleep(0.05)

    def processes_of(self, node):
        """Every live process on a node, found by the node's host name."""
        names = host_names()
        name = names.get(self.daemons[node].pid)
        return [pid for pid, other in names.items() if name is not None and other == name]

    def kill_node(self, node):
        """As a machine that loses power: nobody is left to tell the controller."""
        while found := self.processes_of(node):
            # The daemons first, or they would still report how the jobs died; slurmd itself last, since it names the others.
            found.sort(key=lambda pid: (pid == self.daemons[node].pid, not is_step_daemon(pid)))
            for pid in found:
                kill(pid)
        self.daemons.pop(node).wait()

    def stop(self):
        """Everything that was started here ends, whatever state it is in; the folder goes."""
        for node in set(NODES) & set(self.daemons):
            self.kill_node(node)
        for daemon in self.daemons.values():
            daemon.terminate()
        for daemon in self.daemons.values():
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
