"""What is compared: groups of rows, each with its servers, its loads and its table."""
import os
import statistics
import time

import loads
import servers
from group import Group, say
from report import NONE, cell, latency, micros, ratio, table
from tail import Tail


class Single(Group):
    """One node beside one redis-server, under redis-benchmark."""

    tests = ("get", "set")

    def __init__(self, options, directory):
        super().__init__(options, directory)
        self.benchmark = loads.RedisBenchmark(options.seconds)

    def rows(self):
        return [f"{test} {pipeline}" for test in self.tests for pipeline in (1, 16, 64)]

    def prepare(self, server):
        loads.fill_for_benchmark(server.ports()[0])
        for row in self.rows():
            # The first round would otherwise pay for what is compiled while it runs.
            self.load(server, row)

    def load(self, server, row):
        test, pipeline = row.split()
        return self.benchmark.measure(server, test, int(pipeline))

    def text(self):
        peer, catena = self.peers
        lines = []
        for row in self.rows():
            test, pipeline = row.split()
            theirs, mine = self.of(peer, row), self.of(catena, row)
            lines.append([test.upper(), pipeline, cell(theirs), cell(mine), ratio(mine, theirs), latency(theirs), latency(mine),
                          micros(theirs, "serverSeconds"), micros(mine, "serverSeconds"), micros(mine, "loaderSeconds")])
        return table(["", "pipeline", peer.name, catena.name, "ratio", f"p50 / p99 ms: {peer.name}", "Catena", f"processor time an operation, µs: {peer.name}", "Catena", "redis-benchmark"], lines)


class SingleOs(Single):
    name, peers = "single-os", [servers.Redis, servers.CatenaOs]
    title = "One node, durability `os`, beside redis-server without persistence"


class SingleAlways(Single):
    name, peers, tests = "single-always", [servers.RedisAlways, servers.CatenaAlways], ("set",)
    title = "One node, every write synced before its reply, beside redis-server with `appendfsync always`"


class Clusters(Group):
    """Three nodes of which all have synced a write before its reply, beside others' three."""

    name, peers = "cluster", [servers.CatenaOneLeads, servers.Etcd, servers.ZooKeeper, servers.RedisWait]
    title = "Three nodes of which one leads, every write synced on all three before its reply, beside etcd, ZooKeeper and Redis with WAIT"
    pipelined = "write 50 16"

    def __init__(self, options, directory):
        super().__init__(options, directory)
        self.loader = loads.Loader(options.seconds, options.warm_up, options.cluster_keys)

    def rows(self):
        return [f"{operation} {clients} 1" for operation in ("write", "read") for clients in (1, 16, 64, 256)] + [self.pipelined]

    def has(self, server, row):
        if isinstance(server, servers.RedisWait):
            return row.startswith("write")
        return row != self.pipelined or isinstance(server, servers.CatenaOneLeads)

    def prepare(self, server):
        self.loader.fill(server)

    def load(self, server, row):
        operation, clients, pipeline = row.split()
        return self.loader.measure(server, operation, int(clients), int(pipeline))

    def text(self):
        seen = self.seen()
        catena, others = servers.CatenaOneLeads, [kind for kind in seen if kind is not servers.CatenaOneLeads]
        rates, times, costs = [], [], []
        for row in self.rows():
            operation, clients, pipeline = row.split()
            head, mine = [operation + (f", pipeline {pipeline}" if pipeline != "1" else ""), clients], self.of(catena, row)
            rates.append(head + [cell(mine)] + [text for kind in others for text in (cell(self.of(kind, row)), ratio(mine, self.of(kind, row)))])
            times.append(head + [latency(self.of(kind, row)) for kind in seen])
            costs.append(head + [micros(self.of(kind, row), "serverSeconds") + " / " + micros(self.of(kind, row), "loaderSeconds") if self.of(kind, row) else NONE for kind in seen])
        return "\n\n".join([
            "Operations a second; the ratio is Catena to this.",
            table(["", "clients", catena.name] + [text for kind in others for text in (kind.name, "ratio")], rates),
            "Latency, p50 / p99 in ms.",
            table(["", "clients"] + [kind.name for kind in seen], times),
            "Processor time an operation in µs, of all three servers / of the loader.",
            table(["", "clients"] + [kind.name for kind in seen], costs)])


