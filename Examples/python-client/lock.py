"""redis-py's Lock around SELECT and UPDATE: one buyer at a time, as long as nobody is slower than the
lock's lease. PostgreSQL doesn't know of the lock, and accepts whatever a late owner writes."""
import os

import psycopg2
import redis
from redis.exceptions import LockError

import soldout

LEASE = 1.0  # seconds
store = redis.Redis.from_url(os.environ["REDIS_URL"])
database = psycopg2.connect(os.environ["DATABASE_URL"])


class Shop:
    def open(self, items, units):
        with database, database.cursor() as sql:
            sql.execute("CREATE TABLE stock (id text PRIMARY KEY, units integer NOT NULL)")
            for item in items:
                sql.execute("INSERT INTO stock VALUES (%s, %s)", (item, units))

    def take(self, item, units, call):
        lock = store.lock("lock:" + item, timeout=LEASE, sleep=0.005, blocking_timeout=4)
        if not lock.acquire():
            raise soldout.Refused("the lock was not granted")
        try:
            left = self.sell(item, units)
        finally:
            try:
                lock.release()
            except LockError:
                pass  # its lease has ended; what was sold is sold
        return soldout.SOLD_OUT if left < 0 else left

    def sell(self, item, units):
        with database, database.cursor() as sql:
            sql.execute("SELECT units FROM stock WHERE id = %s", (item,))
            left = sql.fetchone()[0] - units
            if left >= 0:
                sql.execute("UPDATE stock SET units = %s WHERE id = %s", (left, item))
            return left

    def read(self, item):
        with database, database.cursor() as sql:
            sql.execute("SELECT units FROM stock WHERE id = %s", (item,))
            return sql.fetchone()[0]

    remaining = read


if __name__ == "__main__":
    soldout.serve(Shop())
