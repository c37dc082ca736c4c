"""References of archives into other installations: two servers, one of which follows references to the other, and to others
that are no good."""
import http.server
import json
import pathlib
import shutil
import tempfile
import threading
import time
import unittest

from rutile import Server, command


class Odd(http.server.BaseHTTPRequestHandler):
    """An installation that answers as the name of the entry says."""

    def do_GET(self):
        kind = self.path.split("/")[-2]
        self.server.asked.append(kind)
        if kind == "slow":
            self.server.end.wait(20)
            return
        status = {"busy": 503, "moved": 302}.get(kind, 200)
        body = {
            "other": json.dumps({"data": {"entry_id": "E", "upload_id": "U", "archive": {"data": {"name": 1}}}}),
            "large": json.dumps({"data": {"entry_id": kind, "upload_id": "U", "archive": {"data": "x" * 100_000}}}),
            "cut": '{"data": {"entry_id":',
        }.get(kind, "[]").encode()
        self.send_response(status)
        if kind == "moved":
            self.send_header("Location", self.path.replace("moved", "other"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class References(unittest.TestCase):
    def imported(self, archives):
        """A data directory with a published upload of `archives` by name, and the ids of upload and entries."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-test-"))
        self.addCleanup(shutil.rmtree, folder)
        (folder / "files").mkdir()
        for name, archive in archives.items():
            (folder / "files" / f"{name}.archive.json").write_text(json.dumps(archive))
        done = command("import", folder / "files", "--publish", "--data", folder / "data")
        self.assertEqual(done.returncode, 0, done.stderr)
        with Server(folder / "data") as server:
            found = server.ask("/api/v1/entries/query", {"owner": "public", "pagination": {"page_size": 100}}).json["data"]
        return folder / "data", {pathlib.Path(one["mainfile"]).name.split(".")[0]: one for one in found}

    def ask(self, server, entry, request):
        answer = server.query({"entries": {entry: {"archive": {"workflow2": request}}}})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_they_are_followed_where_the_setting_says_so(self):
        far_data, far_entries = self.imported({
            "one": {"data": {"name": "one", "next": "../upload/raw/two.archive.json#/data"}},
            "two": {"data": {"name": "two"}}})
        one, two = far_entries["one"], far_entries["two"]
        with Server(far_data, "--set", "server.base_path=/far") as far:
            base = far.origin + "/far/api/v1"
            reference = f"{base}/uploads/{one['upload_id']}/archive/{one['entry_id']}#/data"
            data, entries = self.imported({"near": {"workflow2": {"inputs": [{"section": reference}]}}})
            near = entries["near"]["entry_id"]
            whole = {"m_request": {"directive": "resolved"}}
            with Server(data) as server:
                answer = self.ask(server, near, whole)
                self.assertIn("Cross installation", json.dumps(answer["entries"][near]["archive"]["m_errors"]))
                self.assertNotIn(base, answer)
            with Server(data, "--set", f"references.remote={base}/") as server:
                answer = self.ask(server, near, whole)
                there = answer[base]["uploads"][one["upload_id"]]["entries"]
                path = f"{base}/uploads/{one['upload_id']}/entries/"
                self.assertEqual(
                    answer["entries"][near]["archive"]["workflow2"]["inputs"][0]["section"],
                    f"{path}{one['entry_id']}/archive/data")
                self.assertEqual(
                    there[one["entry_id"]]["archive"]["data"],
                    {"name": "one", "next": f"{path}{two['entry_id']}/archive/data"})
                self.assertEqual(there[two["entry_id"]]["archive"]["data"], {"name": "two"})
                answer = self.ask(server, near, {"inputs": {"section": {"next": {"name": "*"}}}})
                there = answer[base]["uploads"][one["upload_id"]]["entries"]
                self.assertEqual(list(there[one["entry_id"]]["archive"]["data"]), ["next"])
                self.assertEqual(there[two["entry_id"]]["archive"]["data"], {"name": "two"})
                far.process.kill()
                far.process.wait()
                answer = self.ask(server, near, whole)
                self.assertIn("there is no connection", json.dumps(answer["entries"][near]["archive"]["m_errors"]))
                self.assertIn(base, server.log_text())

    def test_installations_that_are_no_good_cost_their_part_alone(self):
        odd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
        odd.asked, odd.end = [], threading.Event()
        thread = threading.Thread(target=odd.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(odd.server_close)
        self.addCleanup(odd.shutdown)
        self.addCleanup(odd.end.set)
        base = f"http://127.0.0.1:{odd.server_port}/api/v1"
        messages = {
            "slow": "it did not come in the 2 s that a request waits for other installations", "busy": "the answer is none (status 503)",
            "moved": "the answer is none (status 302)", "other": "the answer has no archive in it",
            "large": "references.remote_bytes does not allow for its size", "cut": "the answer has no archive in it",
            "empty": "the answer has no archive in it"}
        data, entries = self.imported({
            name: {"workflow2": {"name": name, "inputs": [{"section": f"{base}/uploads/U/archive/{name}#/data"}]}}
            for name in messages})
        flags = [f"references.remote={base}", "references.remote_seconds=2", "references.remote_bytes=50000"]
        with Server(data, *(word for flag in flags for word in ("--set", flag))) as server:
            for name, message in messages.items():
                near = entries[name]["entry_id"]
                start = time.monotonic()
                answer = self.ask(server, near, {"m_request": {"directive": "resolved"}})
                self.assertLess(time.monotonic() - start, 10)
                archive = answer["entries"][near]["archive"]
                self.assertEqual(archive["workflow2"]["name"], name)
                self.assertEqual(
                    archive["workflow2"]["inputs"], [{"section": f"{base}/uploads/U/archive/{name}#/data"}])
                self.assertEqual(
                    [one["message"] for one in archive["m_errors"]], [f"Archive {name} of {base} cannot be read: {message}."])
                self.assertNotIn(base, answer)
            self.assertEqual(odd.asked, list(messages))

    def test_what_is_no_address_is_no_setting(self):
        for wrong in "ftp://h/api/v1", "nowhere", "https://u:p@h/api/v1", "https://h/api/v1?x=1":
            done = command("serve", "--set", f"references.remote={wrong}", "--port", "0")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("references.remote", done.stderr)


if __name__ == "__main__":
    unittest.main()
