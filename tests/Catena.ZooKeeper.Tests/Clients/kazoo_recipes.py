"""Runs kazoo's recipes against a ZooKeeper service and prints what came of each, with nothing in it that differs from run to run.

Usage: kazoo_recipes.py HOST:PORT[,HOST:PORT...]
"""

import logging
import sys
import threading
import time
import uuid

from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import KazooException
from kazoo.recipe.barrier import Barrier, DoubleBarrier
from kazoo.recipe.queue import LockingQueue, Queue
from kazoo.security import CREATOR_ALL_ACL, READ_ACL_UNSAFE, make_acl, make_digest_acl

logging.basicConfig(level=logging.CRITICAL)
HOSTS = sys.argv[1]
HOME = "/kazoo-" + uuid.uuid4().hex
DEADLINE = 30
clients = []


def connect(chroot="", timeout=4.0, **more):
    client = KazooClient(hosts=HOSTS + chroot, timeout=timeout, **more)
    client.start(timeout=DEADLINE)
    clients.append(client)
    return client


def say(name, *values):
    print(name + ":", *(repr(value).replace(HOME, "HOME") for value in values), flush=True)


def until(what, condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("not in time: " + what)
        time.sleep(0.01)


def error(function, *arguments, **named):
    try:
        return function(*arguments, **named)
    except KazooException as failure:
        return type(failure).__name__


def in_thread(function, *arguments):
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(function(*arguments)), daemon=True)
    thread.start()

    def join():
        thread.join(DEADLINE)
        return outcome[0] if outcome else "did not end"

    return join


def stat_of(stat):
    return (stat.version, stat.cversion, stat.aversion, stat.dataLength, stat.numChildren, stat.ephemeralOwner != 0)


def nodes(a, b):
    path = HOME + "/nodes"
    say("create", a.create(path, b"x"), error(a.create, path), error(a.create, path + "/none/child"))
    say("deep", a.create(path + "/b/c/d", b"deep", makepath=True), a.ensure_path(path + "/b/c"))
    data, stat = a.get(path)
    say("get", data, stat_of(stat), error(a.get, path + "/none"))
    say("set", stat_of(a.set(path, b"yz", version=0)), error(a.set, path, b"", version=0), stat_of(a.set(path, b"", version=-1)))
    say("exists", a.exists(path + "/none"), stat_of(a.exists(path)))
    say("children", a.get_children(path), a.get_children(path + "/b/c", include_data=True)[0])
    say("sequence", [a.create(path + "/s-", sequence=True) for _ in range(3)])
    say("ephemeral", a.create(path + "/e", ephemeral=True), error(a.create, path + "/e/child"), a.exists(path + "/e").owner_session_id == a.client_id[0])
    say("ephemeral sequence", a.create(path + "/es-", ephemeral=True, sequence=True))
    say("delete", error(a.delete, path), error(a.delete, path + "/e", version=7), a.delete(path + "/e"), error(a.delete, path + "/e"))
    say("recursive", a.delete(path + "/b", recursive=True), a.exists(path + "/b"))
    say("create2", [part if isinstance(part, str) else stat_of(part) for part in a.create(path + "/two", b"22", include_data=True)])
    say("large", len(a.get(a.create(path + "/large", b"z" * 900000))[0]))
    say("sync", a.sync(path))
    say("unicode", a.create(path + "/\u00fcber"), sorted(a.get_children(path))[-1])
    say("many", len([result.get(DEADLINE) for result in [a.create_async(path + "/many-", sequence=True) for _ in range(300)]]))


def watches(a, b):
    path = HOME + "/watches"
    heard = []

    def hear(event):
        heard.append((event.type, event.path.replace(HOME, "")))

    def told(name, count):
        until(name, lambda: len(heard) >= count)
        say(name, heard)
        heard.clear()

    a.exists(path, watch=hear)
    b.create(path)
    told("created", 1)
    a.sync(path)
    a.get(path, watch=hear)
    b.set(path, b"1")
    told("changed", 1)
    a.get_children(path, watch=hear)
    b.create(path + "/c")
    told("child", 1)
    a.get_children(path, watch=hear)
    a.get(path + "/c", watch=hear)
    b.delete(path + "/c")
    told("deleted", 2)

    data, lists = [], []
    data_done, list_done = threading.Event(), threading.Event()

    @a.DataWatch(path + "/d")
    def on_data(value, stat, event):
        data.append((value, stat and stat.version, event and event.type))
        if value == b"stop":
            data_done.set()
            return False

    b.create(path + "/d", b"first")
    until("DataWatch hears of the creation", lambda: len(data) >= 2)
    for value in (b"second", b"stop"):
        b.set(path + "/d", value)
        until("DataWatch hears " + repr(value), lambda: data[-1][0] == value)
    b.set(path + "/d", b"unheard")
    data_done.wait(DEADLINE)
    say("DataWatch", data)

    b.create(path + "/l")
    a.sync(path)

    @a.ChildrenWatch(path + "/l")
    def on_children(children):
        lists.append(sorted(children))
        if len(children) == 3:
            list_done.set()
            return False

    for name in ("x", "y", "z"):
        b.create(path + "/l/" + name)
        until("ChildrenWatch hears of " + name, lambda: name in lists[-1])
    list_done.wait(DEADLINE)
    say("ChildrenWatch", lists)


