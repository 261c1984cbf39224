"""Transactions through Thrift's own Python library, from code generated from idl/catena.thrift.

thrift_transactions.py <generated code> round <port> <port> <port>   every kind of step, at three nodes; prints "done"
thrift_transactions.py <generated code> prepare <port> <key>...      prints the handle of what is prepared, in hex
thrift_transactions.py <generated code> commit <port> <handle>       prints "committed" or the exception's name
"""
import sys
import time

sys.path.insert(0, sys.argv[1])

from catena import Catena  # noqa: E402
from catena.ttypes import (  # noqa: E402
    BeginOptions, InvalidRequest, NoSuchTransaction, OptionalValue, OutcomeUnknown, ScanRequest, TransactionAborted, TransactionCommitted, Unavailable)
from thrift.protocol import TBinaryProtocol  # noqa: E402
from thrift.Thrift import TApplicationException  # noqa: E402
from thrift.transport import TSocket, TTransport  # noqa: E402

PATIENCE = 60

# How often nobody could say whether a commit had happened: on a machine that is very slow.
open_outcomes = 0


def connect(port):
    socket = TSocket.TSocket("127.0.0.1", int(port))
    socket.setTimeout(PATIENCE * 1000)
    transport = TTransport.TFramedTransport(socket)
    transport.open()
    return Catena.Client(TBinaryProtocol.TBinaryProtocol(transport))


def until(attempt, passing=(Unavailable,)):
    """Repeats what a busy machine may delay: an attempt that passes, or returns None, has changed nothing."""
    deadline = time.monotonic() + PATIENCE
    while True:
        failure = AssertionError("not within %d s" % PATIENCE)
        try:
            result = attempt()
            if result is not None:
                return result
        except passing as refusal:
            failure = refusal
        if time.monotonic() > deadline:
            raise failure
        time.sleep(0.05)


def put(client, key, value):
    """A plain put, which may be repeated."""
    until(lambda: client.put(key, value) is None, (TApplicationException,))


def get(client, key):
    return until(lambda: client.get(key), (TApplicationException,))


def run(client, body, end="transactionCommit", locking=False, retry_of=None):
    """Runs a transaction as a client should: again, with the age of the one that lost, until it is done."""
    lost = retry_of

    def attempt():
        global open_outcomes
        nonlocal lost
        handle = client.transactionBegin(BeginOptions(locking=locking, retryOf=lost))
        try:
            result = body(handle)
            ended = getattr(client, end)(handle)
            return (result, ended)
        except TransactionAborted:
            lost = handle
            return None
        except NoSuchTransaction:
            # It was slow beyond the idle limit.
            return None
        except OutcomeUnknown:
            open_outcomes += 1
            return None

    return until(attempt)


def expect(exception, call, *arguments):
    def attempt():
        try:
            call(*arguments)
        except exception:
            return True
        raise AssertionError("%s did not raise %s" % (call.__name__, exception.__name__))

    until(attempt)


def settle(call, handle):
    """Decides on a prepared transaction: what is open may be asked again."""
    until(lambda: call(handle) is None, (Unavailable, OutcomeUnknown))


def scan(client, handle, start, end=None, limit=2):
    """All pages of a scan."""
    entries = []
    while start is not None:
        page = client.transactionScan(handle, ScanRequest(startKey=start, endKey=end, limit=limit))
        entries += [(entry.key, entry.value) for entry in page.entries]
        start = page.nextKey
    return entries


