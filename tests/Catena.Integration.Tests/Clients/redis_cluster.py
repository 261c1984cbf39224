"""A round of what users of python3-redis' RedisCluster do: redis_cluster.py <port>."""
import sys

from redis.cluster import RedisCluster

port = int(sys.argv[1])
client = RedisCluster(host="127.0.0.1", port=port, decode_responses=True)
assert len(client.get_nodes()) == 3 and len(client.get_primaries()) == 3
everywhere = RedisCluster.PRIMARIES
client.flushall(target_nodes=everywhere)

for number in range(300):
    assert client.set(f"k{number}", number)
assert [client.get(f"k{number}") for number in range(300)] == [str(number) for number in range(300)]
assert all(client.mset_nonatomic({f"k{number}": number for number in range(50)}))
assert client.mget_nonatomic([f"k{number}" for number in range(5)]) == ["0", "1", "2", "3", "4"]
pipeline = client.pipeline()
for number in range(200):
    pipeline.incr(f"k{number}")
assert pipeline.execute() == [number + 1 for number in range(200)]
assert client.dbsize(target_nodes=everywhere) == 300
assert len(client.keys("k*", target_nodes=everywhere)) == 300
assert len(list(client.scan_iter("k*", count=50, target_nodes=everywhere))) == 300

slot = client.cluster_keyslot("k1")
assert client.cluster_countkeysinslot(slot) >= 1
assert "k1" in client.cluster_get_keys_in_slot(slot, 10)
assert client.cluster_info(target_nodes=client.get_random_node())["cluster_state"] == "ok"
assert client.memory_usage("k1") > 0
assert client.object("encoding", "k1") == "int"
assert client.expire("k1", 100) and 0 < client.ttl("k1") <= 100
assert client.exists("k1", "k2") == 2 and client.delete("k1", "k2") == 2 and client.unlink("k3") == 1
assert client.ping(target_nodes=RedisCluster.ALL_NODES)
assert all(info["cluster_enabled"] == 1 for info in client.info(target_nodes=RedisCluster.ALL_NODES).values())

listener = client.pubsub()
listener.subscribe("news")
assert listener.get_message(timeout=30)["type"] == "subscribe"
assert client.publish("news", "hello") == 1
assert listener.get_message(timeout=30)["data"] == "hello"
assert client.pubsub_numsub("news", target_nodes=RedisCluster.ALL_NODES) == [("news", 1)]

readers = RedisCluster(host="127.0.0.1", port=port, decode_responses=True, read_from_replicas=True)
assert readers.set("r", "1") and {readers.get("r") for _ in range(12)} == {"1"}
client.flushall(target_nodes=everywhere)
assert client.dbsize(target_nodes=everywhere) == 0
print("done")
