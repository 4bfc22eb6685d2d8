"""The shop of flask_shop.py as a bare ASGI application under uvicorn, over redis.asyncio."""
import json
import os

import redis.asyncio
import uvicorn

store = redis.asyncio.Redis(
    host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]),
    password=os.environ["REDIS_PASSWORD"] or None)


async def right(item, _):
    return await store.decr(item)


async def racy(item, _):
    left = int(await store.get(item)) - 1
    await store.set(item, left)
    return left


async def tagged(item, client):
    for part in ("first", "second"):
        await store.incr(f"{part}:client-{client}")
    return await store.eval(
        "return redis.call('DECR', KEYS[1])", 2, item, f"third:client-{client}")


takes = {"right": right, "racy": racy, "tagged": tagged}


async def app(scope, receive, send):
    if scope["type"] != "http":
        return  # uvicorn also tells when it begins and ends
    body = b"ok"
    if scope["path"] != "/health":
        _, way, item, client, _ = scope["path"].split("/")
        body = json.dumps({"left": await takes[way](item, client)}).encode()
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]))
