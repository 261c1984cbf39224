#!/usr/bin/env python3
"""Measures how long writes to one key stand still when the node that leads it is killed with -9.

    eng/compare/failover.py [kills=20] [base port=24000]

Starts three nodes by `catena up`, writes to one key through another node as fast as answers come, with a background load on all keys,
kills the key's first member, and takes the longest time between two acknowledged writes. Prints each figure, the median and the worst.
"""
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
BASE = int(sys.argv[2]) if len(sys.argv) > 2 else 24000
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CATENA = os.path.join(ROOT, "catena")
KEY = "busy"


def status(node):
    with urllib.request.urlopen(f"http://127.0.0.1:{BASE + 300 + node}/status", timeout=5) as answer:
        return json.load(answer)


def command(*words):
    encoded = [word.encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


def ask(port, *words):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(command(*words))
        return connection.recv(4096).decode()


class Writer(threading.Thread):
    """Writes one key through one node, and notes when writes were acknowledged."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.port = BASE + 100 + node
        self.acknowledged = []
        self.other = 0
        self.running = True

    def run(self):
        number = 0
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            while self.running:
                number += 1
                connection.sendall(command("SET", KEY, str(number)))
                if connection.recv(4096).startswith(b"+OK"):
                    self.acknowledged.append(time.monotonic())
                else:
                    self.other += 1

    def longest_gap(self):
        times = self.acknowledged
        return max((later - earlier for earlier, later in zip(times, times[1:])), default=float("inf"))


def healed(node):
    try:
        view = status(node)
    except OSError:
        return False
    return all(len(p["members"]) == 3 and not p["learners"] for p in view["partitions"])


def await_true(what, condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"after {seconds} s it is still not so that {what}")
        time.sleep(0.1)


def main():
    data = tempfile.mkdtemp(prefix="catena-failover-")
    log = data + ".log"
    with open(log, "a", encoding="utf-8") as output:
        cluster = subprocess.Popen([CATENA, "up", "--data", data, "--base-port", str(BASE)], stdout=output, stderr=output)
    try:
        await_true("the cluster is ready", lambda: "\nready\n" in open(log, encoding="utf-8").read())
        slot = int(ask(BASE + 101, "CLUSTER", "KEYSLOT", KEY)[1:])
        load = subprocess.Popen(
            [CATENA, "bench", "--base-port", str(BASE), "--threads", "8", "--seconds", "3600s", "--reads", "50"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        gaps = []
        for kill in range(1, KILLS + 1):
            survivors = [n for n in (1, 2, 3)]
            await_true("every partition has three members", lambda: healed(1) and healed(2) and healed(3))
            view = status(1)
            led = next(p for p in view["partitions"] if int(p["slots"].split("-")[0]) <= slot <= int(p["slots"].split("-")[1]))
            first = next(n for n in view["nodes"] if n["id"] == led["members"][0])
            victim = int(re.search(r"\d+$", first["name"]).group())
            survivors.remove(victim)
            writer = Writer(survivors[0])
            writer.start()
            await_true("the writer writes", lambda: len(writer.acknowledged) > 200, 60)
            os.kill(first["pid"], signal.SIGKILL)
            time.sleep(3)
            writer.running = False
            writer.join(10)
            gaps.append(writer.longest_gap() * 1000)
            print(f"kill {kill}: {gaps[-1]:.0f} ms, {writer.other} writes not acknowledged", flush=True)
        load.terminate()
        print(f"median {statistics.median(gaps):.0f} ms, worst {max(gaps):.0f} ms of {len(gaps)} kills")
    finally:
        cluster.terminate()
        cluster.wait(60)


if __name__ == "__main__":
    main()
