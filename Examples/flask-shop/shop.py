"""A typical shop over HTTP: Flask, and redis-py against one Redis.

/items/<item>/take is right: one script checks and subtracts. /racy/<item>/take reads the stock, subtracts
in Python and writes it back. Both answer 200 with what is left, or 409 when it is sold out.
"""

import os

import redis
from flask import Flask, jsonify, request

app = Flask(__name__)
# To redis-py, an empty password is none.
r = redis.Redis(
    host=os.environ["REDIS_HOST"],
    port=int(os.environ["REDIS_PORT"]),
    password=os.environ.get("REDIS_PASSWORD"),
    decode_responses=True,
)
take_script = r.register_script(
    """
    local left = tonumber(redis.call('GET', KEYS[1])) - ARGV[1]
    if left < 0 then return -1 end
    redis.call('SET', KEYS[1], left)
    return left
    """
)


def answer(left):
    if left < 0:
        return jsonify(code="SOLD_OUT"), 409
    return jsonify(left=left)


@app.get("/health")
def health():
    r.ping()
    return "ok"


@app.get("/items/<item>")
def read(item):
    return jsonify(left=int(r.get(item)))


@app.post("/items/<item>/take")
def take(item):
    return answer(take_script(keys=[item], args=[request.json["quantity"]]))


@app.post("/racy/<item>/take")
def racy(item):
    left = int(r.get(item)) - request.json["quantity"]
    if left >= 0:
        r.set(item, left)
    return answer(left)


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), threaded=True)
