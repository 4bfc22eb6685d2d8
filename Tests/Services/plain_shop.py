# A shop of the tests over HTTP, with what Python itself brings: it keeps its stock in memory. MODE says what
# is wrong with it.
import json
import os
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

mode = os.environ.get("MODE", "")
stock, lock, users, takes = {}, threading.Lock(), [], []


def odd():
    """What is wrong with the tenth take, or with each."""
    takes.append(1)
    if mode == "flood":
        sys.stderr.write(("x" * 199 + "\n") * 2000)
    if len(takes) != 10:
        return
    if mode == "dies":
        print("out of tickets", file=sys.stderr)
        os._exit(7)
    if mode == "slow":
        time.sleep(1.5)
    if mode == "forks":
        subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL)
        subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL, start_new_session=True)


def babble():
    """Answers whatever comes with what is no HTTP."""
    listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
    while True:
        connection, _ = listener.accept()
        connection.recv(1000)
        connection.sendall(b"220 mail.example.org ESMTP\r\n")
        connection.close()


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    @property
    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")

    def do_GET(self):
        if self.path == "/health":
            return self.answer(503 if mode == "unready" else 200, "ok")
        self.answer(200, {"left": stock[self.path.split("/")[2]]})

    def do_PUT(self):
        stock[self.path.split("/")[2]] = self.body["units"]
        self.answer(200, {})

    def do_POST(self):
        if self.path == "/login":
            users.append(self.body["user"])
            return self.answer(200, {"token": f"t{len(users)}"}, [("X-Session", "s")])
        units = self.body["quantity"]
        odd()
        if mode == "login" and not self.headers.get("Authorization", "").startswith("Bearer t"):
            return self.answer(401, {"code": "WHO"})
        if mode == "text":
            return self.answer(200, "sold, thank you")
        item = self.path.split("/")[2]
        with lock:
            left = stock[item] - units
            if left < 0 and mode != "generous":
                return self.answer(409, {"code": "SOLD_OUT"})
            stock[item] = max(left, 0)
        self.answer(200, {"left": left})


if mode == "ends":
    print("no configuration", file=sys.stderr)
    sys.exit(3)
if mode == "babble":
    babble()
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Shop).serve_forever()