class Allocation(Group):
    """What one node allocates for an operation."""

    name, peers = "allocation", [servers.CatenaOs]
    title = "Allocation and collections of one node, durability `os`"
    ALLOCATED, REST_SECONDS = "catena_allocated_bytes_total", 5

    def __init__(self, options, directory):
        super().__init__(options, directory)
        self.benchmark = loads.RedisBenchmark(options.seconds)

    def rows(self):
        return ["get 1", "set 1", "get 16", "set 16"]

    def prepare(self, server):
        loads.fill_for_benchmark(server.ports()[0])
        for row in self.rows():
            self.benchmark.measure(server, row.split()[0], int(row.split()[1]))
        time.sleep(self.REST_SECONDS)
        begun, before = time.monotonic(), server.metrics()[self.ALLOCATED]
        time.sleep(1)
        self.at_rest = (server.metrics()[self.ALLOCATED] - before) / (time.monotonic() - begun)

    def load(self, server, row):
        """Two runs, of which one is four times as long: what connections and asking for metrics allocate is in both, and drops out."""
        test, pipeline = row.split()
        requests = max(loads.FIRST_REQUESTS, int(self.benchmark.rates[(server.name, test, int(pipeline))] * self.options.seconds))
        marks = [server.metrics()]
        for count in (requests, 4 * requests):
            last = self.benchmark.once(server, test, int(pipeline), count)
            marks.append(server.metrics())
        short, long = ({name: later[name] - sooner[name] for name in later if name in sooner} for sooner, later in zip(marks, marks[1:]))
        return {
            "operations": last["operations"], "throughput": last["throughput"], "p99Ms": last["p99Ms"], "bytes": (long[self.ALLOCATED] - short[self.ALLOCATED]) / (3 * requests),
            "restBytes": self.at_rest / last["throughput"], "pauseMs": long["catena_gc_pause_seconds_total"] * 1000, "seconds": 4 * requests / last["throughput"],
            "collections": [long[name] for name in sorted(long) if name.startswith("catena_gc_collections_total{")]}

    def short(self, result):
        return f"{result['bytes']:.1f} bytes an operation, {result['pauseMs']:.1f} ms of pauses in {result['seconds']:.1f} s"

    def text(self):
        lines = []
        for row in self.rows():
            test, pipeline = row.split()
            rounds = list(self.of(servers.CatenaOs, row).values())
            if rounds:
                lines.append([test.upper(), pipeline, f"{statistics.median(one['bytes'] for one in rounds):.1f} ({min(one['bytes'] for one in rounds):.1f} to {max(one['bytes'] for one in rounds):.1f})",
                              f"{statistics.median(one['restBytes'] for one in rounds):.1f}",
                              f"{statistics.median(one['pauseMs'] / one['seconds'] for one in rounds):.2f}",
                              " / ".join(f"{statistics.median(one['collections'][generation] / one['seconds'] for one in rounds):.1f}" for generation in range(3))])
        return table(["", "pipeline", "bytes an operation", "as much at rest in that time", "pauses, ms a second", "collections a second, generation 0 / 1 / 2"], lines)


class Java(Group):
    """An unmodified client of Apache's libthrift in Java."""

    name, peers = "java", [servers.JavaMaps, servers.JavaSelectors, servers.CatenaThreeOs, servers.CatenaThreeOneLeads, servers.CatenaThreeAlways]
    title = "A client of Apache libthrift in Java: 8 threads, half puts and half gets, against one of three nodes"

    def measure(self):
        missing = servers.JavaMaps.missing() + [jar for jar in servers.THRIFT_JARS if not os.path.exists(jar)]
        if missing:
            say(f"{self.name}: is left out, since there is no {', '.join(missing)}")
            return
        classes = loads.compile_java(os.path.join(self.directory, "classes"))
        self.client = loads.JavaClient(classes, self.options.seconds, self.options.warm_up)
        super().measure()

    def make(self, kind):
        if issubclass(kind, servers.JavaMaps):
            return kind(self.options.base_port, self.directory, os.path.join(self.directory, "classes"))
        # The clusters are there at the same time.
        return kind(self.options.base_port + 1000 * self.peers[2:].index(kind), self.directory)

    def prepare(self, server):
        # Who is asked first would otherwise pay for what is compiled while it runs.
        self.client.measure(server, 1000)

    def rows(self):
        return ["1000", "1000000"]

    def load(self, server, row):
        return self.client.measure(server, int(row))

    def text(self):
        maps = self.peers[:2]
        lines = []
        for row in self.rows():
            for kind in self.peers:
                own = self.of(kind, row)
                lines.append([f"{int(row):,}", kind.name, cell(own), latency(own)] + [NONE if kind in maps else ratio(own, self.of(peer, row)) for peer in maps])
        return (
            "Catena's nodes lead a third of the keys each, and pass on what is asked for the others', or the one that is asked leads all (`catena up --leaders 1`); hash maps in memory are behind two of Thrift's servers.\n\n"
            + table(["keys", "server", "operations a second", "p50 / p99 ms", "to threads", "to selectors"], lines))


GROUPS = [SingleOs, SingleAlways, Clusters, Allocation, Java, Tail]
