"""DECRBY alone. Right, unless the client library sends it twice: redis-py 8's Redis(host, port) repeats a
command whose reply was lost, though the server may have executed it. Its from_url does not."""
import os

import redis

import soldout

store = redis.Redis(
    host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]),
    password=os.environ["REDIS_PASSWORD"], decode_responses=True)


class Shop:
    def open(self, items, units):
        for item in items:
            store.set(item, units)

    def take(self, item, units, call):
        left = store.decrby(item, units)
        if left >= 0:
            return left
        store.incrby(item, units)
        return soldout.SOLD_OUT

    def read(self, item):
        return int(store.get(item))

    remaining = read


if __name__ == "__main__":
    soldout.serve(Shop())
