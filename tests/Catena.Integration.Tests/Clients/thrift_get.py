"""Reads one key through Thrift's own Python library: thrift_get.py <directory of generated code> <port> <key>."""
import sys

sys.path.insert(0, sys.argv[1])

from catena import KeyValueService  # noqa: E402
from thrift.protocol import TBinaryProtocol  # noqa: E402
from thrift.transport import TSocket, TTransport  # noqa: E402

transport = TTransport.TFramedTransport(TSocket.TSocket("127.0.0.1", int(sys.argv[2])))
client = KeyValueService.Client(TBinaryProtocol.TBinaryProtocol(transport))
transport.open()
print(client.get(sys.argv[3]))
transport.close()
