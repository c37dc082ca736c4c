"""A server that imitates NOMAD's entries and archives, and its failures. For tests of the client."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def entry_id(number):
    return f"entry-{number:06d}"


class Stub:
    """`count` entries in three uploads, from `with` to its end.

    `fault(number, path, body)` says what happens to the request with that number: None, a status, "cut", "html", for
    archives "fewer" or "shuffled", for pages "first" (it is the first page) or "lost" (it has no entries). `latency` is in seconds; with `token` each request must show it."""

    def __init__(self, count, fault=lambda number, path, body: None, latency=0, token=None, size=0, bare=()):
        self.count, self.fault, self.latency, self.token = count, fault, latency, token
        self.size, self.bare = size, set(bare)
        self.requests = []
        self.logins = []
        self.lock = threading.Lock()

    def __enter__(self):
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                stub.answer(self)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """Clients that are killed or cut off are what the tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler):
        text = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        path = handler.path
        if path == "/api/v1/auth/token":
            self.logins.append(text.decode())
            good = "password=secret" in text.decode()
            body = {"access_token": self.token, "token_type": "Bearer"} if good else {"detail": "Incorrect username or password"}
            return self.send(handler, 200 if good else 401, body)
        body = json.loads(text)
        with self.lock:
            number = len(self.requests)
            self.requests.append((path, body))
        if self.token and handler.headers.get("Authorization") != f"Bearer {self.token}":
            return self.send(handler, 401, {"detail": "Authentication required."})
        time.sleep(self.latency)
        fault = self.fault(number, path, body)
        if isinstance(fault, int):
            return self.send(handler, fault, {"detail": "trouble"})
        if fault == "html":
            return self.send(handler, 200, "<html>login</html>", form="text/html")
        if path == "/api/v1/entries/query":
            document = self.page(body, fault)
        elif path == "/api/v1/entries/archive/query":
            document = self.archives(body, fault)
        else:
            return self.send(handler, 404, {"detail": "Not Found"})
        self.send(handler, 200, document, cut=fault == "cut")

    def send(self, handler, status, body, cut=False, form="application/json"):
        text = (json.dumps(body) if form == "application/json" else body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", form)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text[:len(text) // 2] if cut else text)
        if cut:
            handler.wfile.flush()
            handler.close_connection = True

    def page(self, body, fault):
        pagination = body.get("pagination", {})
        size, after = pagination.get("page_size", 10), pagination.get("page_after_value")
        first = 0 if after is None or fault == "first" else int(after.removeprefix("entry-")) + 1
        numbers = range(first, first if fault == "lost" else min(first + size, self.count))
        answer = {"total": self.count, "page_size": size}
        if 0 < len(numbers) < self.count and len(numbers) >= size:
            answer["next_page_after_value"] = entry_id(numbers[-1])
        return {
            "owner": body.get("owner"), "pagination": answer,
            "data": [{"entry_id": entry_id(number), "upload_id": f"upload-{number % 3}"} for number in numbers]}

    def archives(self, body, fault):
        parts = body["query"].get("and", [body["query"]])
        ids = next(part["entry_id:any"] for part in parts if "entry_id:any" in part)
        data = [self.archive(name) for name in sorted(ids) if name not in self.bare]
        if fault == "fewer":
            data = data[:-1]
        elif fault == "shuffled":
            data.reverse()
        return {"data": data, "pagination": {"total": len(ids)}}

    def archive(self, name):
        number = int(name.removeprefix("entry-"))
        return {
            "entry_id": name, "upload_id": f"upload-{number % 3}", "parser_name": "parsers/vasp",
            "archive": {
                "results": {"material": {"n_elements": number % 5, "elements": ["O", "Ti"], "name": f"a \"{number}\", b"}},
                "run": [{"energy": number * 1.5e-19}, {"energy": None}], "filling": "x" * self.size}}
