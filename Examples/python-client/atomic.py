"""Check and DECRBY in one script: Redis does nothing else meanwhile."""
import os

import redis

import soldout

store = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
take = store.register_script(
    """
    local left = redis.call('GET', KEYS[1]) - ARGV[1]
    if left < 0 then return -1 end
    redis.call('DECRBY', KEYS[1], ARGV[1])
    return left
    """
)


class Shop:
    def open(self, items, units):
        for item in items:
            store.set(item, units)

    def take(self, item, units, call):
        left = take(keys=[item], args=[units])
        return soldout.SOLD_OUT if left < 0 else left

    def read(self, item):
        return int(store.get(item))

    def restock(self, item, units):
        store.incrby(item, units)

    remaining = read


if __name__ == "__main__":
    soldout.serve(Shop())