def locks(a, b):
    path = HOME + "/lock"
    first, second = a.Lock(path, "first"), b.Lock(path, "second")
    say("acquire", first.acquire(timeout=DEADLINE), first.is_acquired, first.contenders())
    say("refused", second.acquire(blocking=False))
    waiting = in_thread(second.acquire, True, DEADLINE)
    until("the second waits", lambda: len(first.contenders()) == 2)
    say("contenders", first.contenders())
    say("release", first.release(), waiting(), second.is_acquired, second.release())
    with a.Lock(path, "again"):
        say("with", a.get_children(path) != [])

    path = HOME + "/readwrite"
    readers = [a.ReadLock(path, "r1"), b.ReadLock(path, "r2")]
    say("readers", [reader.acquire(timeout=DEADLINE) for reader in readers])
    writer = a.WriteLock(path, "w")
    say("writer is refused", writer.acquire(blocking=False))
    waiting = in_thread(writer.acquire, True, DEADLINE)
    until("the writer waits", lambda: len(a.get_children(path)) == 3)
    say("reader behind a writer", b.ReadLock(path, "r3").acquire(blocking=False))
    for reader in readers:
        reader.release()
    say("writer", waiting(), writer.release())

    semaphore = [client.Semaphore(HOME + "/semaphore", name, max_leases=2) for client, name in ((a, "s1"), (b, "s2"), (a, "s3"))]
    say("semaphore", [one.acquire(blocking=False) for one in semaphore])
    say("leases", sorted(semaphore[0].lease_holders()))
    say("semaphore again", semaphore[0].release(), semaphore[2].acquire(timeout=DEADLINE), semaphore[1].release(), semaphore[2].release())


def gatherings(a, b):
    order, lead = [], threading.Event()

    def leading(name):
        order.append(name)
        if name == "first":
            lead.wait(DEADLINE)

    elections = [a.Election(HOME + "/election", "first"), b.Election(HOME + "/election", "second")]
    runs = [in_thread(elections[0].run, leading, "first")]
    until("the first leads", lambda: order == ["first"])
    runs.append(in_thread(elections[1].run, leading, "second"))
    until("both stand", lambda: len(elections[0].contenders()) == 2)
    say("election", elections[0].contenders())
    lead.set()
    say("leaders", [run() for run in runs], order)

    parties = [a.Party(HOME + "/party", "one"), b.Party(HOME + "/party", "two")]
    for party in parties:
        party.join()
    a.sync(HOME)
    say("party", sorted(parties[0]), len(parties[0]))
    parties[1].leave()
    a.sync(HOME)
    say("party left", sorted(parties[0]), len(parties[0]))
    shallow = a.ShallowParty(HOME + "/shallow", "here")
    shallow.join()
    say("shallow party", list(shallow), shallow.leave())

    barrier = Barrier(a, HOME + "/barrier")
    say("no barrier", barrier.wait(1))
    barrier.create()
    waiting = in_thread(Barrier(b, HOME + "/barrier").wait, DEADLINE)
    say("barrier", barrier.wait(0.05), barrier.remove(), waiting(), barrier.remove())

    doubles = [DoubleBarrier(client, HOME + "/double", 2, name) for client, name in ((a, "d1"), (b, "d2"))]
    for step in ("enter", "leave"):
        say(step, [join() for join in [in_thread(getattr(double, step)) for double in doubles]], [double.participating for double in doubles])


def numbers_and_queues(a, b):
    counter = a.Counter(HOME + "/counter")
    other = b.Counter(HOME + "/counter")
    counter += 2
    counter -= 1
    joins = [in_thread(lambda one: [one.__add__(1) for _ in range(25)] and None, one) for one in (counter, other)]
    say("counter threads", [join() for join in joins])
    a.sync(HOME)
    say("counter", counter.value, a.Counter(HOME + "/float", default=1.5).value)

    queue = Queue(a, HOME + "/queue")
    for value, priority in ((b"late", 200), (b"first", 100), (b"second", 100), (b"urgent", 1)):
        queue.put(value, priority)
    say("queue", len(queue), [queue.get() for _ in range(5)])

    locking = LockingQueue(a, HOME + "/locking")
    rival = LockingQueue(b, HOME + "/locking")
    locking.put_all([b"one", b"two"], 5)
    locking.put(b"zero", 1)
    held = locking.get(DEADLINE)
    b.sync(HOME)
    theirs = rival.get(DEADLINE)
    say("locking queue", held, theirs, locking.holds_lock(), locking.consume(), rival.release(), locking.get(DEADLINE), locking.consume(), len(rival))


