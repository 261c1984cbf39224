"""Medians of rounds as tables in Markdown, and their place in a document."""
import os
import platform
import re
import statistics
import subprocess

NONE = "–"
BEGIN, END = "<!-- bench/compare: begin -->", "<!-- bench/compare: end -->"


def middle(rounds, field):
    return statistics.median(one[field] for one in rounds.values())


def cell(rounds):
    return f"{middle(rounds, 'throughput'):,.0f}" if rounds else NONE


def latency(rounds):
    return f"{middle(rounds, 'p50Ms'):.2f} / {middle(rounds, 'p99Ms'):.2f}" if rounds else NONE


def micros(rounds, field):
    costs = [1e6 * one[field] / one["operations"] for one in rounds.values() if one["operations"]]
    return f"{statistics.median(costs):.1f}" if costs else NONE


def ratio(mine, theirs, field="throughput"):
    """The median of the rounds' ratios, and the lowest and the highest."""
    ratios = [mine[number][field] / theirs[number][field] for number in mine if number in theirs and theirs[number][field] > 0]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else NONE


def table(heads, lines):
    return "\n".join(f"| {' | '.join(line)} |" for line in [heads, ["---"] * len(heads), *lines])


def versions():
    """What was compared, as the programs name themselves."""
    found = []
    for name, words, pattern in (
            ("redis-server", ["redis-server", "--version"], r"v=([\d.]+)"), ("etcd", ["etcd", "--version"], r"Version: ([\d.]+)"),
            ("ZooKeeper", ["sh", "-c", "ls /usr/share/java/zookeeper-[0-9]*.jar"], r"zookeeper-([\d.]+)\.jar"), ("Java", ["java", "-version"], r'version "([\d._]+)"')):
        try:
            printed = subprocess.run(words, capture_output=True, text=True, check=False)
        except OSError:
            continue
        match = re.search(pattern, printed.stdout + printed.stderr)
        if match:
            found.append(f"{name} {match[1]}")
    return ", ".join(found)


def conditions(options, load):
    return (f"{os.cpu_count()} cores, Linux {platform.release()}; {versions()}; {options.rounds} round{'s' if options.rounds > 1 else ''} of {options.seconds:g} s a load; "
            f"load average {load[0]:.1f} before and {os.getloadavg()[0]:.1f} after.")


def section(group, options, load):
    return f"### {group.title}\n\n`bench/compare/run --rounds {options.rounds} --seconds {options.seconds:g} --only {group.name}`: {conditions(options, load)}\n\n{group.text()}\n"


def mark(name, which):
    return f"<!-- bench/compare {name}: {which} -->"


def write(path, sections):
    """Replaces the sections of some groups in a document, between their marks; others stay."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if BEGIN not in text or END not in text:
        raise RuntimeError(f"{path} has no place for the tables: {BEGIN} and {END} are missing")
    for name, body in sections.items():
        begin, end = mark(name, "begin"), mark(name, "end")
        whole = f"{begin}\n{body}{end}\n"
        if begin in text:
            head, rest = text.split(begin, 1)
            text = head + whole + rest.split(end + "\n", 1)[1]
        else:
            text = text.replace(END, whole + "\n" + END)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
