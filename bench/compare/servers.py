"""The servers that are compared: each starts its processes in a directory of its own, tells their ids and where they listen, and stops what it has started."""
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CATENA = os.path.join(ROOT, "artifacts", "bin", "Catena.Cli", "release", "catena")
ZOOKEEPER_JARS = ["/usr/share/java/zookeeper.jar", "/usr/share/java/slf4j-simple.jar"]
THRIFT_JARS = ["/usr/share/java/thrift.jar", "/usr/share/java/slf4j-api.jar", "/usr/share/java/slf4j-nop.jar"]
START_SECONDS, STOP_SECONDS = 120, 60
SET_DEATH_SIGNAL = 1
LIBC = ctypes.CDLL(None)


def die_with_parent():
    """In a child: who starts the servers may be killed, and they must not outlive it."""
    LIBC.prctl(SET_DEATH_SIGNAL, signal.SIGKILL)


def await_true(what, condition, seconds=START_SECONDS):
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (OSError, ValueError, LookupError):
            pass  # It is not there yet.
        if time.monotonic() > deadline:
            raise RuntimeError(f"after {seconds} s it is still not so that {what}")
        time.sleep(0.05)


def ask(port, request, timeout=10):
    """All that a server sends in answer to some bytes, until it closes or ends a line."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.sendall(request)
        answer = b""
        while not (request.endswith(b"\r\n") and answer.endswith(b"\r\n")):
            part = connection.recv(65536)
            if not part:
                break
            answer += part
        return answer


def fetch(port, path, body=None):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=10) as answer:
        return answer.read().decode()


class Server:
    """One system that is compared: its name, its protocol for the loader, and its processes."""

    name, protocol = "", "Redis"

    def __init__(self, base, directory):
        self.base = base
        self.directory = os.path.join(directory, self.name.replace(" ", "-").replace(",", ""))
        self.processes = []

    @classmethod
    def missing(cls):
        """What has to be installed first; empty where nothing has."""
        return [program for program in cls.programs if not shutil.which(program)]

    def __enter__(self):
        os.makedirs(self.directory)
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, name, *words):
        """Starts a process in a session of its own, so that Ctrl-C reaches only who stops it in order."""
        with open(os.path.join(self.directory, name + ".log"), "wb") as log:
            self.processes.append(subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory, start_new_session=True, preexec_fn=die_with_parent))

    def await_started(self, what, condition):
        def is_so():
            ended = [process for process in self.processes if process.poll() is not None]
            if ended:
                raise RuntimeError(f"{self.name} ended by itself:\n" + "".join(self.logs()))
            return condition()
        await_true(f"{self.name}: {what}", is_so)

    def logs(self):
        for file in sorted(os.listdir(self.directory)):
            if file.endswith(".log"):
                with open(os.path.join(self.directory, file), encoding="utf-8", errors="replace") as log:
                    yield log.read()[-2000:]

    def pids(self):
        return [process.pid for process in self.processes]


class Catena(Server):
    """Nodes that `catena up` starts; the ids are those of the nodes, without that of the coordinator."""

    programs, nodes, leaders, durability, flags = [], 1, None, "os", []

    def start(self):
        self.run("up", CATENA, "up", "--nodes", str(self.nodes), "--base-port", str(self.base), "--durability", self.durability, "--data", os.path.join(self.directory, "data"), *([] if self.leaders is None else ["--leaders", str(self.leaders)]), *self.flags)
        self.await_started("it is ready", lambda: "ready\n" in "".join(self.logs()))
        self.await_started("every node leads its part", self.is_even)

    def is_even(self):
        status = self.status()
        firsts = [partition["members"][0] for partition in status["partitions"] if len(partition["members"]) == self.nodes]
        ids = {node["name"]: node["id"] for node in status["nodes"]}
        shares = [firsts.count(ids[f"node-{number + 1}"]) for number in range(self.leaders or self.nodes)]
        return sum(shares) == len(status["partitions"]) and max(shares) - min(shares) <= len(firsts) / 4

    def status(self):
        return json.loads(fetch(self.base + 301, "/status"))

    def pids(self):
        return [node["pid"] for node in self.status()["nodes"]]

    def ports(self):
        return [self.base + 101 + node for node in range(self.nodes)]

    def thrift_port(self):
        return self.base + 201

    def metrics(self):
        """Sums of the node's metrics by name, over their labels."""
        sums = {}
        for line in fetch(self.base + 301, "/metrics").splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                sums[name] = float(value)
        return sums


class CatenaOs(Catena):
    name = "Catena, os"


class CatenaAlways(Catena):
    name, durability = "Catena, always", "always"


class CatenaThree(Catena):
    name, nodes, durability, flags, protocol = "Catena", 3, "always", ["--redis-cluster"], "RedisCluster"


class CatenaOneLeads(CatenaThree):
    """One node leads, as one server of each of the others does."""

    name, leaders = "Catena", 1


class CatenaThreeOs(Catena):
    name, nodes, durability = "Catena, os", 3, "os"


class CatenaThreeOneLeads(CatenaThreeOs):
    """The first node, which the Java client asks, leads everything."""

    name, leaders = "Catena, os, one leader", 1


class CatenaThreeAlways(Catena):
    name, nodes, durability = "Catena, always", 3, "always"


