"""How long reads take while a server is at work on its files: checkpoints, compaction and backups here, BGSAVE there."""
import contextlib
import os
import shutil
import threading
import time

import loads
import servers
from group import Group
from report import cell, middle, ratio, table

CONNECTIONS, KEYS, VALUE = 50, 1_000_000, 100
WRITES, LEAD, BURST = 5_000, 2, 2
REST, WORK = "at rest", "at work on files"


class CatenaAtWork(servers.CatenaOs):
    """A node that makes checkpoints as soon as they are due, and is backed up again and again."""

    flags = ["--", "--checkpoint-after", "8MiB", "--compact-below", "90"]
    COUNTED = ("catena_checkpoints_total", "catena_compacted_bytes_total")

    def counts(self):
        metrics = self.metrics()
        return [metrics[name] for name in self.COUNTED]

    def write_files_once(self):
        into = os.path.join(self.directory, "backup")
        loads.tool(servers.CATENA, "backup", into, "--base-port", str(self.base))
        shutil.rmtree(into)

    def told(self, times, before):
        checkpoints, compacted = (after - sooner for after, sooner in zip(self.counts(), before))
        return f"{times} backups, {checkpoints:.0f} rounds of checkpoints, {compacted / 2**20:.0f} MiB compacted"


class RedisAtWork(servers.Redis):
    """A redis-server that saves a snapshot, and then the next."""

    def counts(self):
        return []

    def write_files_once(self):
        port = self.ports()[0]
        started = servers.ask(port, b"BGSAVE\r\n")
        if not started.startswith(b"+Background"):
            raise loads.LoadFailed(f"BGSAVE: {started!r}")
        servers.await_true("the snapshot is saved", lambda: b"rdb_bgsave_in_progress:0" in self.info("persistence"))

    def told(self, times, _):
        return f"{times} snapshots"


class Tail(Group):
    """Reads in an open loop, at half of what the slower of both answers at most beside that work, so that who is late is late for all who were due."""

    name, peers = "tail", [RedisAtWork, CatenaAtWork]
    title = "Reads at half of saturation, while a node makes checkpoints, compacts and is backed up, beside redis-server during BGSAVE"

    def measure(self):
        self.most = {}
        super().measure()

    def prepare(self, server):
        self.bench(server, 1, "--reads", "0", "--fill", "--pipeline", "16")
        with self.work(server):
            self.most[server.name] = self.bench(server, self.options.seconds, "--reads", "100")["throughput"]

    def rows(self):
        return [REST, WORK]

    def load(self, server, row):
        rate = min(self.most.values()) / 2
        with (self.work(server) if row == WORK else contextlib.nullcontext([0])) as times:
            before = server.counts()
            result = self.bench(server, self.options.seconds, "--reads", "100", "--rate", f"{rate:.0f}")
            work = server.told(times[0], before)
        return {**{name: result["reads"][name] for name in ("p50Ms", "p99Ms", "p999Ms", "longestMs")}, "rate": rate, "throughput": result["throughput"], "operations": result["operations"],
                "errors": result["errors"], "work": work}

    @contextlib.contextmanager
    def work(self, server):
        """Has a server write its files, again and again, beside a steady load of writes."""
        over, times, failures = threading.Event(), [0], []

        # As much journal as the last checkpoints were long, so that the next begin.
        self.bench(server, BURST, "--reads", "0", "--pipeline", "64")

        def write_files():
            while not over.is_set():
                server.write_files_once()
                times[0] += 1

        def write_keys():
            self.bench(server, self.options.seconds + LEAD, "--reads", "0", "--rate", str(WRITES))

        def noted(work):
            try:
                work()
            except (loads.LoadFailed, RuntimeError, OSError) as failure:
                failures.append(failure)
        works = [threading.Thread(target=noted, args=[work]) for work in (write_files, write_keys)]
        for work in works:
            work.start()
        time.sleep(LEAD)
        try:
            yield times
        finally:
            over.set()
            for work in works:
                work.join()
        if failures:
            raise loads.LoadFailed(str(failures[0]))

    def short(self, result):
        return f"{result['rate']:,.0f} a second, p99.9 {result['p999Ms']:.2f} ms, longest {result['longestMs']:.1f} ms; {result['work']}"

    def text(self):
        redis, catena = self.peers
        lines = []
        for row in self.rows():
            theirs, mine = self.of(redis, row), self.of(catena, row)
            both = [" / ".join(f"{middle(rounds, name):.2f}" for name in ("p50Ms", "p99Ms", "p999Ms", "longestMs")) if rounds else "" for rounds in (theirs, mine)]
            lines.append([row, cell(mine), *both, ratio(mine, theirs, "p999Ms")])
        works = "; ".join(f"{kind.name}: {list(self.of(kind, WORK).values())[-1]['work']}" for kind in self.peers if self.of(kind, WORK))
        return (f"A million keys with values of {VALUE} bytes, {CONNECTIONS} connections without pipelining, an open loop; beside the work on files {WRITES:,} writes a second. Values of that length stand in the index, so that compaction finds segments empty and has nothing to copy; checkpoints come when as much journal has been written as the last ones were long, and {BURST} s of writes at full speed before each load see to that (a round counts where it ends). In the last round: {works}.\n\n"
                + table(["server", "reads a second", f"p50 / p99 / p99.9 / longest ms: {redis.name}", catena.name, "ratio of p99.9"], lines))

    @staticmethod
    def bench(server, seconds, *words):
        return loads.catena_bench(server, "--keys", str(KEYS), "--value-size", str(VALUE), "--connections", str(CONNECTIONS), "--seconds", f"{seconds:g}s", *words)
