"""Follows a Catena cluster with plain ZooKeeper reads and prints a line whenever its roles change.

Usage: cluster_watch.py HOST:PORT[,HOST:PORT...] CLUSTER

  alive master=NAME@HOST:REDISPORT sub-master=NAME@HOST:REDISPORT slaves=NAME@HOST:REDISPORT,...
  dead
"""

import json
import sys
import threading

from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError

ELECTION = "/catena/" + sys.argv[2] + "/election"
changed = threading.Event()


def wake(_):
    changed.set()


def seats(zookeeper):
    """The places in the election in their order: their names sort as their numbers do."""
    found = []
    for name in sorted(zookeeper.get_children(ELECTION, watch=wake)):
        try:
            found.append(json.loads(zookeeper.get(ELECTION + "/" + name)[0]))
        except NoNodeError:
            pass  # It went between the two reads; the watch has fired.
    return found


def address(seat):
    return "%s@%s:%d" % (seat["name"], seat["host"], seat["redisPort"])


def line(found):
    if not found:
        return "dead"
    words = ["alive", "master=" + address(found[0])]
    if len(found) > 1:
        words.append("sub-master=" + address(found[1]))
    if len(found) > 2:
        words.append("slaves=" + ",".join(sorted(address(seat) for seat in found[2:])))
    return " ".join(words)


zookeeper = KazooClient(hosts=sys.argv[1])
zookeeper.start(timeout=30)
last = None
while True:
    changed.clear()
    now = line(seats(zookeeper))
    if now != last:
        print(now, flush=True)
        last = now
    changed.wait()
