"""Users, logins, tokens and groups: the commands, a running server, and the requests of NOMAD's Python client."""
import base64
import hashlib
import hmac
import json
import os
import pty
import re
import select
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from rutile import PROGRAM, Server, command, fixture_data

PASSWORD = "correct horse ä+&"


def add_user(data, name, *flags, password=PASSWORD):
    done = command("user", "add", name, "--data", data, *flags, input=password + "\n")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def log_in(server, username, password=PASSWORD, path="/api/v1/auth/token", **fields):
    form = {"grant_type": "password", "username": username, "password": password, **fields}
    return server.ask(
        path, urllib.parse.urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"})


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def issue(data, user, *flags):
    return command("token", "issue", "--data", data, "--user", user, *flags).stdout.strip()


class Login(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = fixture_data()
        cls.user = add_user(cls.data, "lin", "--first-name", "Lin", "--last-name", "Öst", "--email", "lin@lab.example")
        cls.server = Server(cls.data).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        shutil.rmtree(cls.data)

    def status(self, token):
        return self.server.ask("/api/v1/users/me", headers=bearer(token)).status

    def becomes(self, status, token, within=1):
        """Whether a request with the token is answered with the status, at the latest after so many seconds."""
        end = time.monotonic() + within
        while self.status(token) != status:
            self.assertLess(time.monotonic(), end, f"not {status}")
            time.sleep(0.02)

    def test_a_password_becomes_a_token(self):
        answer = log_in(self.server, "lin")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        me = self.server.ask("/api/v1/users/me", headers=bearer(answer.json["access_token"])).json
        self.assertEqual((me["user_id"], me["name"], me["email"]), (self.user, "Lin Öst", "lin@lab.example"))
        self.assertNotIn("email", self.server.ask(f"/api/v1/users/{self.user}").json)
        cookie = "Authorization=" + urllib.parse.quote("Bearer " + answer.json["access_token"])
        self.assertEqual(self.server.ask("/api/v1/users/me", headers={"Cookie": cookie}).json["username"], "lin")

    def test_what_is_wrong_is_not_told(self):
        wrong = [log_in(self.server, "lin", "no"), log_in(self.server, "nobody", "no"), log_in(self.server, "ada", "")]
        self.assertEqual({answer.status for answer in wrong}, {401})
        self.assertEqual({answer.json["detail"] for answer in wrong}, {"Incorrect username or password"})
        self.assertNotIn("nobody", self.server.log_text())

    def test_passwords_come_from_a_terminal_or_standard_input_only(self):
        self.assertEqual(command("user", "add", "x1", "secret-word", "--data", self.data).returncode, 64)
        self.assertEqual(command("user", "add", "x1", "--data", self.data, input="short\n").returncode, 1)
        self.assertEqual(command("user", "add", "lin", "--data", self.data, input="long enough\n").returncode, 1)
        child, terminal = pty.fork()
        if child == 0:
            os.execv(PROGRAM, [str(PROGRAM), "user", "add", "typist", "--data", self.data])
        shown = b""
        for prompt in (b"Password for typist: ", b"Once more: "):
            while not shown.endswith(prompt):
                self.assertTrue(select.select([terminal], [], [], 20)[0], shown)
                shown += os.read(terminal, 1024)
            time.sleep(0.1)
            os.write(terminal, b"typed in secret\n")
        try:
            while chunk := os.read(terminal, 1024):
                shown += chunk
        except OSError:
            pass  # The other end is closed.
        self.assertEqual(os.waitpid(child, 0)[1], 0, shown)
        self.assertNotIn(b"secret", shown)
        self.assertEqual(log_in(self.server, "typist", "typed in secret").status, 200)

    def test_a_revoked_token_ends_within_a_second(self):
        token = issue(self.data, "lin", "--name", "to be revoked")
        self.assertEqual(self.status(token), 200)
        listed = json.loads(command("token", "list", "--user", "lin", "--json", "--data", self.data).stdout)
        wanted = next(item["token_id"] for item in listed if item["name"] == "to be revoked")
        self.assertNotIn(token, command("token", "list", "--data", self.data).stdout)
        self.assertEqual(command("token", "revoke", wanted, "--data", self.data).returncode, 0)
        self.becomes(401, token)
        self.assertEqual(command("token", "revoke", wanted, "--data", self.data).returncode, 1)

    def test_a_disabled_user_can_do_nothing(self):
        add_user(self.data, "dis")
        login = log_in(self.server, "dis").json
        token = issue(self.data, "dis")
        self.assertEqual(self.status(token), 200)
        self.assertEqual(command("user", "disable", "dis", "--data", self.data).returncode, 0)
        self.becomes(401, token)
        self.assertEqual(self.status(login["access_token"]), 401)
        self.assertEqual(log_in(self.server, "dis").status, 401)
        form = urllib.parse.urlencode({"grant_type": "refresh_token", "refresh_token": login["refresh_token"]})
        self.assertEqual(self.server.ask("/api/v1/auth/token", form.encode()).status, 401)
        command("user", "enable", "dis", "--data", self.data)
        self.becomes(200, token)

    def test_a_new_password_ends_logins_only(self):
        add_user(self.data, "pat")
        login, token = log_in(self.server, "pat").json["access_token"], issue(self.data, "pat")
        done = command("user", "password", "pat", "--data", self.data, input="another one\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.becomes(401, login)
        self.assertEqual(self.status(token), 200)
        self.assertEqual(log_in(self.server, "pat").status, 401)
        self.assertEqual(log_in(self.server, "pat", "another one").status, 200)

    def test_a_key_can_be_replaced(self):
        before = issue(self.data, "lin")
        self.assertEqual(command("token", "rotate-key", "--data", self.data).returncode, 0)
        after = issue(self.data, "lin")
        kid = [json.loads(decode(token.split(".")[0]))["kid"] for token in (before, after)]
        self.assertNotEqual(*kid)
        self.assertEqual((self.status(before), self.status(after)), (200, 200))

    def test_scopes_limit_a_token(self):
        token = issue(self.data, "lin", "--scope", "graph:read")
        request = {"entries": {"ent-sample": {"entry_id": "*"}}}
        self.assertEqual(self.server.query(request, bearer(token)).status, 200)
        self.assertEqual(self.status(token), 403)
        self.assertEqual(
            command("token", "issue", "--user", "lin", "--scope", "all", "--data", self.data).returncode, 64)

    def test_forgeries_are_all_told_the_same(self):
        add_user(self.data, "gone")
        good, of_gone = issue(self.data, "lin"), issue(self.data, "gone")
        with sqlite3.connect(f"{self.data}/rutile.sqlite") as records:
            records.execute("DELETE FROM user WHERE username = 'gone'")
            key = records.execute(
                "SELECT secret FROM signing_key WHERE id = ?", [json.loads(decode(good.split(".")[0]))["kid"]]
            ).fetchone()[0]
        records.close()
        head, claims = (json.loads(decode(part)) for part in good.split(".")[:2])
        self.assertEqual((head["alg"], head["typ"], claims["iss"]), ("HS256", "JWT", "rutile"))
        # With the server's own key the token is made as any library makes it.
        self.assertEqual(forge(head, claims, key), good)
        refresh = log_in(self.server, "lin").json["refresh_token"]
        forgeries = [
            of_gone, refresh, good + "x", good[:-1], "", "x" * 60_000, encode({"alg": "none"}) + "." + encode(claims) + ".",
            forge({**head, "alg": "RS256"}, claims, key), forge({**head, "alg": "HS512"}, claims, key),
            forge({**head, "kid": "x"}, claims, key), forge(head, {**claims, "sub": "u-adm"}, key),
            forge(head, {**claims, "iss": "x"}, key), forge(head, {**claims, "aud": "x"}, key),
            forge(head, {**claims, "exp": 1}, key), forge(head, {**claims, "exp": claims["exp"] + 1}, key),
            forge(head, {**claims, "nbf": 2**33}, key), forge(head, {**claims, "jti": "x"}, key),
            forge(head, claims, b"x" * 32),
        ]
        answers = [self.server.ask("/api/v1/users/me", headers=bearer(token)) for token in forgeries]
        self.assertEqual({answer.status for answer in answers}, {401})
        self.assertEqual(len({answer.body for answer in answers}), 1)
        self.assertEqual({answer.headers["WWW-Authenticate"] for answer in answers}, {"Bearer"})

    def test_failures_slow_down_and_nothing_else_waits(self):
        add_user(self.data, "slow")
        answers = []
        attempts = [
            threading.Thread(target=lambda: answers.append(log_in(self.server, "slow", "wrong").status))
            for _ in range(20)
        ]
        for attempt in attempts:
            attempt.start()
        start = time.monotonic()
        self.assertEqual(self.server.ask("/-/health").status, 200)
        self.assertLess(time.monotonic() - start, 1)
        for attempt in attempts:
            attempt.join()
        self.assertEqual((answers.count(401), answers.count(429)), (5, 15))
        refused = log_in(self.server, "slow")
        self.assertEqual(refused.status, 429)
        time.sleep(int(refused.headers["Retry-After"]))
        self.assertEqual(log_in(self.server, "slow").status, 200)

    def test_what_the_python_client_asks(self):
        """python-keycloak: discovery, then the token endpoint that it names, then its renewal."""
        found = self.server.ask("/realms/fairdi_nomad_prod/.well-known/openid-configuration").json
        self.assertTrue(found["token_endpoint"].startswith(self.server.origin + "/realms/fairdi_nomad_prod/"))
        path = found["token_endpoint"].removeprefix(self.server.origin)
        got = log_in(self.server, "lin", path=path, client_id="nomad_public", scope="openid").json
        self.assertGreater(got["expires_in"], 10)
        self.assertEqual(self.status(got["access_token"]), 200)
        form = {"grant_type": "refresh_token", "refresh_token": got["refresh_token"], "client_id": "nomad_public"}
        renewed = self.server.ask(path, urllib.parse.urlencode(form).encode())
        self.assertEqual(self.status(renewed.json["access_token"]), 200)
        refused = log_in(self.server, "lin", "wrong", path=path, client_id="nomad_public")
        self.assertEqual((refused.status, refused.json["error"]), (401, "invalid_grant"))

    def test_the_python_client_itself(self):
        try:
            from keycloak import KeycloakOpenID
        except ImportError:
            self.skipTest("python-keycloak is not installed")
        client = KeycloakOpenID(
            server_url=self.server.origin, realm_name="fairdi_nomad_prod", client_id="nomad_public")
        got = client.token(username="lin", password=PASSWORD)
        self.assertEqual(self.status(got["access_token"]), 200)
        self.assertEqual(self.status(client.refresh_token(got["refresh_token"])["access_token"]), 200)

    def test_groups_by_command_and_over_http(self):
        # Ids follow `--`: one in 64 begins with a dash.
        made = command(
            "group", "add", "Crew", "--owner", "lin", "--member", "ada", "--maintainer", "ben", "--data", self.data)
        self.assertEqual(made.returncode, 0, made.stderr)
        group = made.stdout.strip()
        shown = self.server.ask(f"/api/v1/groups/{group}").json
        self.assertEqual((shown["owner"], shown["members"]), (self.user, [self.user, "u-ben", "u-ada"]))
        listed = self.server.ask("/api/v1/groups?search_terms=CREW").json
        self.assertEqual((listed["pagination"]["total"], listed["data"]), (1, [shown]))
        token = issue(self.data, "ben")
        edit = {"members_info": [{"user_id": self.user, "role": "owner"}, {"user_id": "u-ben", "role": "maintainer"}]}
        self.assertEqual(self.server.ask(f"/api/v1/groups/{group}/edit", edit, bearer(token)).status, 200)
        for verb, user, size in [("add-member", "cyd", 3), ("remove-member", "ben", 2)]:
            done = command("group", verb, "--data", self.data, "--", group, user)
            self.assertIn(f"{size} members", done.stdout, done.stderr)
        self.assertEqual(command("group", "remove-member", "--data", self.data, "--", group, "lin").returncode, 1)
        done = command("group", "edit", "--owner", "ada", "--name", "New crew", "--data", self.data, "--", group)
        self.assertEqual(done.returncode, 0, done.stderr)
        shown = json.loads(command("group", "show", "--json", "--data", self.data, "--", group).stdout)
        self.assertEqual((shown["group_name"], shown["owner"]), ("New crew", "u-ada"))
        self.assertEqual(
            self.server.ask(f"/api/v1/groups/{group}", headers=bearer(token), method="DELETE").status, 403)
        ada = bearer(issue(self.data, "ada"))
        deleted = self.server.ask(f"/api/v1/groups/{group}", headers=ada, method="DELETE")
        self.assertEqual((deleted.status, deleted.body), (204, b""))
        self.assertEqual(command("group", "show", "--data", self.data, "--", group).returncode, 1)

    def test_a_deleted_group_lets_nobody_in(self):
        data = fixture_data()
        try:
            with Server(data) as server:
                # upl-sealed is under embargo; cyd and dot see it by their group.
                request = {"uploads": {"upl-sealed": {"upload_id": "*"}}}
                headers = bearer(issue(data, "cyd"))
                self.assertIn("upload_id", server.query(request, headers).json["uploads"]["upl-sealed"])
                groups = json.loads(command("group", "list", "--user", "cyd", "--json", "--data", data).stdout)
                for group in groups:
                    self.assertEqual(command("group", "delete", group["group_id"], "--data", data).returncode, 0)
                self.assertNotIn("upload_id", server.query(request, headers).json["uploads"]["upl-sealed"])
                self.assertEqual(command("verify", "--data", data).returncode, 0)
        finally:
            shutil.rmtree(data)

    def test_the_examples_of_the_api_run(self):
        document = self.server.ask("/api/v1/openapi.json").json
        token = issue(self.data, "lin")
        group = command("group", "add", "Examples", "--owner", "lin", "--data", self.data).stdout.strip()
        environment = {
            **os.environ, "RUTILE_URL": self.server.origin, "RUTILE_TOKEN": token, "RUTILE_USER": "lin",
            "RUTILE_PASSWORD": PASSWORD, "RUTILE_USER_ID": self.user, "RUTILE_GROUP_ID": group,
        }
        examples = [
            (path, method, sample["source"])
            for path, methods in document["paths"].items() if re.search("/(users|groups|auth|realms|v1/graph)", path)
            for method, operation in methods.items() for sample in operation["x-codeSamples"]
        ]
        self.assertEqual(len(examples), 14)
        # Deleting comes last.
        for path, method, source in sorted(examples, key=lambda example: example[1] == "delete"):
            with self.subTest(path=path, method=method):
                done = subprocess.run(
                    ["bash", "-c", source.replace("curl -s", "curl -s -w '\\n%{http_code}'")], capture_output=True,
                    text=True, timeout=30, env=environment)
                self.assertRegex(done.stdout, r"\n20[014]$")


class FirstStart(unittest.TestCase):
    def test_an_administrator_is_made_once(self):
        data = tempfile.mkdtemp(prefix="rutile-test-")
        try:
            with Server(data) as server:
                line = server.process.stdout.readline()
                name, password = re.fullmatch(
                    r"Administrator: (\S+), password: (\S+) \(shown only this once\)\n", line).groups()
                token = log_in(server, name, password).json["access_token"]
                self.assertTrue(server.ask("/api/v1/users/me", headers=bearer(token)).json["is_admin"])
                self.assertNotIn(password, server.log_text())
            with Server(data) as server:
                server.stop()
                self.assertEqual(server.process.stdout.read(), "")
            users = json.loads(command("user", "list", "--json", "--data", data).stdout)
            self.assertEqual([(user["username"], user["is_admin"]) for user in users], [(name, True)])
        finally:
            shutil.rmtree(data)

    def test_a_server_that_cannot_listen_makes_none(self):
        data = tempfile.mkdtemp(prefix="rutile-test-")
        try:
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                taken.listen()
                done = command("serve", "--data", data, "--port", str(taken.getsockname()[1]))
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("cannot listen", done.stderr)
            self.assertEqual(json.loads(command("user", "list", "--json", "--data", data).stdout), [])
            with Server(data) as server:
                self.assertIn("Administrator: admin, password: ", server.process.stdout.readline())
        finally:
            shutil.rmtree(data)


def encode(value):
    text = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def forge(head, claims, key):
    content = encode(head) + "." + encode(claims)
    return content + "." + encode(hmac.new(key, content.encode(), hashlib.sha256).digest())
