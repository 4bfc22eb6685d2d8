"""The same shop on PostgreSQL, by psycopg2.

/items/<item>/take is right: one UPDATE checks and subtracts. /racy/<item>/take selects, subtracts in Python
and updates. Both answer 200 with what is left, or 409 when it is sold out. A connection that breaks costs
one request, which answers 500: nobody knows whether it was done.
"""

import os
from contextlib import contextmanager

from flask import Flask, jsonify, request
from psycopg2.pool import ThreadedConnectionPool

app = Flask(__name__)
pool = ThreadedConnectionPool(0, 32, os.environ["DATABASE_URL"])


@contextmanager
def transaction():
    connection = pool.getconn()
    is_whole = False
    try:
        with connection, connection.cursor() as sql:
            yield sql
        is_whole = True
    finally:
        pool.putconn(connection, close=not is_whole)


def answer(left):
    if left is None or left < 0:
        return jsonify(code="SOLD_OUT"), 409
    return jsonify(left=left)


@app.get("/health")
def health():
    with transaction() as sql:
        sql.execute("SELECT 1")
    return "ok"


@app.get("/items/<item>")
def read(item):
    with transaction() as sql:
        sql.execute("SELECT units FROM stock WHERE id = %s", (item,))
        return jsonify(left=sql.fetchone()[0])


@app.post("/items/<item>/take")
def take(item):
    units = request.json["quantity"]
    with transaction() as sql:
        sql.execute(
            "UPDATE stock SET units = units - %s WHERE id = %s AND units >= %s RETURNING units",
            (units, item, units),
        )
        row = sql.fetchone()
    return answer(row and row[0])


@app.post("/racy/<item>/take")
def racy(item):
    with transaction() as sql:
        sql.execute("SELECT units FROM stock WHERE id = %s", (item,))
        left = sql.fetchone()[0] - request.json["quantity"]
        if left >= 0:
            sql.execute("UPDATE stock SET units = %s WHERE id = %s", (left, item))
    return answer(left)


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), threaded=True)
