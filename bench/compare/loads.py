"""The loads: redis-benchmark, the loader that speaks all protocols, and the client in Java; each tells operations a second, latencies, and the processor time of servers and loader."""
import json
import os
import resource
import socket
import subprocess
import time

from servers import CATENA, ROOT, THRIFT_JARS

LOADER = os.path.join(ROOT, "artifacts", "bin", "Catena.Compare", "release", "Catena.Compare")
CLIENTS, KEYS, VALUE = 50, 1_000_000, 100
FIRST_REQUESTS = 5_000
TICKS = os.sysconf("SC_CLK_TCK")
REST, REST_SHARE, LONGEST_REST = 0.2, 0.05, 10


class LoadFailed(RuntimeError):
    """A load ended with an error."""


def seconds_of(pids):
    """The processor time that some processes have used."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def seconds_at_rest(pids):
    """The processor time that they have used once they are at rest, since what a load leaves to be done is part of what it takes."""
    used, deadline = seconds_of(pids), time.monotonic() + LONGEST_REST
    while time.monotonic() < deadline:
        time.sleep(REST)
        before, used = used, seconds_of(pids)
        if used - before <= REST * REST_SHARE:
            break
    return used


def loader_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def tool(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadFailed(f"{os.path.basename(words[0])}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def catena_bench(server, *words):
    """`catena bench` through the Redis protocol, which also knows open loops and percentiles beyond 99."""
    return json.loads(tool(CATENA, "bench", *(f"--node=127.0.0.1:{port}" for port in server.ports()), *words, "--json"))


def fill_for_benchmark(port):
    """Writes all of the keys from which redis-benchmark draws."""
    value, batch = b"x" * VALUE, 1000
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        answers = connection.makefile("rb")
        for first in range(0, KEYS, batch):
            connection.sendall(b"".join(b"*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$%d\r\n%s\r\n" % (key, VALUE, value) for key in range(first, first + batch)))
            for _ in range(batch):
                answer = answers.readline()
                if answer != b"+OK\r\n":
                    raise LoadFailed(f"a key could not be written: {answer!r}")


class RedisBenchmark:
    """redis-benchmark, which counts requests and not time: how many there are to be follows from how many were answered a second the last time."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.rates = {}

    def measure(self, server, test, pipeline):
        place = (server.name, test, pipeline)
        if place not in self.rates:
            self.rates[place] = self.once(server, test, pipeline, FIRST_REQUESTS * pipeline)["throughput"]
        pids = server.pids()
        before = seconds_of(pids)
        result = self.once(server, test, pipeline, max(FIRST_REQUESTS, int(self.rates[place] * self.seconds)))
        result["serverSeconds"] = seconds_at_rest(pids) - before
        self.rates[place] = result["throughput"]
        return result

    @staticmethod
    def once(server, test, pipeline, requests):
        loader = loader_seconds()
        printed = tool("redis-benchmark", "-p", str(server.ports()[0]), "-t", test, "-n", str(requests), "-r", str(KEYS), "-d", str(VALUE), "-c", str(CLIENTS), "-P", str(pipeline), "--csv")
        # "test","rps","avg","min","p50","p95","p99","max"
        figures = [float(text.strip('"')) for text in printed.strip().splitlines()[-1].split(",")[1:]]
        return {"throughput": figures[0], "p50Ms": figures[3], "p99Ms": figures[5], "operations": requests, "loaderSeconds": loader_seconds() - loader}


class Loader:
    """bench/Catena.Compare: one thread, many connections, whatever protocol."""

    def __init__(self, seconds, warm_up, keys):
        self.seconds, self.warm_up, self.keys = seconds, warm_up, keys

    def fill(self, server):
        protocol = "Redis" if server.protocol == "RedisWait" else server.protocol
        pipeline = 1 if protocol == "Etcd" else 4
        self.run(server, protocol, 64, pipeline, "--fill")

    def measure(self, server, operation, clients, pipeline):
        words = ["--seconds", str(self.seconds), "--warm-up", str(self.warm_up), *(f"--pid={pid}" for pid in server.pids())]
        return self.run(server, server.protocol, clients, pipeline, *words, *(["--reads"] if operation == "read" else []))

    def run(self, server, protocol, clients, pipeline, *words):
        nodes = [f"--node=127.0.0.1:{port}" for port in server.ports()]
        return json.loads(tool(LOADER, "--protocol", protocol, *nodes, "--clients", str(clients), "--pipeline", str(pipeline),
                               "--keys", str(self.keys), "--value-size", str(VALUE), *words))


class JavaClient:
    """A client of Apache's libthrift with threads of which each has a connection of its own (java/ThriftLoad.java)."""

    THREADS = 8

    def __init__(self, classes, seconds, warm_up):
        self.classes, self.seconds, self.warm_up = classes, seconds, warm_up

    def measure(self, server, keys):
        printed = tool("java", "-cp", ":".join([self.classes, *THRIFT_JARS]), "ThriftLoad", str(server.thrift_port()), str(self.THREADS), str(keys), str(self.warm_up), str(self.seconds))
        return json.loads(printed)


def compile_java(directory):
    """Compiles client and server, and what Thrift's compiler makes of idl/catena.thrift."""
    os.makedirs(directory)
    tool("thrift", "--gen", "java:generated_annotations=suppress", "-out", directory, os.path.join(ROOT, "idl", "catena.thrift"))
    sources = os.path.join(os.path.dirname(os.path.abspath(__file__)), "java")
    files = [os.path.join(folder, file) for folder in (directory, sources) for file in os.listdir(folder) if file.endswith(".java")]
    tool("javac", "-nowarn", "-cp", ":".join(THRIFT_JARS), "-d", directory, *files)
    return directory
