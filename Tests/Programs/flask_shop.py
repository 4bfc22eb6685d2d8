"""A shop for soldout's own tests in Flask over redis-py: /<way>/<item>/<client>/take is right, racy, or tagged: its
commands say which client they were sent for."""
import os

import redis
from flask import Flask, jsonify

app = Flask(__name__)
store = redis.Redis(
    host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]),
    password=os.environ["REDIS_PASSWORD"] or None)


@app.get("/health")
def health():
    return "ok"


def right(item, _):
    return store.decr(item)


def racy(item, _):
    left = int(store.get(item)) - 1
    store.set(item, left)
    return left


def tagged(item, client):
    for part in ("first", "second"):
        store.incr(f"{part}:client-{client}")
    return store.eval("return redis.call('DECR', KEYS[1])", 2, item, f"third:client-{client}")


takes = {"right": right, "racy": racy, "tagged": tagged}


@app.post("/<way>/<item>/<client>/take")
def take(way, item, client):
    return jsonify(left=takes[way](item, client))


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=True)
