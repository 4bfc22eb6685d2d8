# A shop of the tests over HTTP, with what Python itself brings: it keeps its stock in memory. MODE says what
# is wrong with it.
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

mode = os.environ.get("MODE", "")
stock, lock, users = {}, threading.Lock(), []


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
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Shop).serve_forever()
