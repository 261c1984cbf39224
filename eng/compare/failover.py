#!/usr/bin/env python3
"""Measures how long writes and reads stand still when a node fails, by the place it has in the partitions that are used.

    eng/compare/failover.py all [--fault kill] [--rounds 20] [--json FILE]
    eng/compare/failover.py --mode chain --role tail --fault cut [--rounds 20]

Three nodes and a coordinator on hosts of their own (network namespaces; needs root), 16 partitions of three replicas, everything else as it comes. In each round
a node fails: it is killed with -9, halted with SIGSTOP, or cut off from the other nodes and the coordinator. The partitions in which it has the place that is asked for
are written and read through the two other nodes all the time, the rest ten times more seldom. A client tries again on another connection when it has waited
100 ms for an answer; the late answer counts when it comes. A round's figure is the longest time without an acknowledged write, or an answered read, of the partition for
which that was longest. `all` runs every place, and every fault if none is given. Prints a table in Markdown.
"""
import argparse
import binascii
import itertools
import json
import selectors
import signal
import socket
import statistics
import sys
import threading
import time

from cluster import COORDINATOR_HOST, REDIS, Cluster, run_inside

ROLES = {"primary": 0, "backup": 1, "head": 0, "middle": 1, "tail": 2}
CELLS = [("primary-backup", "primary"), ("chain", "head"), ("chain", "middle"), ("chain", "tail")]
FAULTS = ("kill", "pause", "cut")
PARTITIONS = 16
BUSY_PAUSE, OTHER_PAUSE = 0.004, 0.04
PATIENCE = 0.1
WARM_ANSWERS = 30
# How long a fault lasts, in seconds, where nothing stands still any more by then: well over the silence after which a node is suspected.
SHORTEST = {"kill": 1.0, "pause": 1.6, "cut": 1.6}
LONGEST = 20.0


def key_of(partition):
    """A key of a partition: the slot, CRC16-XMODEM modulo 16384, lies in the partition's equal share."""
    return next(key for key in map("failover-{}".format, itertools.count())
                if binascii.crc_hqx(key.encode(), 0) % 16384 * PARTITIONS // 16384 == partition)


KEYS = [key_of(partition) for partition in range(PARTITIONS)]


def encode(*words):
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in words)