def transactions(a, b):
    path = HOME + "/transactions"
    a.create(path)
    steps = a.transaction()
    steps.create(path + "/a", b"1")
    steps.create(path + "/s-", sequence=True)
    steps.set_data(path + "/a", b"22", version=0)
    steps.check(path + "/a", 1)
    steps.create(path + "/e", ephemeral=True)
    say("transaction", [one if isinstance(one, (str, bool)) else stat_of(one) for one in steps.commit()], a.get(path + "/a")[0])
    steps = a.transaction()
    steps.delete(path + "/a")
    steps.check(path + "/s-0000000001", 9)
    steps.create(path + "/b")
    say("rolled back", [type(one).__name__ for one in steps.commit()], sorted(a.get_children(path)))
    say("nothing", a.transaction().commit())
    with a.transaction() as steps:
        steps.delete(path + "/a")
        steps.delete(path + "/e")
    say("with", a.get_children(path))


def chroots(a, b):
    a.create(HOME + "/inside")
    inside = connect(HOME + "/inside")
    say("chroot", inside.create("/a/b", makepath=True), a.exists(HOME + "/inside/a/b") is not None, inside.get_children("/"))
    events = []
    inside.exists("/c", watch=lambda event: events.append((event.type, event.path)))
    inside.create("/c-", sequence=True)
    inside.create("/c")
    until("the watch inside fires", lambda: events)
    say("chroot watch", events, inside.Lock("/l").acquire(timeout=DEADLINE))


def sessions(a, b):
    states = []
    doomed = KazooClient(hosts=HOSTS, timeout=4.0)
    doomed.add_listener(states.append)
    doomed.start(timeout=DEADLINE)
    clients.append(doomed)
    session, password = doomed.client_id
    path = HOME + "/session"
    doomed.create(path, ephemeral=True)
    party = doomed.Party(HOME + "/sessions", "doomed")
    party.join()

    # Another connection takes the session over and closes it: to the first client it has expired.
    thief = KazooClient(hosts=HOSTS, timeout=4.0, client_id=(session, password))
    thief.start(timeout=DEADLINE)
    say("session moved", thief.client_id[0] == session)
    thief.stop()
    thief.close()
    until("the session is lost and another made", lambda: KazooState.LOST in states and states[-1] == KazooState.CONNECTED)
    say("states", states[0], KazooState.LOST in states, states[-1], doomed.client_id[0] != session)
    doomed.sync(HOME)
    say("ephemeral znode went", doomed.exists(path), doomed.create(path, ephemeral=True))
    doomed.stop()
    a.sync(HOME)
    say("and goes with an ordered end", a.exists(path))
    doomed.restart()
    say("restart", doomed.connected, doomed.exists(path))


def access(a, b):
    path = HOME + "/access"
    bob = connect(auth_data=[("digest", "bob:secret")])
    bob.create(path, b"mine", acl=CREATOR_ALL_ACL)
    a.sync(HOME)
    say("locked", error(a.get, path), error(a.set, path, b""), error(a.create, path + "/c"), error(a.get_children, path), a.exists(path) is not None)
    acl, stat = bob.get_acls(path)
    say("acl", acl, stat_of(stat))
    say("masked", bob.set_acls(path, [make_digest_acl("bob", "secret", all=True), make_acl("world", "anyone", read=True)]).aversion)
    a.sync(HOME)
    say("read", a.get(path)[0], a.get_acls(path)[0], error(a.set, path, b""))
    a.add_auth("digest", "bob:secret")
    say("unlocked", stat_of(a.set(path, b"ours")), a.delete(path))
    say("invalid", error(b.create, path, b"", [make_acl("world", "nobody")]), error(b.create, path, b"", CREATOR_ALL_ACL))
    say("default", connect(default_acl=READ_ACL_UNSAFE).create(path), error(b.set, path, b""), b.get_acls(path)[0] == READ_ACL_UNSAFE)
    say("address", b.create(path + "-ip", acl=[make_acl("ip", "127.0.0.1", all=True)]), b.get(path + "-ip")[0])


def commands(a, b):
    say("server", a.server_version(), a.command(b"ruok"), a.command(b"isro"))
    for word, wanted in ((b"srvr", "Zxid: 0x"), (b"stat", "Clients:"), (b"envi", "zookeeper.version="), (b"conf", "tickTime="), (b"mntr", "zk_znode_count"), (b"cons", "sid=0x")):
        say("command", word, wanted in a.command(word))
    say("times to live", error(a.create, HOME + "/ttl", ttl=1000) if "ttl" in KazooClient.create.__code__.co_varnames else "UnimplementedError")


def main():
    a, b = connect(), connect()
    a.create(HOME)
    b.sync(HOME)
    for part in (nodes, watches, locks, gatherings, numbers_and_queues, transactions, chroots, sessions, access, commands):
        print("--", part.__name__, flush=True)
        part(a, b)
    a.delete(HOME, recursive=True)
    for client in clients:
        client.stop()
        client.close()
    print("done", flush=True)


main()
