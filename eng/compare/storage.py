#!/usr/bin/env python3
"""Measures what one node's storage costs and how long it needs: load, memory, disk, restarts, overwriting, data beyond memory, latency beside maintenance.

    eng/compare/storage.py [load|overwrite|beyond|latency ...] [--keys N] [--values BYTES ...] [--base-port N] [--directory DIR]

load       --keys (20 million) of 16 bytes with 100-byte values: rate, memory, disk, restart after kill -9, restart after an orderly end
overwrite  a million keys written 50 times: disk beside live data, with values of --values (1000 and 100) bytes
beyond     twice as much data as --memory allows: rates of reads of hot and of cold keys
latency    percentiles with checkpoints, compaction and backups and without, in turn

Without a word all of them run, one after the other. Each starts a node of its own by `catena up` in a fresh directory. Prints lines of a Markdown list.
"""
import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CATENA = os.path.join(ROOT, "catena")


class Node:
    """A cluster of one node."""

    def __init__(self, options, *flags):
        self.base = options.base_port
        self.directory = tempfile.mkdtemp(prefix="catena-storage-", dir=options.directory)
        self.flags = flags
        self.up = None
        self.start()

    def start(self):
        """Starts it; returns the seconds until it answers a read."""
        begun = time.monotonic()
        self.up = subprocess.Popen(
            [CATENA, "up", "--nodes", "1", "--replicas", "1", "--data", self.directory, "--base-port", str(self.base), "--", *self.flags],
            stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        self.await_answer()
        return time.monotonic() - begun

    def await_answer(self, seconds=600):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.base + 101), timeout=2) as connection:
                    connection.sendall(b"GET probe\r\n")
                    if connection.recv(100).startswith(b"$"):
                        return
            except OSError:
                pass
            time.sleep(0.02)
        sys.exit(f"the node did not answer within {seconds} s")

    def stop(self):
        begun = time.monotonic()
        self.up.terminate()
        self.up.wait(600)
        return time.monotonic() - begun

    def pid(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.base + 301}/status", timeout=10) as answer:
            return json.load(answer)["nodes"][0]["pid"]

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.base + 301}/metrics", timeout=10) as answer:
            lines = [line.split() for line in answer.read().decode().splitlines() if line and not line.startswith("#")]
        return {line[0]: float(line[1]) for line in lines if "{" not in line[0]}

    def resident(self):
        with open(f"/proc/{self.pid()}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

    def disk(self):
        total = 0
        for folder, _, names in os.walk(os.path.join(self.directory, "node-1", "data")):
            for name in names:
                try:
                    total += os.stat(os.path.join(folder, name)).st_blocks * 512
                except FileNotFoundError:
                    pass
        return total

    def settle(self, seconds=120):
        """Waits until the disk's use has not changed for fifteen seconds: the compactor takes a node for at rest after ten."""
        deadline = time.monotonic() + seconds
        before, since = -1, time.monotonic()
        while time.monotonic() < deadline and time.monotonic() - since < 15:
            now = self.disk()
            if now != before:
                before, since = now, time.monotonic()
            time.sleep(0.5)
        return before

    def bench(self, *flags):
        output = subprocess.run(
            [CATENA, "bench", "--node", f"127.0.0.1:{self.base + 101}", "--json", *flags], capture_output=True, text=True, check=True)
        return json.loads(output.stdout)

    def remove(self):
        self.stop()
        shutil.rmtree(self.directory)


class Backups(threading.Thread):
    """Takes whole backups of a node, one after the other."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node = node
        self.running = True
        self.taken = 0

    def run(self):
        while self.running:
            directory = tempfile.mkdtemp(prefix="backup-", dir=self.node.directory)
            subprocess.run([CATENA, "backup", directory, "--node", f"127.0.0.1:{self.node.base + 301}"], capture_output=True, check=True)
            shutil.rmtree(directory)
            self.taken += 1

    def __enter__(self):
        self.start()

    def __exit__(self, *_):
        self.running = False
        self.join()
        print(f"  ({self.taken} backups)", flush=True)


def mebibytes(number):
    return f"{number / (1 << 20):,.0f} MiB"


def fill(node, keys, value, prefix="key-000000"):
    return node.bench(
        "--fill", "--keys", str(keys), "--value-size", str(value), "--key-prefix", prefix, "--threads", "8", "--seconds", "1s", "--timeout", "60s")["fillSeconds"]


def load(options):
    node = Node(options)
    try:
        empty = node.resident()
        seconds = fill(node, options.keys, 100, "key-0000")
        figures = node.metrics()
        print(f"- {options.keys:,} keys of 12 to 16 bytes, values of 100 bytes: loaded in {seconds:.0f} s, {options.keys / seconds:,.0f} a second, each synced")
        print(f"- memory: resident {mebibytes(node.resident())} ({mebibytes(empty)} when empty), index {mebibytes(figures['catena_index_bytes'])}, "
              f"inline values {mebibytes(figures['catena_inline_value_bytes'])}, read buffers {mebibytes(figures['catena_read_buffer_bytes'])}; "
              f"index beside key and value {figures['catena_index_bytes'] / options.keys - 15:.0f} bytes a key")
        print(f"- disk: {mebibytes(node.disk())}, to be replayed {mebibytes(figures['catena_journal_replay_bytes'])}")
        begun = time.monotonic()
        os.kill(node.pid(), signal.SIGKILL)
        time.sleep(0.5)
        node.await_answer()
        print(f"- kill -9 right after the load: answers again after {time.monotonic() - begun:.1f} s")
        print(f"- orderly end: {node.stop():.1f} s; start to first answer: {node.start():.1f} s", flush=True)
        print(f"- disk when settled: {mebibytes(node.settle())}")
    finally:
        node.remove()


def overwrite(options):
    for value in options.values:
        node = Node(options)
        try:
            live = 1_000_000 * (value + 16)
            peak = 0
            for _ in range(50):
                fill(node, 1_000_000, value)
                peak = max(peak, node.disk())
            settled = node.settle()
            print(f"- a million keys with values of {value} bytes, written 50 times: at most {mebibytes(peak)} on disk, {mebibytes(settled)} settled, "
                  f"live {mebibytes(live)}: {settled / live:.2f} times", flush=True)
        finally:
            node.remove()


def beyond(options):
    node = Node(options, "--memory", "512MiB")
    try:
        keys = 1_000_000
        fill(node, keys, 1024)
        figures = node.metrics()
        used = sum(figures[name] for name in ("catena_index_bytes", "catena_inline_value_bytes", "catena_read_buffer_bytes"))
        cold = node.bench("--keys", str(keys), "--key-prefix", "key-000000", "--reads", "100", "--threads", "8", "--seconds", "10")
        hot = node.bench("--keys", "10000", "--key-prefix", "key-000000", "--reads", "100", "--threads", "8", "--seconds", "10")
        print(f"- {mebibytes(keys * 1040)} of data at --memory 512MiB: {mebibytes(used)} in use; reads of any of the million keys {cold['throughput']:,.0f} a second "
              f"(p99 {cold['reads']['p99Ms']:.2f} ms), of 10,000 hot keys {hot['throughput']:,.0f} (p99 {hot['reads']['p99Ms']:.2f} ms)", flush=True)
    finally:
        node.remove()


def latency(options):
    kinds = {
        "neither": ("--checkpoint-after", "1TiB", "--compact-below", "0", "--retained-log", "1TiB"),
        "checkpoints": ("--checkpoint-after", "16MiB", "--compact-below", "0", "--retained-log", "1TiB"),
        "checkpoints and compaction": ("--checkpoint-after", "16MiB", "--retained-log", "16MiB", "--segment-bytes", str(8 << 20)),
        "one backup after the other": ("--checkpoint-after", "1TiB", "--compact-below", "0", "--retained-log", "1TiB"),
    }
    rounds = {kind: [] for kind in kinds}
    for _ in range(3):
        for kind, flags in kinds.items():
            node = Node(options, *flags)
            try:
                fill(node, 200_000, 500)
                with Backups(node) if "backup" in kind else contextlib.nullcontext():
                    rounds[kind].append(node.bench(
                        "--keys", "200000", "--key-prefix", "key-000000", "--value-size", "500", "--threads", "8", "--reads", "50", "--seconds", "15"))
            finally:
                node.remove()
    for kind, results in rounds.items():
        def middle(group, field):
            return statistics.median(result[group][field] for result in results)
        print(f"- {kind}: {statistics.median(r['throughput'] for r in results):,.0f} operations a second; reads p99 {middle('reads', 'p99Ms'):.2f} ms, "
              f"writes p50 {middle('writes', 'p50Ms'):.2f}, p99 {middle('writes', 'p99Ms'):.2f}, p99.9 {middle('writes', 'p999Ms'):.2f} ms; "
              f"longest time without a write {statistics.median(r['longestStallMs'] for r in results):.0f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=["load", "overwrite", "beyond", "latency", []])
    parser.add_argument("--keys", type=int, default=20_000_000)
    parser.add_argument("--base-port", type=int, default=23000)
    parser.add_argument("--values", type=int, nargs="+", default=[1000, 100])
    parser.add_argument("--directory")
    options = parser.parse_args()
    for name in options.what or ["load", "overwrite", "beyond", "latency"]:
        {"load": load, "overwrite": overwrite, "beyond": beyond, "latency": latency}[name](options)


if __name__ == "__main__":
    main()
