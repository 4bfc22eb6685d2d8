# redis-py as programs use it: pipelines, transactions, scripts, subscriptions, locks, blocking reads; in
# its own version of the protocol and in the other.
import os
import sys
import threading

import redis
from tokens import done, same, token, value

port = int(os.environ["REDIS_PORT"])
# As many programs do: an empty password is none.
password = os.environ["REDIS_PASSWORD"]


def client(**options):
    return redis.Redis(port=port, password=password, decode_responses=True, **options)


def speak(r):
    for _ in range(20):
        word = token()
        same(r.echo(word), word)
    for size in (0, 1, 1000, 200_000):
        word = value()
        r.set("big", word + "\r\n$5\r\n" * size)
        same(r.get("big")[: len(word)], word)
    words = [token() for _ in range(50)]
    with r.pipeline(transaction=False) as pipe:
        for word in words:
            pipe.echo(word)
        same(pipe.execute(), words)
    words = [value() for _ in range(5)]
    with r.pipeline(transaction=True) as pipe:
        for word in words:
            pipe.echo(word)
        same(pipe.execute(), words)
    script = r.register_script("return {KEYS[1], ARGV[1]}")
    word = token()
    same(script(keys=["k"], args=[word]), ["k", word])
    word = value()
    r.hset("h", mapping={"a": word, "b": "2"})
    same(r.hgetall("h"), {"a": word, "b": "2"})
    r.sadd("s", "x")
    same(r.smembers("s"), {"x"})
    r.zadd("z", {"m": 1.5})
    same(r.zscore("z", "m"), 1.5)
    word = value()
    r.rpush("list", word)
    same(r.blpop("list", timeout=5)[1], word)
    try:
        r.execute_command("NOSUCH", "x")
        sys.exit("an unknown command was answered")
    except redis.ResponseError:
        pass
    lock = r.lock("lock", timeout=5)
    assert lock.acquire(blocking=False) and not r.lock("lock").acquire(blocking=False)
    lock.release()


def subscribe(r):
    listener = r.pubsub(ignore_subscribe_messages=True)
    listener.subscribe("news", "other")
    listener.psubscribe("n*")
    while listener.get_message(timeout=0.2) is not None:
        pass
    heard = []
    stop = threading.Thread(target=lambda: [r.publish("news", str(n)) for n in range(20)])
    stop.start()
    while len(heard) < 40:
        message = listener.get_message(timeout=5)
        if message is None and stop.is_alive():
            continue
        if message is None:
            break
        heard.append(message["data"])
    stop.join()
    same(sorted(heard, key=int), [str(n // 2) for n in range(40)])
    listener.ping()
    listener.unsubscribe()
    listener.punsubscribe()
    listener.close()
    word = token()
    same(r.echo(word), word)


for protocol in (None, 2, 3):
    r = client(**({} if protocol is None else {"protocol": protocol}))
    speak(r)
    subscribe(r)
    r.close()

# Keys that change are told by themselves, between the replies.
tracked = client(protocol=3, single_connection_client=True, client_name="p7")
tracked.execute_command("CLIENT", "TRACKING", "ON")
other = client()
for number in range(20):
    word = value()
    tracked.set("seen", word)
    same(tracked.get("seen"), word)
    other.set("seen", "changed")
    word = token()
    same(tracked.echo(word), word)
done()
