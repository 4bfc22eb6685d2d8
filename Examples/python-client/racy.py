"""GET, subtract, SET: two buyers read the same stock, and both are sold the same unit."""
import os

import redis

import soldout

store = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


class Shop:
    def open(self, items, units):
        for item in items:
            store.set(item, units)

    def take(self, item, units, call):
        left = int(store.get(item)) - units
        if left < 0:
            return soldout.SOLD_OUT
        store.set(item, left)
        return left

    def read(self, item):
        return int(store.get(item))

    def restock(self, item, units):
        store.set(item, int(store.get(item)) + units)

    remaining = read


if __name__ == "__main__":
    soldout.serve(Shop())