def check_steps(first, second):
    """Reads, writes, deletes and scans in several partitions; all is seen inside at once, and outside when it is committed."""
    for number in range(1, 6):
        put(first, "{tag}%d" % number, "old")
    put(first, "other", "x")

    def body(handle):
        for number in range(8):
            key = b"key-%d" % number
            first.transactionPut(handle, key, b"\x00\xff%d" % number, "")
            assert first.transactionGet(handle, key, "") == OptionalValue(found=True, value=b"\x00\xff%d" % number)
        assert first.transactionGet(handle, b"nowhere", "") == OptionalValue(found=False)
        assert first.transactionGet(handle, b"other", "").value == b"x"
        assert first.transactionDelete(handle, b"{tag}1", "") or open_outcomes
        assert first.transactionDelete(handle, b"nowhere", "") is False
        first.transactionPut(handle, b"{tag}6", b"", "")
        assert scan(first, handle, b"{tag}") == [(b"{tag}%d" % number, b"old") for number in range(2, 6)] + [(b"{tag}6", b"")]
        assert scan(first, handle, b"{tag}3", b"{tag}5") == [(b"{tag}3", b"old"), (b"{tag}4", b"old")]
        expect(InvalidRequest, first.transactionScan, handle, ScanRequest(startKey=b"{tag}1", endKey=b"{gat}2"))
        expect(InvalidRequest, first.transactionPut, handle, b"", b"v", "")
        expect(NoSuchTransaction, second.transactionGet, handle, b"other", "")

    run(first, body)
    assert get(second, "{tag}1") == "" and get(second, "{tag}2") == "old"
    values, _ = run(second, lambda handle: [second.transactionGet(handle, b"key-%d" % number, "").value for number in range(8)])
    assert values == [b"\x00\xff%d" % number for number in range(8)], values

    expect(NoSuchTransaction, first.transactionCommit, b"no handle")
    expect(InvalidRequest, first.transactionBegin, BeginOptions(retryOf=b"no handle"))
    run(first, lambda handle: first.transactionPut(handle, b"other", b"y", ""), end="transactionRollback")
    assert get(second, "other") == "x"


def check_conflicts(first, second):
    """Who reads what another changes before it commits loses, and succeeds with the age of the one that lost."""
    def lose(read):
        """Loses once; None where something else came between."""
        handle = first.transactionBegin(BeginOptions())
        try:
            read(handle)
            run(second, lambda other: second.transactionPut(other, b"{range}key-%d" % time.monotonic_ns(), b"1", ""))
            run(second, lambda other: second.transactionPut(other, b"counter", b"%d" % (int(second.transactionGet(other, b"counter", "").value or 0) + 1), ""))
            first.transactionPut(handle, b"result", b"lost", "")
            first.transactionCommit(handle)
        except TransactionAborted as lost:
            assert lost.message, "an exception says why"
            return handle
        except (NoSuchTransaction, OutcomeUnknown):
            return None
        raise AssertionError("a transaction was committed although what it had read was changed")

    run(second, lambda handle: second.transactionPut(handle, b"counter", b"0", ""))
    for read in (lambda handle: first.transactionGet(handle, b"counter", ""), lambda handle: scan(first, handle, b"{range}")):
        lost = until(lambda: lose(read))
        assert get(second, "result") == ""
        before = int(get(second, "counter"))

        def add(handle):
            value = int(first.transactionGet(handle, b"counter", "").value)
            first.transactionPut(handle, b"counter", b"%d" % (value + 1), "")

        run(first, add, retry_of=lost)
        run(first, add, locking=True)
        assert before + 2 <= int(get(second, "counter")) <= before + 2 + open_outcomes


def check_prepared(first, second, third):
    """What was prepared at one node is decided at others, as often as one likes; the first decision stands."""
    def body(handle):
        for number in range(4):
            first.transactionPut(handle, b"prepared-%d" % number, b"yes", "")

    _, prepared = run(first, body, end="transactionPrepare")
    for client in (third, second, third, first):
        settle(client.transactionCommit, prepared)
    for number in range(4):
        assert get(second, "prepared-%d" % number) == "yes"
    expect(TransactionCommitted, second.transactionRollback, prepared)

    _, prepared = run(first, lambda handle: first.transactionPut(handle, b"prepared-0", b"no", ""), end="transactionPrepare")
    for client in (second, third):
        settle(client.transactionRollback, prepared)
    expect(TransactionAborted, first.transactionCommit, prepared)
    assert get(third, "prepared-0") == "yes"


def main():
    clients = [connect(port) for port in sys.argv[3:6]] if sys.argv[2] == "round" else [connect(sys.argv[3])]
    if sys.argv[2] == "round":
        check_steps(*clients[:2])
        check_conflicts(*clients[:2])
        check_prepared(*clients)
        print("done")
    elif sys.argv[2] == "prepare":
        keys = [key.encode() for key in sys.argv[4:]]
        _, handle = run(clients[0], lambda handle: [clients[0].transactionPut(handle, key, b"prepared", "") for key in keys], end="transactionPrepare")
        print(handle.hex())
    else:
        try:
            settle(clients[0].transactionCommit, bytes.fromhex(sys.argv[4]))
            print("committed")
        except (TransactionAborted, NoSuchTransaction) as refusal:
            print(type(refusal).__name__)


main()
