"""A shop for soldout's own tests on Redis, taken from in one of several ways: by a script, by DECRBY and its
undoing, by GET and SET, or by these inside a lock that has a lease, or for which it naps 10 ms at a time."""
import json
import sys
import time

from resp import Redis

way = sys.argv[1]
redis = Redis()
SCRIPT = """local left = redis.call('GET', KEYS[1]) - ARGV[1]
if left >= 0 then redis.call('SET', KEYS[1], left) end
return left"""
UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def script(item, units, call):
    return redis("EVAL", SCRIPT, 1, item, units)


def decrby(item, units, call):
    left = redis("DECRBY", item, units)
    if left < 0:
        redis("INCRBY", item, units)
    return left


def lock(item, units, call):
    while not redis("SET", "lock:" + item, call, "NX", "PX", 400):
        time.sleep(0.002)
    left = get_set(item, units, call)
    redis("EVAL", UNLOCK, 1, "lock:" + item, call)
    return left


def get_set(item, units, call):
    left = int(redis("GET", item)) - units
    if left >= 0:
        redis("SET", item, left)
    return left


def nap(item, units, call):
    while not redis("SET", "lock:" + item, call, "NX"):
        time.sleep(0.01)
    left = get_set(item, units, call)
    redis("DEL", "lock:" + item)
    return left


def answer(body):
    kind = body["type"]
    if kind == "open":
        for item in body["items"]:
            redis("SET", item, body["units"])
    if kind == "take":
        left = globals()[way](body["item"], body["units"], body["call"])
        return {"type": "sold_out"} if left < 0 else {"type": "take_ok", "left": left}
    if kind in ("read", "remaining"):
        value = int(redis("GET", body["item"]))
        # What is on its way back is shown to nobody.
        return {"type": kind + "_ok", "value": max(value, 0) if kind == "read" else value}
    return {"type": kind + "_ok"}


for line in sys.stdin:
    body = json.loads(line)["body"]
    try:
        reply = answer(body)
    except Exception as error:
        reply = {"type": "error", "code": 13, "text": str(error)}
    reply["in_reply_to"] = body["msg_id"]
    print(json.dumps({"src": "n", "dest": "soldout", "body": reply}), flush=True)
