#!/usr/bin/python3
"""Measures the table service with a client that sends the length and the message apart, as its clients do: the time of each put and get, one after the other.

    eng/compare/table.py [--rounds 3] [--count 2000] [--base-port 28000] [--nodes 1,3] [--durability always]

For each number of nodes a cluster on this machine, started by `catena up`, with as many replicas. The client leaves Nagle's algorithm on, so that its second send waits until the first one is
acknowledged. What Python takes is part of the figures. Prints a table in Markdown: medians of rounds.
"""
import argparse
import shutil
import socket
import statistics
import struct
import subprocess
import tempfile
import time
import urllib.request

from cluster import CATENA, build


class Nodes:
    """A cluster on this machine."""

    def __init__(self, base, nodes, durability):
        self.directory = tempfile.mkdtemp(prefix="catena-table-")
        self.process = subprocess.Popen([CATENA, "up", "--data", self.directory, "--base-port", str(base), "--nodes", str(nodes), "--table", "--durability", durability],
                                        stdout=subprocess.DEVNULL, stdin=subprocess.PIPE)
        for _ in range(600):
            try:
                if all(urllib.request.urlopen(f"http://127.0.0.1:{base + 300 + node}/health/ready", timeout=2).status == 200 for node in range(1, nodes + 1)):
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("the cluster did not begin to serve")

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.directory, ignore_errors=True)


def field(number, value):
    """A field that holds fewer than 128 bytes."""
    return bytes([number << 3 | 2, len(value)]) + value


def put(key, value):
    entry = field(1, key) + field(2, value)
    return b"\x08\x0a\x10\x0a" + field(3, entry), b"\x08\x0b"


def get(key):
    return b"\x08\x14\x10\x14" + field(4, key), b"\x08\x15"


def exchange(connection, request, begins):
    """Microseconds of one operation."""
    begun = time.perf_counter()
    connection.send(struct.pack(">H", len(request)))
    connection.send(request)
    length, = struct.unpack(">h", connection.recv(2, socket.MSG_WAITALL))
    reply = connection.recv(length, socket.MSG_WAITALL)
    taken = (time.perf_counter() - begun) * 1e6
    if not reply.startswith(begins):
        raise SystemExit(f"an operation failed: {reply!r}")
    return taken


def measure(port, count):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        keys = [b"key-%d" % number for number in range(count)]
        return {"put": [exchange(connection, *put(key, b"value-12345")) for key in keys], "get": [exchange(connection, *get(key)) for key in keys]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--base-port", type=int, default=28000)
    parser.add_argument("--nodes", default="1,3")
    parser.add_argument("--durability", default="always")
    arguments = parser.parse_args()
    build()
    print("| nodes | operation | median ms | p99 ms | longest ms |\n| --- | --- | --- | --- | --- |")
    for nodes in map(int, arguments.nodes.split(",")):
        cluster = Nodes(arguments.base_port, nodes, arguments.durability)
        try:
            measure(arguments.base_port + 501, arguments.count)
            rounds = [measure(arguments.base_port + 501, arguments.count) for _ in range(arguments.rounds)]
        finally:
            cluster.stop()
        for operation in ("put", "get"):
            figures = [sorted(one[operation]) for one in rounds]
            median, high, longest = (statistics.median(pick(one) for one in figures) / 1000 for pick in (statistics.median, lambda one: one[len(one) * 99 // 100], max))
            print(f"| {nodes} | {operation} | {median:.3f} | {high:.3f} | {longest:.1f} |", flush=True)


if __name__ == "__main__":
    main()
