#!/usr/bin/env python3
"""Measures what `catena bench` can ask for at most, beside redis-benchmark: both load the same redis-server, in turn.

    eng/compare/loader.py [get|set ...] [--rounds 3] [--seconds 4] [--port 17379]

50 connections, values of 100 bytes, a million keys that are all there, pipelines of 1, 16 and 64. The server has no persistence. Prints a table in Markdown: medians of the rounds, and the median of the rounds' ratios.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATENA = os.path.join(ROOT, "catena")
KEYS, VALUE, CONNECTIONS = 1_000_000, 100, 50
PIPELINES = (1, 16, 64)
# redis-benchmark writes twelve digits after "key:"; the loads' keys are as long, and others.
PREFIX = "key:00000"


def redis_benchmark(port, what, requests, pipeline):
    printed = subprocess.run(
        ["redis-benchmark", "-p", str(port), "-t", what, "-n", str(requests), "-r", str(KEYS), "-d", str(VALUE), "-c", str(CONNECTIONS), "-P", str(pipeline), "--csv"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    return float(printed.strip().splitlines()[-1].split(",")[1].strip('"'))


def catena_bench(port, *words):
    printed = subprocess.run(
        [CATENA, "bench", "--node", f"127.0.0.1:{port}", "--threads", str(CONNECTIONS), "--keys", str(KEYS), "--value-size", str(VALUE), "--key-prefix", PREFIX, "--json", *words],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(printed)["throughput"]


def measure(port, what, rounds, seconds):
    figures = {}
    for _ in range(rounds):
        for pipeline in PIPELINES:
            mine = catena_bench(port, "--reads", "100" if what == "get" else "0", "--pipeline", str(pipeline), "--seconds", f"{seconds}s")
            theirs = redis_benchmark(port, what, int(mine * seconds), pipeline)
            figures.setdefault(pipeline, []).append((theirs, mine))
    for pipeline, pairs in figures.items():
        theirs, mine = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
        ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
        print(f"| {what.upper()} | {pipeline} | {theirs:,.0f} | {mine:,.0f} | {ratio:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="get, set, or both")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--port", type=int, default=17379)
    options = parser.parse_args()
    if not set(options.what) <= {"get", "set"}:
        parser.error("get and set can be measured")
    with tempfile.TemporaryDirectory() as directory:
        server = subprocess.Popen(
            ["redis-server", "--port", str(options.port), "--save", "", "--appendonly", "no", "--dir", directory], stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 10
            while subprocess.run(["redis-cli", "-p", str(options.port), "ping"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode and time.monotonic() < deadline:
                time.sleep(0.05)
            redis_benchmark(options.port, "set", 3 * KEYS, PIPELINES[-1])
            catena_bench(options.port, "--fill", "--seconds", "1s")
            print("| | pipeline | redis-benchmark | catena bench | ratio |\n| --- | --- | --- | --- | --- |")
            for what in options.what or ["get", "set"]:
                measure(options.port, what, options.rounds, options.seconds)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
