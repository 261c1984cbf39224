"""What all groups of rows have in common: servers that run at the same time, and are loaded in turn."""
import sys

import loads

ATTEMPTS = 3


def say(text):
    print(text, file=sys.stderr, flush=True)


class Group:
    """Servers that are loaded in turn. A record is one load of one server in one round; `row` says which load it was."""

    name, title, peers = "", "", []

    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.records, self.failures = [], []

    def measure(self):
        """Starts the servers, puts the loads on, and stops them."""
        running = []
        try:
            for kind in self.present():
                say(f"{self.name}: starting {kind.name}")
                running.append(self.make(kind).__enter__())
            for server in running:
                say(f"{self.name}: {server.name}: getting ready")
                self.prepare(server)
            for number in range(1, self.options.rounds + 1):
                for row in self.rows():
                    # Who comes first changes from round to round.
                    for server in running if number % 2 else reversed(running):
                        if self.has(server, row):
                            self.take(number, server, row)
        finally:
            for server in reversed(running):
                server.__exit__()

    def present(self):
        for kind in self.peers:
            missing = kind.missing()
            if missing:
                say(f"{self.name}: {kind.name} is left out, since there is no {', '.join(missing)}")
            else:
                yield kind

    def take(self, number, server, row):
        where = f"{self.name}: round {number} of {self.options.rounds}, {server.name}, {row}: "
        for attempt in range(ATTEMPTS):
            try:
                result = self.load(server, row)
            except loads.LoadFailed as failure:
                say(f"{where}{failure}")
                self.failures.append(f"{server.name}, {row}")
                return
            if not result.get("errors"):
                break
            say(f"{where}errors: {result['errors']}" + (", so once more" if attempt + 1 < ATTEMPTS else ""))
        if not result["operations"]:
            self.failures.append(f"{server.name}, {row}")
            return
        self.records.append({"round": number, "server": server.name, "row": row, **result})
        say(where + self.short(result))

    def short(self, result):
        return f"{result['throughput']:,.0f} a second, p99 {result['p99Ms']:.2f} ms"

    def make(self, kind):
        return kind(self.options.base_port, self.directory)

    def has(self, server, row):
        return True

    def of(self, kind, row):
        """The records of one cell, by round."""
        return {record["round"]: record for record in self.records if record["server"] == kind.name and record["row"] == row}

    def seen(self):
        return [kind for kind in self.peers if any(record["server"] == kind.name for record in self.records)]
