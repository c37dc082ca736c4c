"""Bad requests: refused with their place, and at no cost."""
import json
import shutil
import socket
import unittest

from rutile import Server, command, fixture_data


def places(answer):
    """All that an answer says of where the trouble is."""
    return f"{answer.json['detail']} {answer.json.get('location', '')}"


class BadRequests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = fixture_data()
        cls.server = Server(cls.data).__enter__()
        token = command("token", "issue", "--data", cls.data, "--user", "u-ada").stdout.strip()
        cls.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        shutil.rmtree(cls.data)

    def refused(self, body, *expected, statuses=(400, 422)):
        answer = self.server.query(body)
        self.assertIn(answer.status, statuses)
        for text in expected:
            self.assertIn(text, places(answer))

    def test_malformed_json(self):
        self.refused(b'{"entries": }', "byte 12")
        self.refused(b'{"entries": {"a": "\xff"}}', "byte")
        self.refused(b"{} {}", "byte 3")
        self.refused(b'{"a": NaN}', "byte 6")

    def test_ten_thousand_levels(self):
        self.refused(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "64", "byte")
        self.refused(b"[" * 10_000, "byte")

    def test_unknown_config_fields_and_keys(self):
        self.refused({"entries": {"e": {"archive": {"m_request": {"dept": 1}}}}}, "dept", "/entries/e/archive/m_request")
        self.refused({"entires": "*"}, "entires", "entries", "/entires")

    def test_wrong_types(self):
        self.refused({"entries": {"e": 5}}, "/entries/e")
        self.refused({"entries": {"e": {"archive": {"m_request": {"depth": "deep"}}}}}, "depth")
        self.refused(7)
        self.refused([1, 2])

    def test_five_megabytes(self):
        self.refused(b" " * (5 << 20) + b"{}", "limits.body_bytes", statuses=(413,))

    def test_too_long_a_line_or_header(self):
        host, port = self.server.origin.removeprefix("http://").split(":")
        first = b"GET /-/health HTTP/1.1\r\nHost: x\r\n\r\n"
        for head in (b"GET /optimade/v1/structures?filter=" + b"a" * 90_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"GET /-/health HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 90_000 + b"\r\n\r\n"):
            for before in (b"", first):
                with socket.create_connection((host, int(port)), timeout=30) as connection:
                    connection.sendall(before + head)
                    answer = b""
                    while more := connection.recv(65536):
                        answer += more
                if before:
                    self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer)
                    answer = answer.partition(b"ok\n")[2]
                self.assertTrue(answer.startswith(b"HTTP/1.1 431 "), answer)
                self.assertEqual(json.loads(answer.partition(b"\r\n\r\n")[2])["code"], "request.head_too_long")

    def test_no_body(self):
        self.assertEqual(self.server.query(b"null").json["detail"][0]["loc"], ["body"])

    def test_an_index_of_ten_to_the_twelfth_costs_nothing(self):
        before = self.server.resident_bytes()
        for index in ("[1000000000000]", "[-1000000000000]", "[0:1000000000000]", "[1000000000000:]"):
            request = {"entries": {"ent-sample": {"archive": {"data": {"tags" + index: "*", "parts" + index: "*"}}}}}
            answer = self.server.query(request, self.headers)
            self.assertEqual(answer.status, 200)
            self.assertLess(len(answer.body), 100_000)
        self.assertLess(self.server.resident_bytes() - before, 16 << 20)

    def test_memory_stays_flat(self):
        bodies = [
            b'{"entries": }', b"[" * 10_000, b'{"a":' * 10_000, b" " * (4 << 20), b" " * (5 << 20),
            b'{"entries": {"e": {"archive": {"m_request": {"dept": 1}}}}}', b'{"entires": "*"}', b"7",
            b'{"' + b"x" * ((4 << 20) - 100) + b'": "*"}',
        ]

        def round():
            for body in bodies:
                self.assertIn(self.server.query(body).status, (400, 413, 422))

        for _ in range(10):
            round()
        before = self.server.resident_bytes()
        for _ in range(30):
            round()
        self.assertLess(self.server.resident_bytes() - before, 16 << 20)
