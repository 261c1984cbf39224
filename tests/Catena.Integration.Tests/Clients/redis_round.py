"""A round of what python3-redis' users do: redis_round.py <port>."""
import sys

import redis

client = redis.Redis(host="127.0.0.1", port=int(sys.argv[1]), decode_responses=True)
assert client.ping()
assert client.set("py:{t}:a", "1", ex=100)
assert client.incr("py:{t}:a", 5) == 6
assert 0 < client.ttl("py:{t}:a") <= 100
assert client.mset({"py:{t}:b": "2", "py:{t}:c": "3"})
assert client.mget(["py:{t}:a", "py:{t}:b", "py:{t}:none"]) == ["6", "2", None]
pipeline = client.pipeline(transaction=False)
for number in range(500):
    pipeline.set(f"py:{number}", number)
assert all(pipeline.execute())
assert sorted(client.scan_iter(match="py:{t}:*")) == ["py:{t}:a", "py:{t}:b", "py:{t}:c"]
assert len(list(client.scan_iter(match="py:*", count=50))) == 503
assert client.delete("py:{t}:a", "py:{t}:b") == 2
assert client.set("py:{t}:c", "4", nx=True) is None
try:
    client.incr("py:text") if client.set("py:text", "x") else None
    raise AssertionError("incremented a text")
except redis.ResponseError as error:
    assert "not an integer" in str(error)

# Keys of several slots at once, and transactions over them.
assert client.mset({f"tx:{number}": number for number in range(50)})
assert client.mget([f"tx:{number}" for number in range(50)]) == [str(number) for number in range(50)]
pipeline = client.pipeline(transaction=True)
for number in range(50):
    pipeline.incr(f"tx:{number}")
assert pipeline.execute() == [number + 1 for number in range(50)]


def move(pipe):
    left = int(pipe.get("tx:0"))
    pipe.multi()
    pipe.set("tx:0", left - 1)
    pipe.incr("tx:1")


assert client.transaction(move, "tx:0", "tx:1") == [True, 3]
with client.pipeline() as pipeline:
    pipeline.watch("tx:0")
    client.set("tx:0", "9")
    pipeline.multi()
    pipeline.set("tx:0", "8")
    try:
        pipeline.execute()
        raise AssertionError("overwrote what somebody else had changed")
    except redis.WatchError:
        pass
assert client.get("tx:0") == "9"
assert client.delete(*[f"tx:{number}" for number in range(50)]) == 50
print("done")
