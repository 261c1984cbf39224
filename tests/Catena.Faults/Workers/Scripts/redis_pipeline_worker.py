"""A worker that sends pipelines through python3-redis."""
import redis

import redis_worker
import worker


class Connection(redis_worker.Connection):
    """One connection that has several commands under way at a time."""

    def close(self):
        super().close()
        # A pipeline takes a connection of its own from the pool.
        self._redis.connection_pool.disconnect()

    def run_all(self, commands):
        """What came of each command: its result, or an error that says whether that is final."""
        pipeline = self._redis.pipeline(transaction=False)
        for operation, key, arguments, _ in commands:
            if operation == "get":
                pipeline.get(key)
            else:
                pipeline.set(key, arguments["value"])
        try:
            return [self._end_of(command, result) for command, result in zip(commands, pipeline.execute(raise_on_error=False))]
        except (redis.RedisError, OSError) as error:
            raise worker.Open(type(error).__name__, True) from error

    @staticmethod
    def _end_of(command, result):
        if isinstance(result, Exception):
            return redis_worker.end_of(result)
        if command[0] == "get":
            return {"found": False} if result is None else {"found": True, "value": result}
        return {}


if __name__ == "__main__":
    worker.main(lambda options: Connection, {"get": 25, "put": 75}, worker.PipelineClient)
