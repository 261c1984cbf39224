"""A key-value client that finds its server through ZooKeeper, with Thrift's and kazoo's own libraries and nothing of Catena.

Usage: discovering_thrift.py <directory of generated code> HOST:PORT[,HOST:PORT...][/chroot] /path

It sorts the names of the path's children and talks to the smallest one only. It looks again when ZooKeeper says that something has changed, and otherwise
tries the address that it has again every 100 ms. It puts key after key and reads earlier ones back. A line from its input ends it; then it compares what
all of it has been told with a dump.

  at HOST:PORT     a call has succeeded at another address than the last one
  calls N          now and then
  done N           everything was as it should be; N keys
"""

import random
import sys
import threading
import time

sys.path.insert(0, sys.argv[1])

from kazoo.client import KazooClient  # noqa: E402
from kazoo.exceptions import NoNodeError  # noqa: E402
from keyvalue import KeyValueService  # noqa: E402
from thrift.Thrift import TApplicationException  # noqa: E402
from thrift.protocol import TBinaryProtocol  # noqa: E402
from thrift.transport import TSocket, TTransport  # noqa: E402

PATH = sys.argv[3]
changed = threading.Event()
stopping = threading.Event()


def wake(_):
    changed.set()


def resolve(zookeeper):
    """The address of the smallest child; None where there is none."""
    try:
        names = sorted(zookeeper.get_children(PATH, watch=wake))
        if not names:
            return None
        host, port = zookeeper.get(PATH + "/" + names[0])[0].decode("ascii").split(":")
        return host, int(port)
    except NoNodeError:
        changed.set()
        return None


class Connection:
    """One connection at a time, to the address that was resolved last."""

    def __init__(self, zookeeper):
        self.zookeeper = zookeeper
        self.address = None
        self.told = None
        self.transport = None
        changed.set()

    def call(self, action):
        while True:
            if changed.is_set():
                changed.clear()
                found = resolve(self.zookeeper)
                if found and found != self.address:
                    self.close()
                    self.address = found
            try:
                result = action(self.client())
                if self.told != self.address:
                    self.told = self.address
                    print("at %s:%d" % self.address, flush=True)
                return result
            except TApplicationException as refused:
                # A server that refuses says so by type 6; the connection goes on.
                assert refused.type == 6, refused
            except (TTransport.TTransportException, OSError):
                self.close()
            time.sleep(0.1)

    def client(self):
        if self.address is None:
            raise OSError("nobody is announced")
        if self.transport is None:
            socket = TSocket.TSocket(*self.address)
            socket.setTimeout(10000)
            self.transport = TTransport.TFramedTransport(socket)
            self.transport.open()
        return KeyValueService.Client(TBinaryProtocol.TBinaryProtocol(self.transport))

    def close(self):
        if self.transport is not None:
            self.transport.close()
        self.transport = None


def wait_for_word():
    sys.stdin.readline()
    stopping.set()


threading.Thread(target=wait_for_word, daemon=True).start()
zookeeper = KazooClient(hosts=sys.argv[2])
zookeeper.start(timeout=60)
connection = Connection(zookeeper)
written = {}
calls = 0
while not stopping.is_set():
    key, value = "key-%d" % len(written), "value-%d" % random.randrange(1 << 30)
    connection.call(lambda client: client.put(key, value))
    written[key] = value
    known = "key-%d" % random.randrange(len(written))
    got = connection.call(lambda client: client.get(known))
    assert got == written[known], "%s is %r and should be %r" % (known, got, written[known])
    assert connection.call(lambda client: client.get("missing-" + key)) == ""
    calls += 3
    if len(written) % 20 == 0:
        print("calls %d" % calls, flush=True)
dump = connection.call(lambda client: client.dump())
assert dump == written, "%d keys are not as they should be" % sum(dump.get(key) != written[key] for key in written)
print("done %d" % len(written), flush=True)
