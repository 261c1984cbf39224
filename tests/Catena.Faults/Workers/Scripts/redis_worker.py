"""A worker that asks through python3-redis."""
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

import worker

# What these say is final; an error that is not listed counts as open, whatever it is.
REFUSALS = ("CLUSTERDOWN", "LOADING", "MISCONF", "NOREPLICAS", "TRYAGAIN")

# The library gives some errors classes of their own and takes their code off.
CLASSES = {redis.exceptions.BusyLoadingError: "LOADING", redis.exceptions.ReadOnlyError: "READONLY"}


def end_of(error):
    """What an error of the library says of how a command ended."""
    if type(error) not in CLASSES and not isinstance(error, redis.exceptions.ResponseError):
        return worker.Open(type(error).__name__, True)
    code = CLASSES.get(type(error)) or str(error).split(" ", 1)[0]
    return worker.Refused(code) if code in REFUSALS else worker.Open(code, False)


class Connection:
    """One connection that never repeats a command of itself."""

    def __init__(self, host, port, timeout):
        try:
            self._redis = redis.Redis(
                host=host, port=port, socket_timeout=timeout, socket_connect_timeout=timeout, decode_responses=True,
                retry=Retry(NoBackoff(), 0), retry_on_timeout=False, single_connection_client=True)
        except (redis.RedisError, OSError) as error:
            raise worker.Open(type(error).__name__, True) from error

    def close(self):
        # What the server still wants to say is not waited for.
        self._redis.connection.disconnect()
        self._redis.close()

    def run(self, command):
        operation, key, arguments, hints = command
        try:
            if operation == "get":
                value = self._redis.get(key)
                return operation, arguments, {"found": False} if value is None else {"found": True, "value": value}
            if operation == "delete":
                return operation, arguments, {"found": self._redis.delete(key) == 1}
            if operation == "incr":
                return operation, arguments, {"value": str(self._redis.incrby(key, arguments["by"]))}
            if operation == "cas":
                return operation, arguments, {} if self._redis.set(key, arguments["value"], nx=True) else {"applied": False}
            if not hints["isPresent"]:
                self._redis.set(key, arguments["value"])
                return operation, arguments, {}
            if self._redis.set(key, arguments["value"], xx=True):
                return operation, arguments, {"found": True}
            return "get", {}, {"found": False}
        except (redis.RedisError, OSError) as error:
            raise end_of(error) from error


if __name__ == "__main__":
    worker.main(
        lambda options: Connection,
        {"get": 38, "put": 24, "absent": 8, "present": 7, "delete": 8, "incr": 9, "count": 6})
