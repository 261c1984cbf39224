"""Asks a table service for statistics: table_stats.py <directory of generated code> <port> <message>. Prints opcode, c_type, operations and clients, and whether the time is one that may be."""
import socket
import struct
import sys
import time

sys.path.insert(0, sys.argv[1])

import table_dialects_pb2  # noqa: E402


def exchange(connection, message):
    connection.sendall(struct.pack(">H", len(message)))
    connection.sendall(message)
    length, = struct.unpack(">h", connection.recv(2, socket.MSG_WAITALL))
    return connection.recv(length, socket.MSG_WAITALL)


begun = time.monotonic()
first = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
second = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
for connection in (first, second, first):
    # A put of k = v, which is synced to disk.
    assert exchange(connection, bytes.fromhex("080a100a1a060a016b120176")) == bytes.fromhex("080b1046")
reply = getattr(table_dialects_pb2, sys.argv[3])()
reply.ParseFromString(exchange(second, bytes.fromhex("08461046")))
stats = reply.stats
print(reply.opcode, reply.c_type, stats.operations, stats.clients, 0 < stats.time <= (time.monotonic() - begun) * 1e6)
