"""Keys and values with versions, conditions and expiry times, through Thrift's own Python library, from code generated from idl/catena.thrift.

thrift_tables.py <generated code> <port> <port> <port>   every method, at three nodes; prints "done"
"""
import json
import sys
import time

sys.path.insert(0, sys.argv[1])

from catena import Catena  # noqa: E402
from catena.ttypes import BeginOptions, Change, InvalidRequest, NoSuchTable, OptionalValue, ScanRequest, TableExists, TransactionAborted, Unavailable, WriteOptions  # noqa: E402
from thrift.protocol import TBinaryProtocol  # noqa: E402
from thrift.Thrift import TApplicationException  # noqa: E402
from thrift.transport import TSocket, TTransport  # noqa: E402

PATIENCE = 60
ABSENT = OptionalValue(found=False)


def connect(port):
    socket = TSocket.TSocket("127.0.0.1", int(port))
    socket.setTimeout(PATIENCE * 1000)
    transport = TTransport.TFramedTransport(socket)
    transport.open()
    return Catena.Client(TBinaryProtocol.TBinaryProtocol(transport))


def patiently(call, *arguments):
    """Repeats what a busy machine refuses, which has changed nothing then."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return call(*arguments)
        except (Unavailable, TransactionAborted):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def expect(exception, call, *arguments):
    try:
        call(*arguments)
    except exception as expected:
        return expected
    raise AssertionError("%s was not refused" % call.__name__)


def put(client, key, value, **options):
    return patiently(client.tablePut, "", key, value, WriteOptions(**options))


def delete(client, key, **options):
    return patiently(client.tableDelete, "", key, WriteOptions(**options))


def get(client, key):
    return patiently(client.tableGet, "", key)


def check_values(first, second):
    key = b"\x00\xff{a}"
    assert get(first, key) == ABSENT
    assert put(first, key, b"").applied
    empty = get(second, key)
    assert empty.found and empty.value == b"" and len(empty.version) == 16
    assert put(first, key, b"\xfe" * 100).previous is None
    found = get(second, key)
    assert found.value == b"\xfe" * 100 and found.version > empty.version
    assert patiently(second.tableGet, "default", key) == found
    assert delete(second, key).applied and not delete(first, key).applied
    assert get(first, key) == ABSENT

    assert patiently(first.tableIncrement, "", b"n", 5) == 5
    assert patiently(second.tableIncrement, "", b"n", -7) == -2
    assert get(first, b"n").value == b"-2"
    assert patiently(first.tableAppend, "", b"n", b"00") == 4
    put(first, b"text", b"x")
    expect(InvalidRequest, first.tableIncrement, "", b"text", 1)
    values = patiently(second.tableGetMany, "", [b"n", b"nothing", b"text", b"n"])
    assert values == [OptionalValue(True, b"-200"), ABSENT, OptionalValue(True, b"x"), OptionalValue(True, b"-200")], values
    # What older clients put is the same.
    assert patiently(first.get, "text") == "x"


def check_conditions(first, second):
    assert put(first, b"c", b"1", ifAbsent=True).applied
    assert not put(second, b"c", b"2", ifAbsent=True).applied
    assert not put(second, b"d", b"2", ifPresent=True).applied
    one = get(first, b"c")
    assert put(second, b"c", b"2", ifVersion=one.version).applied
    assert not put(first, b"c", b"3", ifVersion=one.version).applied
    two = get(second, b"c")
    assert two.value == b"2"

    told = put(first, b"c", b"3", ifVersion=one.version, returnPrevious=True)
    assert not told.applied and told.previous == two, told
    told = put(first, b"c", b"3", ifVersion=two.version, returnPrevious=True)
    assert told.applied and told.previous == two, told
    told = put(first, b"c", b"4", returnPrevious=True)
    assert told.applied and told.previous.value == b"3"
    told = put(first, b"d", b"1", ifAbsent=True, returnPrevious=True)
    assert told.applied and told.previous == ABSENT
    told = put(first, b"d", b"2", ifPresent=True, returnPrevious=True)
    assert told.applied and told.previous.value == b"1"

    four = get(second, b"c")
    assert not delete(first, b"c", ifVersion=two.version).applied
    told = delete(first, b"c", ifVersion=two.version, returnPrevious=True)
    assert not told.applied and told.previous is None
    told = delete(first, b"c", ifVersion=four.version, returnPrevious=True)
    assert told.applied and told.previous.value == b"4"
    put(first, b"c", b"5")
    assert delete(second, b"c", ifVersion=get(first, b"c").version).applied
    told = delete(second, b"d", returnPrevious=True)
    assert told.applied and told.previous.value == b"2"
    told = delete(second, b"d", returnPrevious=True, ifPresent=True)
    assert not told.applied and told.previous == ABSENT


def check_expiry(first, second):
    soon = int(time.time() * 1000) + 3600 * 1000
    put(first, b"e", b"1", expiresAt=soon)
    assert patiently(second.tableExpiresAt, "", b"e") == soon
    put(first, b"e", b"2", keepExpiry=True)
    assert patiently(second.tableExpiresAt, "", b"e") == soon
    put(first, b"e", b"3")
    assert patiently(second.tableExpiresAt, "", b"e") == -1
    assert patiently(first.tableExpire, "", b"e", soon)
    assert patiently(second.tableExpiresAt, "", b"e") == soon
    assert patiently(first.tableExpire, "", b"e", 0)
    assert patiently(second.tableExpiresAt, "", b"e") == -1
    assert not patiently(first.tableExpire, "", b"nothing", soon)
    assert patiently(second.tableExpiresAt, "", b"nothing") == -2
    put(first, b"e", b"4", timeToLive=1)
    deadline = time.monotonic() + PATIENCE
    while get(second, b"e").found:
        assert time.monotonic() < deadline, "a key does not expire"


def check_changes(first, second):
    assert patiently(first.tableApply, [Change(key=b"x%d" % number, value=b"1", options=WriteOptions(ifAbsent=True)) for number in range(5)])
    assert not patiently(second.tableApply, [Change(key=b"y", value=b"1"), Change(key=b"x3", value=b"2", options=WriteOptions(ifAbsent=True))])
    assert get(first, b"y") == ABSENT
    version = get(first, b"x0").version
    changes = [Change(key=b"x0", options=WriteOptions(ifVersion=version)), Change(table="default", key=b"x1", value=b"2")]
    assert patiently(second.tableApply, changes)
    assert not patiently(second.tableApply, changes)
    assert [value.value for value in patiently(first.tableGetMany, "", [b"x0", b"x1", b"x2"])] == [None, b"2", b"1"]


def pages(call, *arguments):
    entries, cursor = [], b""
    while cursor is not None:
        page = patiently(call, *arguments[:1], cursor, *arguments[1:])
        entries += page.entries
        cursor = page.nextKey
    return entries


def check_scans(first, second):
    for number in range(150):
        put(first, b"{many}%03d" % number, b"v%d" % number)
    for number in range(40):
        put(second, b"single-%d" % number, b"w")
    put(first, b"{many}050", b"expires", expiresAt=4102444800000)
    ours = {b"{many}%03d" % number for number in range(150)} | {b"single-%d" % number for number in range(40)}
    for limit in (1, 7, 0, 10000):
        entries = pages(second.tableScan, "", limit)
        keys = [entry.key for entry in entries]
        assert len(keys) == len(set(keys)) and ours <= set(keys), limit
        assert all(len(entry.version) == 16 for entry in entries)
        assert [entry.expiresAt for entry in entries if entry.expiresAt is not None] == [4102444800000]
    page = patiently(first.tableScanRange, "", ScanRequest(startKey=b"{many}100", endKey=b"{many}120", limit=15))
    assert [entry.key for entry in page.entries] == [b"{many}%03d" % number for number in range(100, 115)] and page.entries[0].version
    rest = patiently(first.tableScanRange, "", ScanRequest(startKey=page.nextKey, endKey=b"{many}120"))
    assert [entry.value for entry in rest.entries] == [b"v%d" % number for number in range(115, 120)] and rest.nextKey is None


def check_named(first, second):
    expect(NoSuchTable, first.tableGet, "users", b"k")
    expect(NoSuchTable, first.tableDrop, "users")
    patiently(first.tableCreate, "users")
    expect(TableExists, second.tableCreate, "users")
    for name in ("", "default", "a b", "ab", "{tables}", "x" * 256):
        expect(InvalidRequest, first.tableCreate, name)
    assert put(first, b"k", b"default's").applied
    assert patiently(second.tablePut, "users", b"k", b"1", WriteOptions(ifAbsent=True)).applied
    found = patiently(first.tableGet, "users", b"k")
    assert found.value == b"1" and get(first, b"k").value == b"default's"
    assert patiently(first.tablePut, "users", b"k", b"2", WriteOptions(ifVersion=found.version)).applied
    assert patiently(second.tableIncrement, "users", b"k", 3) == 5
    assert patiently(second.tableAppend, "users", b"k", b"0") == 2
    soon = int(time.time() * 1000) + 3600 * 1000
    assert patiently(first.tableExpire, "users", b"k", soon)
    assert patiently(second.tableExpiresAt, "users", b"k") == soon
    assert patiently(first.tablePut, "users", b"k", b"6", WriteOptions(ifVersion=patiently(first.tableGet, "users", b"k").version, keepExpiry=True)).applied
    assert patiently(second.tableExpiresAt, "users", b"k") == soon
    for number in range(20):
        patiently(first.tablePut, "users", b"{u}%02d" % number, b"x", WriteOptions())
    assert patiently(second.tableSize, "users") == 21
    before = patiently(second.tableSize, "")
    assert len(pages(second.tableScan, "users", 5)) == 21
    page = patiently(first.tableScanRange, "users", ScanRequest(startKey=b"{u}", limit=7))
    assert [entry.key for entry in page.entries] == [b"{u}%02d" % number for number in range(7)]
    expect(InvalidRequest, first.tableScanRange, "users", ScanRequest(startKey=b"{u}", table="other"))
    values = patiently(first.tableGetMany, "users", [b"k", b"nothing"])
    assert [value.value for value in values] == [b"6", None]
    patiently(second.tableCreate, "orders")
    assert patiently(first.tableNames) == ["orders", "users"]
    assert patiently(first.tableApply, [Change(table="orders", key=b"k", value=b"o"), Change(table="users", key=b"k"), Change(key=b"from-both", value=b"d")])
    assert not patiently(second.tableGet, "users", b"k").found and get(second, b"from-both").value == b"d"
    assert patiently(second.tableSize, "") == before + 1
    check_named_transaction(first, second)

    # Who has known the old number finds the new table, and nothing of the old one.
    patiently(first.tableDrop, "users")
    expect(NoSuchTable, second.tableGet, "users", b"k")
    expect(NoSuchTable, second.tableSize, "users")
    patiently(first.tableCreate, "users")
    assert patiently(second.tableSize, "users") == 0
    assert patiently(second.tablePut, "users", b"new", b"1", WriteOptions()).applied
    assert patiently(first.tableGet, "users", b"new").value == b"1"
    for name in ("users", "orders"):
        patiently(second.tableDrop, name)
    assert patiently(first.tableNames) == []


def check_named_transaction(first, second):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            handle = first.transactionBegin(BeginOptions())
            first.transactionPut(handle, b"{u}in", b"transaction", "users")
            first.transactionPut(handle, b"in", b"transaction", "")
            assert first.transactionGet(handle, b"k", "orders").value == b"o"
            page = first.transactionScan(handle, ScanRequest(startKey=b"{u}1", table="users"))
            assert [entry.key for entry in page.entries] == [b"{u}%02d" % number for number in range(10, 20)] + [b"{u}in"], page
            expect(NoSuchTable, first.transactionGet, handle, b"k", "nothing")
            assert first.transactionDelete(handle, b"k", "orders")
            first.transactionCommit(handle)
            break
        except (Unavailable, TransactionAborted):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert patiently(second.tableGet, "users", b"{u}in").value == b"transaction" and get(second, b"in").value == b"transaction"
    assert not patiently(second.tableGet, "orders", b"k").found


def check_refusals(client):
    for call in (client.tableGet, client.tableExpiresAt):
        expect(InvalidRequest, call, "", b"")
        expect(NoSuchTable, call, "other", b"k")
    expect(InvalidRequest, client.tableGet, "", b"k" * 65536)
    expect(InvalidRequest, client.tablePut, "", b"k", b"v", WriteOptions(ifAbsent=True, ifPresent=True))
    expect(InvalidRequest, client.tablePut, "", b"k", b"v", WriteOptions(ifVersion=b"short"))
    expect(InvalidRequest, client.tablePut, "", b"k", b"v", WriteOptions(expiresAt=1, timeToLive=1))
    expect(InvalidRequest, client.tablePut, "", b"k", b"v", WriteOptions(timeToLive=-1))
    expect(InvalidRequest, client.tableDelete, "", b"k", WriteOptions(ifAbsent=True))
    expect(InvalidRequest, client.tableDelete, "", b"k", WriteOptions(timeToLive=5))
    expect(InvalidRequest, client.tableExpire, "", b"k", -1)
    expect(InvalidRequest, client.tableGetMany, "", [])
    expect(InvalidRequest, client.tableApply, [])
    expect(InvalidRequest, client.tableApply, [Change(key=b"k", value=b"v", options=WriteOptions(ifPresent=True))])
    expect(InvalidRequest, client.tableScan, "", b"\xff\xff", 10)
    expect(InvalidRequest, client.tableScan, "", b"", 10001)
    expect(InvalidRequest, client.tableScanRange, "", ScanRequest(startKey=b"no tag"))
    expect(NoSuchTable, client.tableApply, [Change(table="other", key=b"k", value=b"v")])
    expect(NoSuchTable, client.tablePut, "other", b"k", b"v", WriteOptions())
    expect(TApplicationException, client.replicate, "k", "v")


def check_cluster(clients):
    cluster = clients[0].clusterMap()
    assert cluster.alive and len(cluster.nodes) == 3 and len(cluster.partitions) == 8
    assert sorted(node.thriftPort for node in cluster.nodes) == sorted(int(port) for port in sys.argv[2:5])
    assert sorted(node.role for node in cluster.nodes) == ["master", "slave", "sub-master"]
    assert cluster.partitions[0].firstSlot == 0 and cluster.partitions[-1].lastSlot == 16383
    ids = {node.id for node in cluster.nodes}
    assert len({client.clusterMap().askedNode for client in clients}) == 3
    assert all(len(partition.members) == 3 and set(partition.members) == ids and partition.epoch > 0 for partition in cluster.partitions)
    assert json.loads(clients[1].nodeStatus())["self"] in ids


def main():
    clients = [connect(port) for port in sys.argv[2:5]]
    check_values(*clients[:2])
    check_conditions(*clients[:2])
    check_expiry(*clients[:2])
    check_changes(*clients[:2])
    check_scans(*clients[:2])
    check_named(*clients[:2])
    check_refusals(clients[2])
    check_cluster(clients)
    print("done")


main()
