#!/usr/bin/env python3
"""Measures what apportioned reads are worth: a chain of three nodes whose tail alone answers reads, beside one of which every member does.

    eng/compare/apportioned.py [--rounds 5] [--seconds 5] [--share 0.2] [--threads 24] [--base-port 26000] [--json FILE]

Two clusters of three nodes started by `catena up`, in turn under the same load of `catena bench`: reads alone, and 95 reads to 5 writes; of keys of one partition, and of keys all over 16.
Every node may use the same share of one core and no more (the CPU controller of Linux's control groups, with a period of 10 ms; needs root), so that what a node has to do is what counts, and not
what a machine with few cores leaves it. Clients are spread over the nodes evenly; a node that cannot answer a read sends it on. For one partition a third row has all clients at the tail,
where clients would go that know the places. Prints a table in Markdown: medians of the rounds, the medians of the rounds' ratios, and how much CPU nodes and clients used.
"""
import argparse
import binascii
import contextlib
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from cluster import CATENA, build

PARTITIONS = 16
PERIOD = 10_000
HOT, UNIFORM = "one partition", "all partitions"
PREFIXES = {HOT: "{hot}-", UNIFORM: "key-"}
KEYS = 1000


class ControlGroup:
    """A group of processes that share a limited part of one core."""

    CPU = "/sys/fs/cgroup/cpu"
    UNIFIED = "/sys/fs/cgroup"

    def __init__(self, name, share):
        self.is_old = os.path.exists(os.path.join(self.CPU, "cpu.cfs_quota_us"))
        self.path = os.path.join(self.CPU if self.is_old else self.UNIFIED, name)
        os.mkdir(self.path)
        quota = int(PERIOD * share)
        if self.is_old:
            self._write("cpu.cfs_period_us", PERIOD)
            self._write("cpu.cfs_quota_us", quota)
        else:
            self._write("cpu.max", f"{quota} {PERIOD}")

    def add(self, pid):
        self._write("cgroup.procs", pid)

    def remove(self):
        os.rmdir(self.path)

    def _write(self, name, value):
        with open(os.path.join(self.path, name), "w", encoding="ascii") as file:
            file.write(str(value))