class Redis(Server):
    """redis-server without persistence."""

    name, programs, persistence = "redis-server", ["redis-server", "redis-benchmark"], ["--appendonly", "no"]

    def start(self):
        self.start_one(0)

    def start_one(self, place, *flags):
        directory = os.path.join(self.directory, str(place))
        os.makedirs(directory)
        self.run(f"redis-{place}", "redis-server", "--port", str(self.base + 700 + place), "--bind", "127.0.0.1", "--save", "", "--dir", directory, *self.persistence, *flags)
        self.await_started("it answers", lambda: ask(self.base + 700 + place, b"PING\r\n") == b"+PONG\r\n")

    def ports(self):
        return [self.base + 700]

    def info(self, section, place=0):
        with socket.create_connection(("127.0.0.1", self.base + 700 + place), 10) as connection:
            connection.sendall(f"INFO {section}\r\n".encode())
            return connection.recv(65536)


class RedisAlways(Redis):
    name, persistence = "redis-server, appendfsync always", ["--appendonly", "yes", "--appendfsync", "always"]


class RedisWait(Redis):
    """A primary with two replicas, each of which syncs its file; writes wait for both."""

    name, persistence, protocol = "Redis with WAIT 2", RedisAlways.persistence, "RedisWait"

    def start(self):
        self.start_one(0, "--repl-diskless-sync-delay", "0")
        for place in (1, 2):
            self.start_one(place, "--replicaof", "127.0.0.1", str(self.base + 700))
        for place in (1, 2):
            self.await_started("replicas follow", lambda place=place: b"master_link_status:up" in self.info("replication", place))


class Etcd(Server):
    """Three servers with everything as it comes."""

    name, programs, protocol = "etcd", ["etcd"], "Etcd"

    def start(self):
        def url(port):
            return f"http://127.0.0.1:{port}"
        cluster = ",".join(f"e{place}={url(self.base + 730 + place)}" for place in range(3))
        for place in range(3):
            peer, client = url(self.base + 730 + place), url(self.base + 720 + place)
            self.run(
                f"etcd-{place}", "etcd", "--name", f"e{place}", "--data-dir", os.path.join(self.directory, f"data-{place}"), "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--listen-client-urls", client, "--advertise-client-urls", client, "--initial-cluster", cluster, "--initial-cluster-state", "new", "--logger", "zap", "--log-level", "error")
        self.await_started("it has a leader", lambda: len(self.ports()) == 3)

    def ports(self):
        """The leader's first: one client is served best there."""
        def leads(port):
            status = json.loads(fetch(port, "/v3/maintenance/status", b"{}"))
            return status["leader"] == status["header"]["member_id"]
        ports = sorted((self.base + 720 + place for place in range(3)), key=lambda port: not leads(port))
        return ports if leads(ports[0]) else []


class ZooKeeper(Server):
    """Three servers of Debian's package with everything as it comes, and Java as it comes but for the size of its heap."""

    name, programs, protocol = "ZooKeeper", ["java"], "ZooKeeper"

    @classmethod
    def missing(cls):
        return super().missing() + [jar for jar in ZOOKEEPER_JARS if not os.path.exists(jar)]

    def start(self):
        members = "\n".join(f"server.{place + 1}=127.0.0.1:{self.base + 750 + place}:{self.base + 760 + place}" for place in range(3))
        for place in range(3):
            data = os.path.join(self.directory, f"data-{place}")
            os.makedirs(data)
            with open(os.path.join(data, "myid"), "w", encoding="ascii") as file:
                file.write(str(place + 1))
            settings = os.path.join(self.directory, f"server-{place}.cfg")
            with open(settings, "w", encoding="ascii") as file:
                file.write(f"tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir={data}\nclientPort={self.base + 740 + place}\nclientPortAddress=127.0.0.1\n"
                           f"admin.enableServer=false\nmaxClientCnxns=0\n{members}\n")
            self.run(f"zookeeper-{place}", "java", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", ":".join(ZOOKEEPER_JARS),
                     "org.apache.zookeeper.server.quorum.QuorumPeerMain", settings)
        self.await_started("it has a leader", lambda: len(self.ports()) == 3)

    def ports(self):
        """The leader's first: one client is served best there."""
        modes = {}
        for place in range(3):
            for line in ask(self.base + 740 + place, b"srvr").decode().splitlines():
                if line.startswith("Mode: "):
                    modes[self.base + 740 + place] = line[6:]
        return sorted(modes, key=lambda port: modes[port] != "leader") if "leader" in modes.values() else []


class JavaMaps(Server):
    """Two nodes in Java that keep a hash map in memory; the first sends each write on to the second before it answers (java/HashMapServer.java)."""

    name, programs, way, offset = "hash maps, a thread a connection", ["java", "javac", "thrift"], "threads", 770

    def __init__(self, base, directory, classes):
        super().__init__(base, directory)
        self.classes = classes

    def start(self):
        first = self.base + self.offset
        for port, words in ((first + 1, []), (first, [str(first + 1)])):
            self.run(f"maps-{port}", "java", "-cp", ":".join([self.classes, *THRIFT_JARS]), "HashMapServer", self.way, str(port), *words)
            self.await_started("it listens", lambda port=port: socket.create_connection(("127.0.0.1", port), 1).close() is None)

    def thrift_port(self):
        return self.base + self.offset


class JavaSelectors(JavaMaps):
    """The same behind Thrift's server with selectors and a pool of threads."""

    name, way, offset = "hash maps, selectors", "selectors", 780
