"""The server as a process: how it starts, what it refuses, how it stops."""
import gzip
import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from rutile import PROGRAM, SHARED, Server, command, fixture_data


class Serving(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = fixture_data()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.data)

    def test_operations_answer(self):
        with Server(self.data) as server:
            self.assertEqual(server.ask("/-/health").body, b"ok\n")
            self.assertEqual(server.ask("/-/ready").status, 200)
            self.assertIn(b"rutile_http_requests_total", server.ask("/-/metrics").body)
            self.assertEqual(server.ask("/api/v1/openapi.json").json["openapi"], "3.1.0")

    def test_idle_memory_is_below_80_MB(self):
        with Server(self.data) as server:
            self.assertLess(server.resident_bytes(), 80 << 20)

    def test_a_signal_stops_it_after_what_runs(self):
        with Server(self.data) as server:
            # The head of a request without its body: it runs until the rest comes.
            host, port = server.origin.removeprefix("http://").split(":")
            body = b'{"entries": {"ent-sample": {"entry_id": "*"}}}'
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(
                    b"POST /api/v1/graph/query HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
                time.sleep(0.3)
                rest = threading.Timer(1, lambda: connection.sendall(body))
                rest.start()
                status, seconds = server.stop()
                self.assertEqual(status, 0)
                self.assertLess(seconds, 10)
                self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 200"))
                rest.join()

    def test_a_client_that_never_ends_does_not_keep_it(self):
        with Server(self.data) as server:
            host, port = server.origin.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(b"POST /api/v1/graph/query HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
                time.sleep(0.3)
                _, seconds = server.stop()
                self.assertLess(seconds, 10)

    def test_an_idle_connection_does_not_keep_it(self):
        with Server(self.data) as server:
            host, port = server.origin.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(b"GET /-/health HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 200"))
                status, seconds = server.stop()
                self.assertEqual(status, 0)
                self.assertLess(seconds, 2)

    def test_wrong_settings_stop_the_start_and_are_named(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("server:\n  prot: 80\n")
            file.flush()
            done = command(
                "serve", "--data", self.data, "--config", file.name, "--set", "log.level=loud",
                environment={"RUTILE_VISIBILITY_USER_EMIAL": "public"}, timeout=10)
        self.assertEqual(done.returncode, 2)
        for text in (":2: unknown setting “server.prot”, did you mean “server.port”?", "log.level must be one of",
                     "RUTILE_VISIBILITY_USER_EMIAL: unknown setting, did you mean “RUTILE_VISIBILITY_USER_EMAIL”?"):
            self.assertIn(text, done.stderr)

    def test_a_port_that_is_taken_is_named(self):
        with Server(self.data) as server:
            port = server.origin.rsplit(":", 1)[1]
            done = command("serve", "--data", self.data, "--port", port, timeout=10)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"cannot listen on 127.0.0.1, port {port}", done.stderr)

    def test_settings_come_from_the_environment_too(self):
        done = command("serve", environment={"RUTILE_DATA": self.data, "RUTILE_SERVER_PORT": "x"}, timeout=10)
        self.assertIn("RUTILE_SERVER_PORT: server.port must be a whole number from 0 to 65535, not “x”", done.stderr)

    def test_answers_are_compressed_for_who_asks(self):
        with Server(self.data) as server:
            request = {"entries": {"ent-sample": {"archive": "*"}}}
            token = command("token", "issue", "--data", self.data, "--user", "u-ada").stdout.strip()
            headers = {"Authorization": f"Bearer {token}"}
            plain = server.query(request, headers)
            packed = server.query(request, {**headers, "Accept-Encoding": "gzip"})
            self.assertGreater(len(plain.body), 1_024)
            self.assertEqual(packed.headers["Content-Encoding"], "gzip")
            self.assertEqual(gzip.decompress(packed.body), plain.body)

    def test_tokens_name_users(self):
        with Server(self.data) as server:
            request = {"uploads": {"upl-draft": {"upload_id": "*"}}}
            self.assertNotIn("upload_id", server.query(request).json["uploads"]["upl-draft"])
            for user in ("u-ada", "ada"):
                issued = command("token", "issue", "--data", self.data, "--user", user)
                self.assertEqual(issued.stdout.count("\n"), 1)
                answer = server.query(request, {"Authorization": f"Bearer {issued.stdout.strip()}"})
                self.assertEqual(answer.json["uploads"]["upl-draft"]["upload_id"], "upl-draft")
            refused = server.query(request, {"Authorization": "Bearer x.y.z"})
            self.assertEqual(refused.status, 401)
        self.assertEqual(command("token", "issue", "--data", self.data, "--user", "nobody").returncode, 1)

    def test_requests_are_logged_with_their_id(self):
        with Server(self.data, "--set", "log.format=json") as server:
            server.query({"entries": {"ent-sample": {"entry_id": "*"}}}, {"X-Request-ID": "my-id-7"})
            server.stop()
            lines = [json.loads(line) for line in server.log_text().splitlines()]
            line = next(line for line in lines if line.get("request") == "my-id-7")
            self.assertEqual((line["method"], line["path"], line["status"]), ("POST", "/api/v1/graph/query", "200"))

    def test_installed_packages_are_used_at_once_and_by_later_ones(self):
        base = {"name": "lab.base", "sections": {"Sample": {"quantities": {"mass": {"type": "float", "unit": "kg"}}}}}
        more = {"name": "lab.more", "sections": {"Alloy": {"base_sections": ["lab.base.Sample"]}}}
        early = command("schema", "add", "-", "--data", self.data, input=json.dumps(more))
        self.assertEqual(early.returncode, 1)
        self.assertIn("-: /sections/Alloy/base_sections/0: “lab.base.Sample” is no section of", early.stderr)
        request = {"metainfo": {"lab.more": {"section_definitions[0]": {"name": "*"}}}}
        with Server(self.data) as server:
            for package in (base, more):
                done = command("schema", "add", "-", "--data", self.data, input=json.dumps(package))
                self.assertEqual((done.returncode, done.stdout), (0, f"installed {package['name']}\n"), done.stderr)
            end = time.monotonic() + 10
            while "section_definitions" not in (found := server.query(request).json["metainfo"].get("lab.more") or {}):
                self.assertLess(time.monotonic(), end, found)
                time.sleep(0.1)
            self.assertEqual(found["section_definitions"], [{"name": "Alloy"}])

    def test_output_that_cannot_be_written_is_an_error(self):
        sample = SHARED / "cases/archive/samples/v3_default.msg"
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "archive", "cat", sample], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot write standard output: No space left on device", done.stderr)

    def test_explain_prints_a_plan(self):
        request = json.dumps({"entries": {"ent-sample": {"archive": {"data": "*"}}}})
        done = command("explain", "-", "--data", self.data, input=request)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ent-sample", done.stdout)
        bad = command("explain", "-", "--data", self.data, input='{"entires": "*"}')
        self.assertEqual(bad.returncode, 1)
        self.assertIn("entries", bad.stderr)