def seconds_of(pid):
    """The CPU time that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Chain:
    """A cluster of three nodes on this machine, each limited to a share of one core once it serves."""

    def __init__(self, mode, base, options):
        self.mode, self.base, self.options = mode, base, options
        self.directory = tempfile.mkdtemp(prefix="catena-apportioned-")
        self.groups = []
        self.pids = []

    def __enter__(self):
        log = os.path.join(self.directory, "log")
        with open(log, "w", encoding="utf-8") as output:
            self.up = subprocess.Popen(
                [CATENA, "up", "--mode", self.mode, "--partitions", str(PARTITIONS), "--data", os.path.join(self.directory, "data"), "--base-port", str(self.base)],
                stdout=output, stderr=output)
        try:
            self.await_true("it is ready", lambda: "\nready\n" in open(log, encoding="utf-8").read())
            for prefix in PREFIXES.values():
                self.bench(prefix, 95, self.nodes(), 3, "--fill")
            self.pids = [node["pid"] for node in self.status()["nodes"]]
            for number, pid in enumerate(self.pids):
                self.groups.append(ControlGroup(f"catena-{os.getpid()}-{self.base}-{number}", self.options.share))
                self.groups[-1].add(pid)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.up.terminate()
        self.up.wait(120)
        for group in self.groups:
            # Its last process is gone when its parent has ended, but the kernel may take a moment.
            self.await_true("control groups are empty", lambda: removed(group))
        shutil.rmtree(self.directory)

    def status(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.base + 301}/status", timeout=10) as answer:
            return json.load(answer)

    def nodes(self):
        return [f"127.0.0.1:{self.base + 101 + number}" for number in range(3)]

    def tail(self):
        """The address of the tail of the partition that all of the hot keys are in."""
        view = self.status()
        partition = view["partitions"][binascii.crc_hqx(b"hot", 0) % 16384 * PARTITIONS // 16384]
        return [next(node["addresses"]["redis"] for node in view["nodes"] if node["id"] == partition["members"][-1])]

    def epochs(self):
        return [(one["epoch"], len(one["members"])) for one in self.status()["partitions"]]

    def bench(self, prefix, reads, nodes, seconds, *flags):
        output = subprocess.run(
            [CATENA, "bench", *(word for node in nodes for word in ("--node", node)), "--json", "--keys", str(KEYS), "--key-prefix", prefix, "--reads", str(reads),
             "--threads", str(self.options.threads), "--seconds", f"{seconds}s", *flags], capture_output=True, text=True, check=True)
        return json.loads(output.stdout)

    def measure(self, keys, reads, nodes):
        before, clients, epochs, begun = [seconds_of(pid) for pid in self.pids], children(), self.epochs(), time.monotonic()
        result = self.bench(PREFIXES[keys], reads, nodes, self.options.seconds)
        elapsed = time.monotonic() - begun
        if self.epochs() != epochs:
            print(f"(a configuration changed meanwhile: {self.mode}, {keys}, {reads} % reads)", flush=True)
        return {
            "throughput": result["throughput"], "p99": result["reads"]["p99Ms"],
            "nodes": sorted((seconds_of(pid) - earlier) / elapsed for pid, earlier in zip(self.pids, before)), "clients": (children() - clients) / elapsed,
        }

    @staticmethod
    def await_true(what, condition, seconds=120):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                sys.exit(f"after {seconds} s it is still not so that {what}")
            time.sleep(0.05)


def removed(group):
    try:
        group.remove()
        return True
    except OSError:
        return False


def children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def report(results):
    print("\n| keys | reads % | who answers | operations a second | reads p99 ms | apportioned to this | CPU of the nodes | CPU of the clients |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for (keys, reads), rows in results.items():
        best = rows["apportioned"]
        for name, rounds in rows.items():
            def middle(field):
                return statistics.median(one[field] for one in rounds)
            ratio = statistics.median(one["throughput"] / other["throughput"] for one, other in zip(best, rounds))
            used = " ".join(f"{statistics.median(one['nodes'][place] for one in rounds):.2f}" for place in range(3))
            print(f"| {keys} | {reads} | {name} | {middle('throughput'):,.0f} | {middle('p99'):.1f} | {'' if rounds is best else f'{ratio:.2f}'} | {used} | {middle('clients'):.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--share", type=float, default=0.2, help="of one core, for each node")
    parser.add_argument("--threads", type=int, default=24)
    parser.add_argument("--base-port", type=int, default=26000)
    parser.add_argument("--json", help="where the figures of every round go as well")
    options = parser.parse_args()
    # The clusters and their control groups go when this is ended in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    build()
    results = {(keys, reads): {} for keys in PREFIXES for reads in (100, 95)}
    with contextlib.ExitStack() as stack:
        tail_only = stack.enter_context(Chain("chain", options.base_port, options))
        apportioned = stack.enter_context(Chain("apportioned-chain", options.base_port + 1000, options))
        for number in range(1, options.rounds + 1):
            for (keys, reads), rows in results.items():
                turns = [("the tail, asked through every node", tail_only, tail_only.nodes())]
                if keys == HOT:
                    turns.append(("the tail, asked directly", tail_only, tail_only.tail()))
                turns.append(("apportioned", apportioned, apportioned.nodes()))
                for name, chain, nodes in turns:
                    one = chain.measure(keys, reads, nodes)
                    rows.setdefault(name, []).append(one)
                    print(f"round {number}: {keys}, {reads} % reads, {name}: {one['throughput']:,.0f} a second, p99 {one['p99']:.1f} ms", flush=True)
    report(results)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as output:
            json.dump([{"keys": keys, "reads": reads, "rows": rows} for (keys, reads), rows in results.items()], output, indent=1)


if __name__ == "__main__":
    main()
