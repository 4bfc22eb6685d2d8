"""A shop for soldout's own tests: stock in files under $STORE, right by a lock, and one quirk."""
import ctypes
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse

quirk = sys.argv[1] if len(sys.argv) > 1 else ""
store = os.environ["STORE"]
takes = 0


def path(item):
    return os.path.join(store, item)


def units(item):
    with open(path(item)) as file:
        return int(file.read())


def put(item, value):
    with open(path(item) + f".{os.getpid()}", "w") as file:
        file.write(str(value))
    os.rename(path(item) + f".{os.getpid()}", path(item))


def once(name):
    """Whether nobody was here before."""
    try:
        os.close(os.open(path(name), os.O_CREAT | os.O_EXCL))
        return True
    except FileExistsError:
        return False


def say(node, number, body):
    print(json.dumps({"src": node, "dest": "soldout", "body": {**body, "in_reply_to": number}}), flush=True)


def take(item, count):
    with open(path("lock"), "w") as lock:
        if quirk != "racy":
            fcntl.flock(lock, fcntl.LOCK_EX)
        left = units(item) - count
        if left < 0:
            return {"type": "sold_out"}
        if quirk == "racy":
            time.sleep(0.001)
        put(item, left)
        return {"type": "take_ok", "left": left}


def restock(item, count):
    with open(path("lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        put(item, units(item) + count)
        return {"type": "restock_ok"}


def retitle():
    """Leaves a child running in a group of its own that has overwritten its environment, as setproctitle does."""
    child = os.fork()
    if child:
        with open(path("retitled"), "a") as file:
            file.write(f"{child}\n")
        return
    os.setpgid(0, 0)
    for descriptor in range(3):
        os.close(descriptor)
    with open("/proc/self/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    start, end = int(fields[47]), int(fields[48])
    ctypes.memset(start, 0, end - start)
    time.sleep(1000)


def odd(node, number, kind):
    """What the quirk does instead of an answer, or before it; true: there is no answer."""
    global takes
    takes += kind == "take"
    if quirk == "exits" or (quirk == "once" and kind == "init" and not once("begun")):
        sys.exit("the shop is closed")
    if quirk == "silent" and kind == "init":
        time.sleep(1000)
    if quirk == "garbage" and kind == "init":
        print("{not JSON", flush=True)
    if quirk == "refuses" and kind == "init":
        say(node, number, {"type": "error", "code": 13, "text": "no database"})
        return True
    if quirk == "no-open" and kind == "open":
        say(node, number, {"type": "error", "code": 10})
        return True
    if quirk == "chatty":
        print("hello there", flush=True)
    if quirk == "flood":
        sys.stderr.write(("x" * 199 + "\n") * 2000)
    if kind != "take" or takes != 3:
        return False
    if quirk == "late":
        time.sleep(1.5)
    if quirk == "unasked":
        say(node, 9999, {"type": "take_ok", "left": 12345})
        print(json.dumps({"src": node, "body": {"type": "hello"}}), flush=True)
    if quirk == "unknown":
        say(node, number, {"type": "bought"})
        return True
    if quirk == "invalid":
        print('{"src": "n0", "body": {"type": "take_ok", "left": 1', flush=True)
        return True
    if quirk == "babble":
        url = urllib.parse.urlsplit(os.environ["REDIS_URL"])
        with socket.create_connection((url.hostname, url.port)) as connection:
            connection.sendall(b"*1\r\n!x\r\n")
            connection.recv(1)
    if quirk in ("dies", "once"):
        os._exit(7)
    if quirk == "retitles":
        retitle()
    if quirk == "forks":
        subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL)
        subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL, start_new_session=True)
    return False


def main():
    node = None
    for line in sys.stdin:
        body = json.loads(line)["body"]
        kind, number = body["type"], body["msg_id"]
        node = body.get("node_id", node)
        if odd(node, number, kind):
            continue
        if kind == "init":
            reply = {"type": "init_ok"}
        elif kind == "open":
            for item in body["items"]:
                put(item, body["units"])
            reply = {"type": "open_ok"}
        elif kind == "take":
            reply = take(body["item"], body["units"])
        elif kind == "restock":
            reply = restock(body["item"], body["units"])
        elif quirk == "no-remaining" and kind == "remaining" or quirk == "takes-only" and kind != "take":
            reply = {"type": "error", "code": 10}
        else:
            reply = {"type": kind + "_ok", "value": units(body["item"])}
        say(node, number, reply)
        if quirk == "twice" and kind == "take" and takes == 3:
            say(node, number, reply)
        if quirk == "leaves" and kind == "take" and takes == 3:
            sys.exit(0)
    if quirk == "lingers":
        time.sleep(1000)


main()
