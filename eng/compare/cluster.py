"""Clusters of real nodes for what measures them: each node, the coordinator and the clients on a host of their own, which is a network namespace.

`run_inside` makes the namespaces, runs a function on the clients' host, and removes everything again. Needs root, iproute2 and nsenter.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CATENA = os.path.join(ROOT, "artifacts", "bin", "Catena.Cli", "release", "catena")
COORDINATOR = os.path.join(ROOT, "artifacts", "bin", "Catena.Faults", "release", "Catena.Faults")
PREFIX_VARIABLE = "CATENA_MEASURED_NETWORK"
COORDINATOR_HOST = "coord"
CLIENT_HOST = "clients"
REDIS, HTTP, PEER, COORDINATOR_PORT = 7101, 7301, 7401, 7000


def tool(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def build():
    if os.environ.get("CATENA_NO_BUILD") == "1":
        return
    for project in ("src/Catena.Cli", "tests/Catena.Faults"):
        subprocess.run(["dotnet", "build", os.path.join(ROOT, project), "-c", "Release", "-v", "q", "--nologo", "-nodeReuse:false"],
                       check=True, stdout=sys.stderr)


def run_inside(nodes, main):
    """Calls `main(network)` on the clients' host of a network with so many nodes; it may leave processes and namespaces behind."""
    prefix = os.environ.get(PREFIX_VARIABLE)
    if prefix:
        main(Network(prefix, nodes))
        return
    if os.geteuid() != 0:
        sys.exit("network namespaces need root")
    build()
    network = Network(f"catm{os.getpid()}-", nodes)
    child = None
    # The child ends in order on these, and the namespaces go after it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: child and child.send_signal(number))
    try:
        network.make()
        child = subprocess.Popen(network.on(CLIENT_HOST, [sys.executable, *sys.argv]), env={**os.environ, PREFIX_VARIABLE: network.prefix})
        code = child.wait()
    finally:
        network.remove()
    sys.exit(code)


class Network:
    """Hosts around a router that can lose what passes between two of them, without a word to either."""

    def __init__(self, prefix, nodes):
        self.prefix = prefix
        self.nodes = [f"node-{number + 1}" for number in range(nodes)]
        self.hosts = [*self.nodes, COORDINATOR_HOST, CLIENT_HOST]

    def address(self, host):
        return f"10.92.{self.hosts.index(host) + 1}.2"

    def on(self, host, words):
        return ["nsenter", f"--net=/var/run/netns/{self.prefix}{host}", *words]

    def make(self):
        router = self.prefix + "router"
        tool("ip", "netns", "add", router)
        tool(*self.on("router", ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]))
        for number, host in enumerate(self.hosts, 1):
            name, subnet = self.prefix + host, f"10.92.{number}"
            tool("ip", "netns", "add", name)
            tool("ip", "-n", router, "link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", name)
            tool("ip", "-n", router, "addr", "add", f"{subnet}.1/30", "dev", host)
            tool("ip", "-n", router, "link", "set", host, "up")
            tool("ip", "-n", name, "link", "set", "lo", "up")
            tool("ip", "-n", name, "addr", "add", f"{subnet}.2/30", "dev", "eth0")
            tool("ip", "-n", name, "link", "set", "eth0", "up")
            tool("ip", "-n", name, "route", "add", "default", "via", f"{subnet}.1")

    def lose(self, one, other):
        self._rule("add", one, other)

    def mend(self, one, other):
        self._rule("del", one, other)

    def remove(self):
        listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
        names = [line.split()[0] for line in listed.splitlines() if line.startswith(self.prefix)]
        for name in names:
            for pid in subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=True).stdout.split():
                os.kill(int(pid), signal.SIGKILL)
        for name in names:
            tool("ip", "netns", "del", name)

    def _rule(self, what, one, other):
        for source, target in ((one, other), (other, one)):
            priority = 100 + self.hosts.index(source) * len(self.hosts) + self.hosts.index(target)
            tool("ip", "-n", self.prefix + "router", "rule", what, "pref", str(priority), "from", self.address(source), "to", self.address(target), "blackhole")


class Cluster:
    """A new cluster of nodes with three replicas and everything else as it comes."""

    def __init__(self, network, mode, partitions=16):
        self.network = network
        self.mode = mode
        self.partitions = partitions
        self.directory = tempfile.mkdtemp(prefix="catena-measured-")
        self.processes = {}

    def __enter__(self):
        coordinator = self.network.address(COORDINATOR_HOST)
        try:
            self._start(COORDINATOR_HOST, [COORDINATOR, "coordinator", coordinator, str(COORDINATOR_PORT), os.path.join(self.directory, "tree")])
            for node in self.network.nodes:
                self.start(node)
            self.await_whole()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, failure, *_):
        for process in self.processes.values():
            process.kill()
            process.wait()
        if failure is None:
            shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, node):
        self._start(node, [
            CATENA, "node", "--name", node, "--data", os.path.join(self.directory, node), "--log", os.path.join(self.directory, node + ".log"),
            "--zookeeper", f"{self.network.address(COORDINATOR_HOST)}:{COORDINATOR_PORT}", "--bind", self.network.address(node),
            "--redis-port", str(REDIS), "--http-port", str(HTTP), "--peer-port", str(PEER), "--partitions", str(self.partitions), "--replicas", "3",
            "--expected-nodes", str(len(self.network.nodes)), "--mode", self.mode, "--parent-pid", str(os.getpid())])

    def kill(self, node):
        self.processes[node].kill()
        self.processes[node].wait()

    def status(self, node):
        with urllib.request.urlopen(f"http://{self.network.address(node)}:{HTTP}/status", timeout=5) as answer:
            return json.load(answer)

    def members(self, node):
        """The names of each partition's members in their order, as a node sees them."""
        view = self.status(node)
        names = {one["id"]: one["name"] for one in view["nodes"]}
        return {one["partition"]: [names[member] for member in one["members"]] for one in view["partitions"]}

    def lack(self):
        """What is missing until every node is ready and sees all members of all partitions; none where nothing is."""
        for node in self.network.nodes:
            try:
                with urllib.request.urlopen(f"http://{self.network.address(node)}:{HTTP}/health/ready", timeout=5):
                    pass
                view = self.status(node)["partitions"]
            except OSError as error:
                return f"{node}: {error}"
            lacking = [one["partition"] for one in view if len(one.get("members", [])) < 3 or one["learners"]]
            if len(view) < self.partitions or lacking:
                return f"as {node} sees it, partitions {lacking} lack members"
        return None

    def await_whole(self, seconds=180):
        deadline = time.monotonic() + seconds
        while lack := self.lack():
            if time.monotonic() > deadline:
                sys.exit(f"after {seconds} s the cluster is not whole: {lack}; its files are in {self.directory}")
            time.sleep(0.1)

    def _start(self, host, words):
        # As `catena up` runs its nodes.
        environment = {**os.environ, "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS": "1", "DOTNET_TieredPGO": "1"}
        with open(os.path.join(self.directory, host + ".out"), "a", encoding="utf-8") as output:
            self.processes[host] = subprocess.Popen(
                self.network.on(host, words), stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, env=environment)
