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
print("done")
