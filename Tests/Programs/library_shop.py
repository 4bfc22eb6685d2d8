"""A shop for soldout's own tests that takes by real client libraries: `library_shop.py WAY LIBRARY`, unchanged
code such as users have it."""
import json
import os
import random
import socket
import sys
import threading
import time

way, library = sys.argv[1:3]
place = os.environ


def redis_shop():
    import redis

    kept = {}

    client = redis.Redis(
        host=place["REDIS_HOST"], port=int(place["REDIS_PORT"]), password=place["REDIS_PASSWORD"] or None)

    def get_set(item, units):
        left = int(client.get(item)) - units
        if left >= 0:
            client.set(item, left)
        return left

    def decr(item, units):
        return client.decrby(item, units)

    def lock(item, units):
        held = client.lock("lock:" + item, timeout=10, sleep=0.1)
        held.acquire()
        try:
            return get_set(item, units)
        finally:
            try:
                held.release()
            except redis.exceptions.LockError:
                pass  # its lease has ended; what was sold is sold

    def redis_lock(item, units):
        import redis_lock

        with redis_lock.Lock(client, item, expire=10):
            return get_set(item, units)

    def work(seconds):
        end = time.process_time() + seconds  # by no clock that stands still
        while time.process_time() < end:
            pass

    def slow(item, units):
        work(2)
        return decr(item, units)

    def slow_lock(item, units):
        held = client.lock("lock:" + item, timeout=0.15, sleep=0.05)
        held.acquire()
        work(0.2)  # longer than the lease
        try:
            return get_set(item, units)
        finally:
            try:
                held.release()
            except redis.exceptions.LockError:
                pass

    def local(item, units):
        # Sells out of a counter of its own.
        kept[item] = kept.get(item, 2) - units
        return kept[item]

    def constant(item, units):
        return 1

    def nothing(item, units):
        return -1

    def flag(item, units):
        # Remembers that it was sold out, and asks nobody any more.
        if item in kept:
            return -1
        left = client.decrby(item, units)
        if left < 0:
            kept[item] = 0
        return left

    def hangs(item, units):
        threading.Event().wait()

    def fickle(item, units):
        if random.random() < 0.5:
            client.exists(item)
        return decr(item, units)

    def put(items, units):
        for item in items:
            client.set(item, units)

    if way == "stranger":
        # A server that nobody gave it.
        client.stranger = socket.create_connection(("127.0.0.1", int(place["STRANGER"])))
    takes = {"stranger": decr, "get-set": get_set, "decr": decr, "lock": lock, "fickle": fickle,
             "redis-lock": redis_lock, "slow-lock": slow_lock, "local": local, "constant": constant,
             "nothing": nothing, "flag": flag, "hangs": hangs, "slow": slow}
    return takes[way], put, lambda item: int(client.get(item))


SELECT = "SELECT units FROM stock WHERE name = %s FOR UPDATE"
UPDATE = "UPDATE stock SET units = %s WHERE name = %s"


def by_cursor(connection, select=SELECT):
    def take(item, units):
        cursor = connection.cursor()
        cursor.execute(select, (item,))
        left = cursor.fetchone()[0] - units
        if left >= 0:
            cursor.execute(UPDATE, (left, item))
        connection.commit()
        return left

    return take


def with_orders(connection):
    """Numbers its orders by the database, and sends the number back."""

    def take(item, units):
        cursor = connection.cursor()
        cursor.execute("UPDATE stock SET units = units - %s WHERE name = %s", (units, item))
        cursor.execute("SELECT units FROM stock WHERE name = %s", (item,))
        left = cursor.fetchone()[0]
        cursor.execute("INSERT INTO orders (name) VALUES (%s) RETURNING id", (item,))
        number = cursor.fetchone()[0]
        cursor.execute("UPDATE orders SET note = %s WHERE id = %s", ("order %d" % number, number))
        connection.commit()
        return left

    return take


def by_sqlalchemy(url):
    import sqlalchemy

    engine = sqlalchemy.create_engine(
        url.replace("postgresql:", "postgresql+psycopg2:"), pool_pre_ping=way == "pre-ping")
    select = sqlalchemy.text(SELECT.replace("%s", ":name"))
    update = sqlalchemy.text("UPDATE stock SET units = :units WHERE name = :name")

    def take(item, units):
        with engine.begin() as connection:
            left = connection.execute(select, {"name": item}).scalar() - units
            if left >= 0:
                connection.execute(update, {"units": left, "name": item})
        return left

    return take


def by_asyncpg(url):
    import asyncio

    import asyncpg

    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(asyncpg.connect(url))

    async def take(item, units):
        async with connection.transaction():
            left = await connection.fetchval(SELECT.replace("%s", "$1"), item) - units
            if left >= 0:
                await connection.execute("UPDATE stock SET units = $1 WHERE name = $2", left, item)
        return left

    return lambda item, units: loop.run_until_complete(take(item, units))


def postgres_shop():
    url = place["DATABASE_URL"]
    if library == "psycopg2":
        import psycopg2

        connection = psycopg2.connect(url)
        return with_orders(connection) if way == "orders" else by_cursor(connection)
    if library == "psycopg":
        import psycopg

        return by_cursor(psycopg.connect(url))
    if library == "pg8000":
        import pg8000.dbapi

        return by_cursor(pg8000.dbapi.connect(
            user=place["PGUSER"], password=place["PGPASSWORD"], host=place["PGHOST"],
            port=int(place["PGPORT"]), database=place["PGDATABASE"]))
    return by_sqlalchemy(url) if library == "sqlalchemy" else by_asyncpg(url)


def mysql_shop():
    import pymysql

    connection = pymysql.connect(
        host=place["MYSQL_HOST"], port=int(place["MYSQL_PORT"]), user=place["MYSQL_USER"],
        password=place["MYSQL_PASSWORD"], database=place["MYSQL_DATABASE"])
    if way == "orders":
        return with_orders(connection)
    inner = by_cursor(connection, SELECT if way == "for-update" else SELECT.replace(" FOR UPDATE", ""))
    if way != "named-lock":
        return inner

    def ask(statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()

    def take(item, units):
        ask("SELECT GET_LOCK(%s, 10)", item)
        try:
            return inner(item, units)
        finally:
            ask("SELECT RELEASE_LOCK(%s)", item)
            connection.commit()

    return take


put, read = None, None
if library == "redis":
    take, put, read = redis_shop()
elif library == "pymysql":
    take = mysql_shop()
else:
    take = postgres_shop()


def answer(body):
    kind = body["type"]
    if kind == "take":
        left = take(body["item"], body["units"])
        return {"type": "sold_out"} if left < 0 else {"type": "take_ok", "left": left}
    if kind == "open" and put:
        put(body["items"], body["units"])
    elif kind in ("read", "remaining") and read:
        return {"type": kind + "_ok", "value": read(body["item"])}
    elif kind != "init":
        return {"type": "error", "code": 10, "text": "not here"}
    return {"type": kind + "_ok"}


for line in sys.stdin:
    body = json.loads(line)["body"]
    try:
        reply = answer(body)
    except Exception as error:
        reply = {"type": "error", "code": 13, "text": str(error)}
    reply["in_reply_to"] = body["msg_id"]
    print(json.dumps({"src": "n", "dest": "soldout", "body": reply}), flush=True)
