# Waits in every way that CPython knows, on demand: a line on standard input says how, and a line on
# standard output says what came of it and how long it took on the program's own clock. Unchanged by
# soldout: it knows nothing of virtual time.

import asyncio
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid

output = threading.Lock()


def say(*words):
    with output:
        print(*words, flush=True)


def poll_for(reader, seconds):
    poller = select.poll()
    poller.register(reader, select.POLLIN)
    return bool(poller.poll(seconds * 1000))


def epoll_for(reader, seconds):
    with select.epoll() as poller:
        poller.register(reader, select.EPOLLIN)
        return bool(poller.poll(seconds))


def receive(reader, seconds):
    reader.settimeout(seconds)
    try:
        return bool(reader.recv(1))
    except TimeoutError:
        return False


def receive_blocking(reader, seconds):
    # The kernel's own timeout, as hiredis uses it.
    reader.settimeout(None)
    timeout = int(seconds).to_bytes(8, "little") + (0).to_bytes(8, "little")
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
    try:
        return bool(reader.recv(1))
    except BlockingIOError:
        return False


async def asleep(seconds):
    await asyncio.sleep(seconds)
    return False


def wait_for_condition(ready, seconds):
    condition = threading.Condition()
    with condition:
        return condition.wait_for(lambda: ready, seconds) if ready else condition.wait(seconds)


def wait_for_event(ready, seconds):
    event = threading.Event()
    if ready:
        event.set()
    return event.wait(seconds)


def get_from_queue(ready, seconds):
    items = queue.Queue()
    if ready:
        items.put(1)
    try:
        return bool(items.get(timeout=seconds))
    except queue.Empty:
        return False


def acquire(ready, seconds):
    lock = threading.Lock()
    if not ready:
        lock.acquire()
    return lock.acquire(timeout=seconds)


def wait_for_signal(ready, seconds):
    # Blocked first: one that is not would end the process.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    if ready:
        os.kill(os.getpid(), signal.SIGUSR2)
    return signal.sigtimedwait([signal.SIGUSR2], seconds) is not None


def wait_for_child(ready, seconds):
    with subprocess.Popen(["sleep", "0" if ready else "1000000"]) as child:
        try:
            return child.wait(seconds) is not None
        except subprocess.TimeoutExpired:
            return False
        finally:
            child.kill()


ways = {
    "sleep": lambda ready, seconds: time.sleep(seconds) or False,
    "asyncio": lambda ready, seconds: asyncio.run(asleep(seconds)),
    "condition": wait_for_condition,
    "event": wait_for_event,
    "queue": get_from_queue,
    "lock": acquire,
    "signal": wait_for_signal,
}
descriptor_ways = {
    "select": lambda reader, seconds: bool(select.select([reader], [], [], seconds)[0]),
    "poll": poll_for,
    "epoll": epoll_for,
    "recv": receive,
    "rcvtimeo": receive_blocking,
}


def wait(way, seconds, ready=False, give=None):
    start = time.monotonic()
    if way in ways:
        came = ways[way](ready, seconds)
    else:
        reader, writer = socket.socketpair()
        if ready:
            writer.send(b"x")
        if give is not None:
            give.append(writer)
        with reader, writer:
            came = descriptor_ways[way](reader, seconds)
    return "came" if came else "over", f"{time.monotonic() - start:.3f}"


def wait_and_say(name, way, seconds, *rest):
    say(name, *wait(way, seconds, *rest))


def readings(_):
    clocks = [time.CLOCK_REALTIME, time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME,
              time.CLOCK_MONOTONIC_RAW, 5, 6]
    return [time.time_ns(), time.monotonic_ns(), time.perf_counter_ns()] + [
        time.clock_gettime_ns(clock) for clock in clocks
    ]


def compute(turns):
    total = 0
    for number in range(turns):
        total += number * number % 7
    return total


def main():
    writers = []
    for line in sys.stdin:
        command, *words = line.split()
        if command == "wait":
            say(*wait(words[0], float(words[1]), len(words) > 2))
        elif command == "thread":
            threading.Thread(
                target=wait_and_say, args=(words[0], words[1], float(words[2]), False, writers)
            ).start()
        elif command == "give":
            writers.pop().send(b"x")
        elif command == "fork":
            if os.fork() == 0:
                say(os.getpid())
                wait_and_say("child", words[0], float(words[1]))
                os._exit(0)
        elif command == "spawn":
            subprocess.run([sys.executable, "-c", "import time; time.sleep(%s)" % words[0]])
            say("spawned")
        elif command == "readings":
            say(*readings(words))
        elif command == "uuids":
            say(len({uuid.uuid1() for _ in range(int(words[0]))}))
        elif command == "compute":
            crowd = [threading.Thread(target=compute, args=(300000,)) for _ in range(8)]
            for thread in crowd:
                thread.start()
            for thread in crowd:
                thread.join()
            say("computed")
        elif command == "crowd":
            threading.stack_size(65536)
            for _ in range(int(words[0])):
                threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
            say("crowded")
        elif command == "handle":
            signal.signal(signal.SIGUSR1, lambda *_: say("handled"))
            say("handling")
        else:
            say("unknown", command)


main()
