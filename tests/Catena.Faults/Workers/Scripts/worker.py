"""What the Python workers of eng/faults share: which operation comes next, and the history that tells how it ended.

A worker is one process with several clients, one thread each. It is started with one argument, a JSON object, writes operations to
a history as docs/histories.md describes it, reads every key once when its input says "final", and ends; at the end of its input it ends at once.
"""
import json
import os
import random
import sys
import threading
import time

FINAL_ATTEMPTS = 60
FINAL_PAUSE = 0.25
RECONNECT_PAUSE = 0.05
LONG_VALUE = 600


class Refused(Exception):
    """An error that promises that nothing happened."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Open(Exception):
    """An error or a silence that leaves open what happened; `is_broken` where the connection cannot be used any more."""

    def __init__(self, code, is_broken):
        super().__init__(code)
        self.code = code
        self.is_broken = is_broken


class History:
    """The history file; every thread of the process writes to it."""

    def __init__(self, path):
        self._file = open(path, "w", encoding="utf-8", buffering=1 << 16)
        self._lock = threading.Lock()

    def write(self, client, key, operation, arguments, call, outcome, result=None, error=None):
        line = {"client": client, "key": key, "op": operation, "arguments": arguments, "call": call, "return": time.monotonic_ns(), "outcome": outcome}
        if result is not None:
            line["result"] = result
        if error is not None:
            line["error"] = error
        text = json.dumps(line, separators=(",", ":")) + "\n"
        with self._lock:
            self._file.write(text)

    def close(self):
        with self._lock:
            self._file.close()


class Client(threading.Thread):
    """One client: operations one after the other, over a connection that `connect` makes and that offers `run(command)`."""

    def __init__(self, number, options, history, connect, commands):
        super().__init__(daemon=True)
        self._options = options
        self._history = history
        self._connect = connect
        self._commands = commands
        self._random = random.Random(f"{options['seed']}-{number}")
        self._place = number
        # Half of the clients stay with one node, however it does; the others go on to the next after an error.
        self._roams = number % 2 == 1
        self._identity = options["firstClient"] + number
        self._stride = options["clients"]
        self._connection = None
        self._values = 0
        self.is_final = threading.Event()
        self.unread = []

    def run(self):
        while not self.is_final.is_set():
            if self._reach():
                self._step()
                time.sleep(self._random.uniform(0, 2 * self._options["pace"]))
            else:
                time.sleep(RECONNECT_PAUSE)
        keys = self._options["finalKeys"]
        for key in keys[self._place::self._options["clients"]]:
            if not self._read_finally(key):
                self.unread.append(key)

    def _step(self):
        self._do(self._next())

    def _read_finally(self, key):
        for _ in range(FINAL_ATTEMPTS):
            if self._reach() and self._do(("get", key, {}, {})):
                return True
            self._move()
            time.sleep(FINAL_PAUSE)
        return False

    def _reach(self):
        if self._connection is not None:
            return True
        targets = self._options["targets"]
        host, port = targets[self._place % len(targets)]
        try:
            self._connection = self._connect(host, port, self._options["timeout"])
            return True
        except Open:
            if self._roams:
                self._move()
            return False

    def _move(self):
        self._drop()
        self._place += 1

    def _drop(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _do(self, command):
        operation, key, arguments, _ = command
        call = time.monotonic_ns()
        try:
            operation, arguments, result = self._connection.run(command)
            self._history.write(self._identity, key, operation, arguments, call, "ok", result)
            return True
        except Refused as refused:
            self._history.write(self._identity, key, operation, arguments, call, "fail", error=refused.code)
            if self._roams:
                self._move()
        except Open as unknown:
            self._history.write(self._identity, key, operation, arguments, call, "unknown", error=unknown.code)
            # Whoever does not know how its operation ended is not heard of again.
            self._identity += self._stride
            if unknown.is_broken:
                self._drop()
            if self._roams:
                self._move()
        return False

    def _next(self):
        """An operation: its name, key and arguments as the history has them, and what only the connection needs to know."""
        kinds = self._commands
        kind = self._random.choices(list(kinds), weights=kinds.values())[0]
        if kind in ("incr", "count"):
            key = self._random.choice(self._options["numbers"])
            return ("incr", key, {"by": self._random.choice((1, 2, 3, -1))}, {}) if kind == "incr" else ("get", key, {}, {})
        is_cold = self._random.random() < 0.1
        key = self._random.choice(self._options["cold" if is_cold else "texts"])
        if kind in ("get", "delete"):
            return kind, key, {}, {}
        self._values += 1
        value = f"{self._identity}.{self._values}"
        if self._random.random() < 0.05:
            value += "." * LONG_VALUE
        if kind == "absent":
            return "cas", key, {"expected": None, "value": value}, {}
        return "put", key, {"value": value}, {"isPresent": kind == "present"}


class PipelineClient(Client):
    """One client that sends several operations, of a key each, before it hears of the first: its connection offers `run_all(commands)`."""

    LONGEST = 16

    def __init__(self, number, options, history, connect, commands):
        super().__init__(number, options, history, connect, commands)
        # To the history each place in the pipeline is a client of its own, since their operations overlap.
        self._identities = [self._identity + self._stride * place for place in range(1, self.LONGEST + 1)]
        self._stride *= self.LONGEST + 1

    def _step(self):
        commands = {}
        for _ in range(self._random.randint(2, self.LONGEST)):
            command = self._next()
            commands[command[1]] = command
        commands = list(commands.values())
        call = time.monotonic_ns()
        try:
            ends = self._connection.run_all(commands)
        except Open as unknown:
            ends = [unknown] * len(commands)
        for place, (command, end) in enumerate(zip(commands, ends)):
            self._note(place, command, call, end)
        errors = [end for end in ends if isinstance(end, Exception)]
        if any(isinstance(error, Open) and error.is_broken for error in errors):
            self._drop()
        if errors and self._roams:
            self._move()

    def _note(self, place, command, call, end):
        operation, key, arguments, _ = command
        identity = self._identities[place]
        if isinstance(end, Refused):
            self._history.write(identity, key, operation, arguments, call, "fail", error=end.code)
        elif isinstance(end, Open):
            self._history.write(identity, key, operation, arguments, call, "unknown", error=end.code)
            self._identities[place] += self._stride
        else:
            self._history.write(identity, key, operation, arguments, call, "ok", end)


def main(make_connect, commands, client=Client):
    """Runs a worker to its end."""
    options = json.loads(sys.argv[1])
    history = History(options["history"])
    connect = make_connect(options)
    clients = [client(number, options, history, connect, commands) for number in range(options["clients"])]
    for client in clients:
        client.start()
    print("started", flush=True)
    is_final = sys.stdin.readline().strip() == "final"
    if not is_final:
        os._exit(0)
    for client in clients:
        client.is_final.set()
    for client in clients:
        client.join()
    history.close()
    unread = [key for client in clients for key in client.unread]
    if unread:
        print(f"{len(unread)} keys could not be read in the end, {unread[0]} among them", flush=True)
        sys.exit(3)
    print("done", flush=True)
