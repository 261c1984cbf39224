"""A worker that asks through python3-thrift and code that Thrift's own compiler made."""
import sys

import worker


class Connection:
    """One connection of a KeyValueService client."""

    def __init__(self, host, port, timeout):
        socket = TSocket.TSocket(host, port)
        socket.setTimeout(timeout * 1000)
        self._transport = TTransport.TFramedTransport(socket)
        self._client = KeyValueService.Client(TBinaryProtocol.TBinaryProtocol(self._transport))
        try:
            self._transport.open()
        except (TTransport.TTransportException, OSError) as error:
            raise worker.Open(type(error).__name__, True) from error

    def close(self):
        self._transport.close()

    def run(self, command):
        operation, key, arguments, _ = command
        try:
            if operation == "get":
                # This service has no word for "absent" but the empty string, which no worker writes.
                value = self._client.get(key)
                return operation, arguments, {"found": True, "value": value} if value else {"found": False}
            self._client.put(key, arguments["value"])
            return operation, arguments, {}
        except TApplicationException as error:
            code = (error.message or "").split(":", 1)[0]
            if error.type != TApplicationException.INTERNAL_ERROR or not code or code == "outcome unknown":
                raise worker.Open(code or f"type {error.type}", False) from error
            raise worker.Refused(code) from error
        except (TTransport.TTransportException, OSError, EOFError) as error:
            raise worker.Open(type(error).__name__, True) from error


def make_connect(options):
    """Loads the generated code, which is where the options say."""
    sys.path.insert(0, options["generated"])
    from catena import KeyValueService as service
    from thrift.Thrift import TApplicationException as application_exception
    from thrift.protocol import TBinaryProtocol as binary
    from thrift.transport import TSocket as sockets, TTransport as transports
    globals().update(
        KeyValueService=service, TApplicationException=application_exception, TBinaryProtocol=binary, TSocket=sockets, TTransport=transports)
    return Connection


if __name__ == "__main__":
    worker.main(make_connect, {"get": 50, "put": 42, "count": 8})
