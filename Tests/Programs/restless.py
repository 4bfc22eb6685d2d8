"""Does one piece of work for each line that it is told, of the kind that the line names, and answers with the
line. Between its lines it sleeps; what it does until it answers is meant to look like sleep now and then.

Kinds may be given as arguments: then only what they need is set up."""

import asyncio
import gc
import mmap
import os
import queue
import random
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib

FILE = tempfile.TemporaryFile()
TEXT = os.urandom(1 << 16) * 2


class Pool:
    """Threads that wait for work for as long as the program runs."""

    def __init__(self, size):
        self.work, self.done = queue.Queue(), queue.Queue()
        for _ in range(size):
            threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            self.work.get()()
            self.done.put(None)

    def all(self, tasks):
        for task in tasks:
            self.work.put(task)
        for _ in tasks:
            self.done.get()


POOL = Pool(8)


class Echo:
    """A process that sends back what it is sent."""

    def __init__(self, ours, theirs):
        self.ours = ours
        if os.fork() == 0:
            ours.close()
            while message := theirs.recv(100):
                theirs.sendall(message)
            os._exit(0)
        theirs.close()

    def ask(self, rounds):
        for _ in range(rounds):
            self.ours.sendall(b"x")
            self.ours.recv(100)


def over_tcp():
    listener = socket.create_server(("127.0.0.1", 0))
    ours = socket.create_connection(listener.getsockname())
    theirs, _ = listener.accept()
    listener.close()
    for end in (ours, theirs):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return ours, theirs


def pipes():
    (here, to_us), (there, to_them) = os.pipe(), os.pipe()
    if os.fork() == 0:
        os.close(to_them)
        while message := os.read(there, 100):
            os.write(to_us, message)
        os._exit(0)
    return here, to_them


def compute(steps=2000):
    total = 0
    for step in range(steps):
        total += step
    return total


def interpreter_lock():
    """Threads that want the interpreter at once, and hand a lock to each other."""
    gates = [threading.Lock() for _ in range(4)]
    for gate in gates:
        gate.acquire()

    def pass_on(index):
        gates[index].acquire()
        compute(500)
        if index + 1 < len(gates):
            gates[index + 1].release()

    POOL.all([lambda: pass_on(3), lambda: pass_on(2), lambda: pass_on(1), lambda: gates[0].release() or pass_on(0)])


def queues():
    """A number goes round through threads."""
    rounds = 10
    steps = [queue.Queue() for _ in range(5)]

    def station(index):
        for _ in range(rounds):
            steps[index + 1].put(steps[index].get() + 1)

    for index in range(4):
        POOL.work.put(lambda index=index: station(index))
    for _ in range(rounds):
        steps[0].put(0)
        assert steps[4].get() == 4
    for _ in range(4):
        POOL.done.get()


def compression():
    POOL.all([lambda: zlib.compress(TEXT, 1) for _ in range(3)])


def sync():
    os.pwrite(FILE.fileno(), os.urandom(4096), 0)
    os.fsync(FILE.fileno())


def page_faults():
    size = 1 << 20
    os.pwrite(FILE.fileno(), TEXT, 1 << 16)
    os.posix_fadvise(FILE.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with mmap.mmap(-1, size) as fresh, mmap.mmap(FILE.fileno(), 1 << 16, prot=mmap.PROT_READ) as file:
        for place in range(0, size, 4096):
            fresh[place] = 1
        sum(file[place] for place in range(0, 1 << 16, 4096))


def child():
    subprocess.run(["/bin/sh", "-c", "i=0; while [ $i -lt 300 ]; do i=$((i+1)); done"], check=True)


def grandchildren():
    """The work is two generations down, and it is waited for by a thread of the pool."""
    command = "sh -c 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); done; echo x' | cat | cat > /dev/null"
    POOL.all([lambda: subprocess.run(["/bin/sh", "-c", command], check=True)])


def fork():
    pid = os.fork()
    if pid == 0:
        compute(20000)
        os._exit(0)
    os.waitpid(pid, 0)


def own_session():
    """A child that leaves the session, and whose child works."""
    subprocess.run(["/bin/sh", "-c", "sh -c 'exec true'; true"], check=True, start_new_session=True)


def left_behind():
    """A thread starts a process and is gone; the process works on, and its end is waited for by nobody but a
    pipe's reader."""
    here, there = os.pipe()

    def start():
        if os.fork() == 0:
            os.close(here)
            compute(20000)
            os._exit(0)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    os.close(there)
    os.read(here, 1)
    os.close(here)
    os.wait3(0)


def collection():
    rings = []
    for _ in range(5000):
        ring = []
        ring.append(ring)
        rings.append(ring)
    del rings, ring
    gc.collect()


def nap():
    time.sleep(random.uniform(0.001, 0.008))


def timed_waits():
    length = random.uniform(0.001, 0.004)
    random.choice([
        lambda: select.select([], [], [], length),
        lambda: threading.Event().wait(length),
        lambda: select.poll().poll(2),
        lambda: asyncio.run(asyncio.sleep(length)),
    ])()


def timed_locks():
    """Waits with an end that never comes to it."""
    event = threading.Event()
    POOL.work.put(lambda: (compute(5000), event.set()))
    assert event.wait(10)
    POOL.done.get()


def between_processes():
    here, there = PIPES
    for _ in range(30):
        os.write(there, b"x")
        os.read(here, 100)


def unix_sockets():
    UNIX.ask(30)


def tcp_sockets():
    TCP.ask(30)


def thread_storm():
    threads = [threading.Thread(target=compute, args=(200,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def event_loop():
    async def main():
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(None, compute) for _ in range(4)))

    asyncio.run(main())


KINDS = {
    function.__name__: function
    for function in [
        interpreter_lock, queues, compression, sync, page_faults, child, grandchildren, fork, own_session,
        left_behind, collection, nap, timed_waits, timed_locks, between_processes, unix_sockets, tcp_sockets,
        thread_storm, event_loop,
    ]
}  # fmt: skip

PIPES = pipes()
UNIX = Echo(*socket.socketpair())
TCP = Echo(*over_tcp())

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print("\n".join(KINDS))
        sys.exit()
    while line := os.read(0, 100):
        KINDS[line.split()[0].decode()]()
        os.write(1, line)