class Stream:
    """One client that writes or reads one key through one node, and notes when it was answered."""

    def __init__(self, selector, address, words, good, pause):
        self.selector, self.address, self.words, self.good, self.pause = selector, address, words, good, pause
        self.answers, self.refused, self.count = [], 0, 0
        self.idle, self.current, self.sent, self.due = [], None, 0.0, 0.0

    def tick(self, now):
        if self.current is not None and now - self.sent > PATIENCE:
            self.current = None
            self.due = now
        if self.current is None and now >= self.due:
            self.current = self.idle.pop() if self.idle else self.connect()
            self.sent = now
            self.count += 1
            self.current.sendall(encode(*self.words, *([str(self.count)] if self.words[0] == "SET" else [])))

    def connect(self):
        connection = socket.create_connection(self.address, timeout=5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(connection, selectors.EVENT_READ, self)
        return connection

    def answered(self, connection):
        reply = connection.recv(4096)
        now = time.monotonic()
        if not reply:
            raise ConnectionError(f"{self.address} closed a connection")
        if reply.startswith(self.good):
            self.answers.append(now)
        else:
            self.refused += 1
        self.idle.append(connection)
        if connection is self.current:
            self.current = None
            self.due = now + self.pause

    def longest_gap(self, begin, end):
        times = [*self.answers, end]
        return max((later - earlier for earlier, later in zip(times, times[1:]) if later > begin), default=float("inf"))


class Load(threading.Thread):
    """All clients, in one thread."""

    def __init__(self, network, through, busy):
        super().__init__(daemon=True)
        self.selector = selectors.DefaultSelector()
        self.streams = {}
        for partition, key in enumerate(KEYS):
            pause = BUSY_PAUSE if partition in busy else OTHER_PAUSE
            for number, (words, good) in enumerate(((("SET", key), b"+OK"), (("GET", key), b"$"))):
                address = (network.address(through[(partition + number) % len(through)]), REDIS)
                self.streams[partition, words[0]] = Stream(self.selector, address, words, good, pause)
        self.running = True
        self.failure = None

    def run(self):
        try:
            while self.running:
                now = time.monotonic()
                for stream in self.streams.values():
                    stream.tick(now)
                for key, _ in self.selector.select(0.001):
                    key.data.answered(key.fileobj)
        except OSError as error:
            self.failure = error
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.join()

    def await_true(self, condition, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not condition():
            if self.failure:
                sys.exit(f"the load ended: {self.failure}")
            time.sleep(0.02)


def strike(cluster, victim, fault):
    """Does it, and returns what undoes it."""
    network = cluster.network
    if fault == "kill":
        cluster.kill(victim)
        return lambda: cluster.start(victim)
    if fault == "pause":
        process = cluster.processes[victim]
        process.send_signal(signal.SIGSTOP)
        return lambda: process.send_signal(signal.SIGCONT)
    far = [host for host in (*network.nodes, COORDINATOR_HOST) if host != victim]
    for host in far:
        network.lose(victim, host)
    return lambda: [network.mend(victim, host) for host in far]


def one_round(cluster, role, fault, number):
    cluster.await_whole()
    nodes = cluster.network.nodes
    members = cluster.members(nodes[0])
    for victim in nodes[number % len(nodes):] + nodes[:number % len(nodes)]:
        busy = {partition for partition, chain in members.items() if chain[ROLES[role]] == victim}
        if busy:
            break
    survivors = [node for node in nodes if node != victim]
    with Load(cluster.network, survivors, busy) as load:
        streams = {what: [load.streams[partition, what] for partition in busy] for what in ("SET", "GET")}
        both = streams["SET"] + streams["GET"]
        load.await_true(lambda: all(len(stream.answers) > WARM_ANSWERS for stream in both), 60)
        begin = time.monotonic()
        undo = strike(cluster, victim, fault)
        try:
            load.await_true(lambda: time.monotonic() > begin + SHORTEST[fault] and all(stream.answers[-1] > time.monotonic() - PATIENCE for stream in both), LONGEST)
            end = time.monotonic()
        finally:
            undo()
    gaps = {what: max(stream.longest_gap(begin, end) for stream in streams[what]) * 1000 for what in streams}
    refused = sum(stream.refused for stream in both)
    print(f"{cluster.mode} {role} {fault} {number}: {victim} in {len(busy)} partitions: no write for {gaps['SET']:.0f} ms, no read for {gaps['GET']:.0f} ms, "
          f"{refused} refused", flush=True)
    return {"writes": gaps["SET"], "reads": gaps["GET"]}


def cell(network, mode, role, fault, rounds):
    # Who was suspected and comes back is given twice the time before it is suspected again, for a minute: where nodes come back, each fails once in a cluster's life.
    lives = rounds if fault == "kill" else len(network.nodes)
    results = []
    while len(results) < rounds:
        with Cluster(network, mode, PARTITIONS) as cluster:
            first = len(results) + 1
            results += [one_round(cluster, role, fault, number) for number in range(first, min(first + lives, rounds + 1))]
    return results


def report(cells):
    print("\n| mode | place of the node | fault | rounds | no write: median / worst ms | no read: median / worst ms |\n| --- | --- | --- | --- | --- | --- |")
    for (mode, role, fault), rounds in cells.items():
        def summary(what):
            return f"{statistics.median(one[what] for one in rounds):.0f} / {max(one[what] for one in rounds):.0f}"
        print(f"| {mode} | {role} | {fault} | {len(rounds)} | {summary('writes')} | {summary('reads')} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["all"])
    parser.add_argument("--mode", choices=["primary-backup", "chain", "apportioned-chain"], default="primary-backup")
    parser.add_argument("--role", choices=ROLES, default="primary")
    parser.add_argument("--fault", choices=FAULTS, help="kill, where a single place is measured")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", help="where the figures of every round go as well")
    options = parser.parse_args()
    if (options.role in ("primary", "backup")) != (options.mode == "primary-backup"):
        parser.error(f"there is no {options.role} in the mode {options.mode}")
    if options.what:
        wanted = [(mode, role, fault) for fault in ([options.fault] if options.fault else FAULTS) for mode, role in CELLS]
    else:
        wanted = [(options.mode, options.role, options.fault or "kill")]

    def measure(network):
        cells = {}
        for one in wanted:
            cells[one] = cell(network, *one, options.rounds)
            if options.json:
                with open(options.json, "w", encoding="utf-8") as output:
                    json.dump([{"mode": mode, "role": role, "fault": fault, "rounds": rounds} for (mode, role, fault), rounds in cells.items()], output, indent=1)
        report(cells)

    run_inside(3, measure)


if __name__ == "__main__":
    main()
