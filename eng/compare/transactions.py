#!/usr/bin/python3
"""Measures transactions on three nodes: what each step of one takes over 1, 2 and 5 partitions, and how many a second there are beside plain puts, where nobody and where everybody is in each other's way.

    eng/compare/transactions.py [--rounds 5] [--seconds 4] [--steps 300] [--base-port 27000] [--durability always] [--json FILE]

A cluster of three nodes on this machine, started by `catena up`. The steps go through the Thrift interface (python3-thrift, with code generated from idl/catena.thrift), one client, so that what Python
takes is part of them; the rest is `catena bench`: `multi` (MULTI, SETs in so many partitions, EXEC) and plain writes. In each round everything once, in turn. Prints tables in Markdown: medians of rounds.
"""
import argparse
import importlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from cluster import CATENA, ROOT, build

PARTITIONS = 64
SPREADS = (1, 2, 5)
LOW, HIGH = 100_000, 1
STEPS = ("begin", "put", "prepare", "commit prepared", "rollback prepared", "commit", "rollback")


class Nodes:
    """Three nodes on this machine."""

    def __init__(self, base, durability):
        self.base, self.directory = base, tempfile.mkdtemp(prefix="catena-transactions-")
        self.process = subprocess.Popen([CATENA, "up", "--partitions", str(PARTITIONS), "--data", self.directory, "--base-port", str(base), "--durability", durability],
                                        stdout=subprocess.DEVNULL, stdin=subprocess.PIPE)
        self.wait()

    def wait(self):
        for _ in range(600):
            try:
                if all(urllib.request.urlopen(f"http://127.0.0.1:{self.base + 300 + node}/health/ready", timeout=2).status == 200 for node in (1, 2, 3)):
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("the cluster did not begin to serve")

    def bench(self, *words):
        printed = subprocess.run([CATENA, "bench", "--base-port", str(self.base), "--reads", "0", "--json", *words], check=True, stdout=subprocess.PIPE).stdout
        return json.loads(printed)

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.directory, ignore_errors=True)


def generated():
    """The module that Thrift makes of the interface."""
    target = tempfile.mkdtemp(prefix="catena-idl-")
    subprocess.run(["thrift", "-r", "--gen", "py", "-out", target, os.path.join(ROOT, "idl", "catena.thrift")], check=True)
    sys.path.insert(0, target)
    return importlib.import_module("catena.Catena"), importlib.import_module("catena.ttypes"), target


def keys_of(spread, number):
    """Keys in so many partitions: tags whose slots lie far apart."""
    import binascii
    found = {}
    candidate = 0
    while len(found) < spread:
        tag = f"t{candidate}"
        found.setdefault(binascii.crc_hqx(tag.encode(), 0) % 16384 * PARTITIONS // 16384, tag)
        candidate += 1
    return [f"{{{tag}}}{number}".encode() for tag in found.values()]


def steps(service, types, port, count):
    """Milliseconds of each step by the number of partitions."""
    from thrift.protocol import TBinaryProtocol
    from thrift.transport import TSocket, TTransport
    transport = TTransport.TFramedTransport(TSocket.TSocket("127.0.0.1", port))
    client = service.Client(TBinaryProtocol.TBinaryProtocol(transport))
    transport.open()
    taken = {(step, spread): [] for step in STEPS for spread in SPREADS}

    def timed(step, spread, call, *arguments):
        begun = time.perf_counter()
        result = call(*arguments)
        taken[step, spread].append((time.perf_counter() - begun) * 1000)
        return result

    for number in range(count):
        for spread in SPREADS:
            for end in ("commit", "rollback", "prepare"):
                handle = timed("begin", spread, client.transactionBegin, types.BeginOptions())
                for key in keys_of(spread, number % 1000):
                    timed("put", spread, client.transactionPut, handle, key, b"value")
                if end == "prepare":
                    handle = timed("prepare", spread, client.transactionPrepare, handle)
                    last = "commit" if number % 2 == 0 else "rollback"
                    timed(f"{last} prepared", spread, getattr(client, f"transaction{last.title()}"), handle)
                else:
                    timed(end, spread, getattr(client, f"transaction{end.title()}"), handle)
    transport.close()
    return taken


def loads(nodes, seconds):
    """Operations a second, and their latencies, by clients, load and contention."""
    figures = {}
    for threads in (1, 16):
        common = ["--threads", str(threads), "--seconds", f"{seconds}s"]
        figures["put", threads, LOW] = nodes.bench(*common, "--keys", str(LOW))
        for spread in SPREADS:
            for keys in (LOW, HIGH):
                figures[f"multi {spread}", threads, keys] = nodes.bench("--workload", "multi", "--spread", str(spread), *common, "--keys", str(keys))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--base-port", type=int, default=27000)
    parser.add_argument("--durability", default="always")
    parser.add_argument("--json")
    options = parser.parse_args()
    build()
    service, types, target = generated()
    nodes = Nodes(options.base_port, options.durability)
    taken, figures = {}, {}
    try:
        for number in range(options.rounds):
            for place, milliseconds in steps(service, types, options.base_port + 201, options.steps).items():
                taken.setdefault(place, []).append(statistics.median(milliseconds) if milliseconds else float("nan"))
            for place, result in loads(nodes, options.seconds).items():
                figures.setdefault(place, []).append(result)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    finally:
        nodes.stop()
        shutil.rmtree(target, ignore_errors=True)
    report(taken, figures)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([{"place": list(place), "rounds": rounds} for place, rounds in [*taken.items(), *figures.items()]], file)


def report(taken, figures):
    print("| one client, ms (medians) | " + " | ".join(f"{spread} partitions" if spread > 1 else "1 partition" for spread in SPREADS) + " |")
    print("| --- |" + " --- |" * len(SPREADS))
    for step in STEPS:
        print(f"| {step} | " + " | ".join(f"{statistics.median(taken[step, spread]):.2f}" for spread in SPREADS) + " |")
    print()
    print("| load | clients | keys | a second | p50 ms | p99 ms | to plain puts |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for (load, threads, keys), rounds in figures.items():
        rate = [result["throughput"] for result in rounds]
        ratios = [mine / put["throughput"] for mine, put in zip(rate, figures["put", threads, LOW])]
        p50, p99 = (statistics.median(result["writes"][name] for result in rounds) for name in ("p50Ms", "p99Ms"))
        print(f"| {load} | {threads} | {'the same' if keys == HIGH else 'many'} | {statistics.median(rate):,.0f} | {p50:.2f} | {p99:.1f} | {statistics.median(ratios):.2f} |")


if __name__ == "__main__":
    main()
