"""A client of the HTTP service that looks for a master, with kazoo and urllib and nothing of Catena.

Usage: master_search.py HOST:PORT[,HOST:PORT...][/chroot] PORT

Once all nodes are there it writes some keys to every child of /zkslave. Then it reads them again and again: it asks the master where a key is, and that node for the key. A line from its input ends it.

  nodes N          so many children of /zkslave, whenever that changes
  dead             there is no /master
  master IP        the master that has answered
  wrote N          all children have taken the keys, the same ones twice
  reads N          now and then
  done N
"""

import json
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError

PORT = int(sys.argv[2])
KEYS = {"key-%d" % number: ["value", "it's %d" % number, "\u00e9\u65e5"] for number in range(20)}
stopping = threading.Event()
last = {}


def say(word, value=""):
    if last.get(word) != value:
        last[word] = value
        print(("%s %s" % (word, value)).strip(), flush=True)


def http(address, path, query=None, body=None):
    url = "http://%s:%d%s" % (address, PORT, path)
    if query:
        url += "?" + urllib.parse.urlencode(query)
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, data=data, method="PUT" if body else "GET")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode("utf-8")


def address_of(zookeeper, path):
    address, _, letters = zookeeper.get(path)[0].decode("ascii").partition("+")
    assert letters == "a-f", letters
    return address


def master(zookeeper):
    try:
        found = address_of(zookeeper, "/master")
        last.pop("dead", None)
        return found
    except NoNodeError:
        say("dead")
        return None


def nodes(zookeeper):
    found = []
    try:
        names = zookeeper.get_children("/zkslave")
    except NoNodeError:
        names = []
    for name in names:
        assert name == "master" or (name.startswith("slave") and name[5:].isdigit()), name
        try:
            found.append(address_of(zookeeper, "/zkslave/" + name))
        except NoNodeError:
            pass  # It went between the two reads.
    say("nodes", len(set(found)))
    return set(found)


def put_everywhere(zookeeper, key, values):
    """What the nodes say, once there are any and all of them have answered: sending the same again does no harm."""
    while True:
        try:
            said = {http(node, "/put", body={"key": key, "values": values}) for node in nodes(zookeeper)}
            if said:
                return said
        except urllib.error.HTTPError as refused:
            assert refused.code in (503, 504), refused.read()
        except OSError:
            pass
        time.sleep(0.1)


def wait_for_word():
    sys.stdin.readline()
    stopping.set()


threading.Thread(target=wait_for_word, daemon=True).start()
zookeeper = KazooClient(hosts=sys.argv[1])
zookeeper.start(timeout=60)
while len(nodes(zookeeper)) < 3 or master(zookeeper) is None:
    time.sleep(0.1)
for _ in range(2):
    for key, values in KEYS.items():
        assert put_everywhere(zookeeper, key, values) == {"SUCCESFULLY WRITTEN"}
    assert put_everywhere(zookeeper, "key-0", ["other"]) == {"Key already present! Try with a different key."}
say("wrote", len(KEYS))
reads = 0
while not stopping.is_set():
    key = list(KEYS)[reads % len(KEYS)]
    nodes(zookeeper)
    address = master(zookeeper)
    try:
        if address is not None:
            holder = http(address, "/get", {"search": key})
            got = http(holder, "/get", {"key": key})
            assert got == repr(KEYS[key]), got
            assert http(address, "/get", {"key": "missing"}) == "Key not found!"
            say("master", address)
            reads += 1
            if reads % 20 == 0:
                say("reads", reads)
            continue
    except urllib.error.HTTPError as refused:
        assert refused.code == 503, refused.read()
    except OSError:
        pass
    time.sleep(0.1)
print("done %d" % reads, flush=True)
