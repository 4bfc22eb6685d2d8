"""A service in Flask, threaded, whose every command says which client it was sent for."""
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


@app.post("/<item>/<client>/take")
def take(item, client):
    for part in ("first", "second"):
        store.incr(f"{part}:client-{client}")
    left = store.eval("return redis.call('DECR', KEYS[1])", 2, item, f"third:client-{client}")
    return jsonify(left=left)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=True)
