"""The gateway against simulated databases: the recorded cases, faults, and what is left behind."""
import contextlib
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

from rutile import PROGRAM, SHARED, Server, command, on_terminal

CASES = SHARED / "cases/gateway"
OPTIMADE = SHARED / "cases/optimade"
# One entry is asked for, and one of each of two databases expected: docs/compatibility.md.
DIFFERENT = {"E19"}
FLAGS = ["--set", "gateway.allowed_networks=127.0.0.1/32"]

try:
    import aiohttp  # noqa: F401 - providers.py needs it
except ImportError:
    aiohttp = None


def free_ports(count):
    """The first of `count` ports that nobody listens at, one after the other."""
    for base in range(random.randrange(20_000, 30_000), 60_000, count):
        sockets = []
        try:
            for port in range(base, base + count):
                sockets.append(socket.socket())
                sockets[-1].bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()
    raise AssertionError("no ports are free")


def walk(address):
    """All entries of a list, from its first page on."""
    entries = []
    while address:
        with urllib.request.urlopen(address, timeout=60) as response:
            page = json.load(response)
        entries += page["data"]
        address = (page.get("links") or {}).get("next")
        address = address["href"] if isinstance(address, dict) else address
    return entries


@unittest.skipUnless(aiohttp, "aiohttp is not installed")
class GatewayTest(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="rutile-gateway-")
        self.addCleanup(shutil.rmtree, self.data)

    def run_cases(self, base, *arguments):
        """The verdicts of the recorded cases, by id."""
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            done = subprocess.run(
                [sys.executable, CASES / "run_cases.py", base, *arguments, "--json", report.name,
                 "--providers-port", str(free_ports(50))],
                capture_output=True, text=True, timeout=900)
            print(done.stdout + done.stderr, end="")
            return {case["id"]: case["verdict"] for case in json.load(report)}

    def test_recorded_cases_agree(self):
        with Server(self.data, *FLAGS) as server:
            verdicts = self.run_cases(server.origin + "/gateway", CASES / "cases.json", "--skip-tag", "limitation")
        self.assertGreater(len(verdicts), 50)
        self.assertEqual({case for case, verdict in verdicts.items() if verdict != "pass"}, DIFFERENT)

    def test_cases_beyond_the_original_agree(self):
        port = free_ports(1)
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-restart-"))
        self.addCleanup(shutil.rmtree, folder)
        start = folder / "start.sh"
        start.write_text(
            "#!/bin/sh\n"
            f"if [ -f '{folder}/pid' ]; then kill \"$(cat '{folder}/pid')\"; "
            f"while kill -0 \"$(cat '{folder}/pid')\" 2>/dev/null; do sleep 0.1; done; fi\n"
            f"'{PROGRAM}' serve --data '{self.data}' --port {port} {' '.join(FLAGS)} >'{folder}/log' 2>&1 &\n"
            f"echo $! >'{folder}/pid'\n")
        start.chmod(0o755)

        def stop():
            pid = int((folder / "pid").read_text())
            os.kill(pid, 15)
            for _ in range(150):
                try:
                    os.kill(pid, 0)
                except ProcessLookupError:
                    return
                time.sleep(0.1)

        subprocess.run([start], check=True)
        self.addCleanup(stop)
        log = folder / "log"
        for _ in range(100):
            # The shell makes it in the background.
            if log.exists() and "Rutile serves" in log.read_text():
                break
            time.sleep(0.1)
        verdicts = self.run_cases(
            f"http://127.0.0.1:{port}/gateway", CASES / "beyond.json", "--restart-cmd", str(start))
        self.assertEqual({case for case, verdict in verdicts.items() if verdict != "pass"}, set())

    def test_nothing_is_left_behind_by_faults(self):
        first = free_ports(50)
        fleet = subprocess.Popen(
            [sys.executable, CASES / "providers.py", "--fleet", "cases", "--base-port", str(first)],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(fleet.stdout.close)
        self.addCleanup(fleet.wait)
        self.addCleanup(fleet.terminate)
        addresses = json.loads(fleet.stdout.readline())
        good, names = ["alpha", "beta"], [
            "err500", "plain500", "trunc", "cut", "html", "redirect", "redirloop", "huge", "notoptimade", "jsonlist",
            "badutf8", "nanjson", "deepjson", "hang", "drip", "nextloop", "offpage", "badentry"]
        with Server(self.data, *FLAGS, "--set", "gateway.database_seconds=2") as server:
            files = pathlib.Path(f"/proc/{server.process.pid}/fd")

            def ask(names):
                urls = "&".join(f"optimade_urls={addresses[name]}/optimade" for name in names)
                return server.ask(f"/gateway/search?as_optimade=true&page_limit=300&{urls}").json

            alone = ask(good)
            before = len(list(files.iterdir()))
            for name in names:
                together = ask([name, *good])
                statuses = [one["status"] for one in together["meta"]["_rutile_providers"]]
                self.assertEqual(statuses[1:], ["ok", "ok"], name)
                ids = {entry["id"] for entry in together["data"]}
                self.assertLessEqual({entry["id"] for entry in alone["data"]}, ids, name)
            start = time.monotonic()
            together = ask([*names, *good])
            self.assertLess(time.monotonic() - start, 6)
            ids = {entry["id"] for entry in together["data"]}
            self.assertLessEqual({entry["id"] for entry in alone["data"]}, ids)
            # Connections are kept for half a minute, but no request is left running.
            time.sleep(35)
            self.assertLessEqual(len(list(files.iterdir())), before + 4)

    def forgetful_database(self, answer, patience):
        """The address of a server that answers every request, and closes the connection so many seconds later."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve(connection):
            with connection:
                connection.settimeout(patience)
                with contextlib.suppress(OSError):
                    while connection.recv(65_536):
                        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
                        connection.sendall(head.encode() + answer)

        def listen():
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def test_a_kept_connection_that_was_closed_fails_no_request(self):
        base = self.forgetful_database(b'{"data": [], "meta": {"data_returned": 0}}', 0.03)
        with Server(self.data, *FLAGS) as server:
            for number in range(100):
                page = server.ask(f"/gateway/search?as_optimade=true&optimade_urls={base}&_rutile_fresh=true")
                self.assertEqual(page.status, 200, page.json)
                time.sleep(0.026 + 0.0001 * (number % 60))

    def test_lines_of_databases_fit_the_terminal(self):
        error = json.dumps({"errors": [{"detail": "it is being rebuilt; " * 10}]}).encode()
        broken = self.forgetful_database(error, 10)
        hanging = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(hanging.close)
        with Server(self.data, *FLAGS, "--set", "gateway.database_seconds=2") as server:
            for name, base in [("broken", broken), ("hanging", f"http://127.0.0.1:{hanging.getsockname()[1]}")]:
                added = command("gateway", "add", name, base, "--id", name, "--data", self.data, *FLAGS)
                self.assertEqual(added.returncode, 0, added.stderr)
            _, shown = on_terminal("search", "nsites>0", "--all", "--url", server.origin, columns=60)
        lines = [line.split("\r\n")[0] for line in shown.split("\r\x1b[K")[1:]]
        self.assertTrue(any(line.startswith("broken: error") for line in lines), shown)
        self.assertLess(max(map(len, lines)), 60)

    def two_databases(self):
        """Starts two databases; their addresses by name."""
        fleet = subprocess.Popen(
            [sys.executable, CASES / "providers.py", "--uniform", "2", "--latency-ms", "1", "--base-port",
             str(free_ports(2))], stdout=subprocess.PIPE, text=True)
        self.addCleanup(fleet.stdout.close)
        self.addCleanup(fleet.wait)
        self.addCleanup(fleet.terminate)
        return json.loads(fleet.stdout.readline())

    def test_addresses_that_are_not_asked_are_told(self):
        with tempfile.TemporaryDirectory() as data:
            added = command("gateway", "add", "Here", "http://127.0.0.1:1/optimade", "--data", data)
            self.assertEqual(added.returncode, 0, added.stderr)
            self.assertIn(
                "127.0.0.1:1 is not in gateway.allowed_networks, and so not asked, unless it is the server's own.",
                added.stderr)

    def test_databases_of_the_command_line_are_known_to_the_server(self):
        addresses = self.two_databases()
        with Server(self.data, *FLAGS) as server:
            for name, address in addresses.items():
                added = command("gateway", "add", name, address, "--id", name, "--data", self.data, *FLAGS)
                self.assertEqual(added.returncode, 0, added.stderr)
            checked = command("gateway", "check", "--data", self.data, *FLAGS)
            self.assertEqual(checked.stdout.splitlines(), ["p00\tok", "p01\tok"])
            found = command(
                "search", "nelements=2", "--all", "--url", server.origin, "--format", "jsonl", "--limit", "5",
                "--sort", "nsites")
            self.assertEqual(found.returncode, 0, found.stderr)
            entries = [json.loads(line) for line in found.stdout.splitlines()]
            self.assertEqual(len(entries), 5)
            sites = [entry["attributes"]["nsites"] for entry in entries]
            self.assertEqual(sites, sorted(sites))
            self.assertEqual(sorted(line[:7] for line in found.stderr.splitlines()), ["p00: ok", "p01: ok"])
            listed = command("gateway", "list", "--data", self.data, *FLAGS).stdout.splitlines()
            self.assertEqual([line.split("\t")[3].split(" ")[0] for line in listed], ["ok", "ok"])
            health = server.ask("/gateway/databases/p00").json["data"]["attributes"]["_rutile_health"]
            self.assertEqual(health["status"], "ok")
            self.assertEqual(server.ask("/gateway/gateways", {"id": "both", "database_ids": ["p00", "p01"]}).status, 200)
            graph = server.ask("/api/v1/graph/query", {
                "optimade": {"both": {
                    "m_request": {"query": {"filter": "nelements=2"},
                                  "pagination": {"page_size": 5, "order_by": "nsites"}},
                    "*": {"nsites": "*"}}},
                "metainfo": {"nomad.datamodel.metainfo.workflow": {"name": "*"}}}).json
            self.assertIn("metainfo", graph)
            both = graph["optimade"]["both"]
            self.assertEqual([one["status"] for one in both.pop("m_response")["providers"]], ["ok", "ok"])
            self.assertEqual(list(both), [entry["id"] for entry in entries])
            self.assertEqual([entry["nsites"] for entry in both.values()], sites)
            for config, place in [({"query": {"filter": "("}}, "query/filter"),
                                  ({"query": {"endpoint": "bogus"}}, "query/endpoint"),
                                  ({"pagination": {"order_by": "bogus"}}, "pagination/order_by")]:
                refused = server.ask("/api/v1/graph/query", {
                    "optimade": {"both": {"m_request": config, "*": {"nsites": "*"}}}})
                self.assertEqual(refused.status, 400, refused.body)
                self.assertIn("/optimade/both/m_request/" + place, json.dumps(refused.json))

    def test_commands_that_read_make_no_data_directory(self):
        nowhere = os.path.join(self.data, "none")
        for name in ["list", "check"]:
            done = command("gateway", name, "--data", nowhere)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(f"there are no records in {nowhere}", done.stderr)
        self.assertFalse(os.path.exists(nowhere))

    def test_registered_databases_with_ids_inside_each_other_are_searched_together(self):
        addresses = self.two_databases()
        with Server(self.data, *FLAGS) as server:
            for name, address in zip(["a", "a/b"], addresses.values()):
                added = command("gateway", "add", name, address, "--id", name, "--data", self.data, *FLAGS)
                self.assertEqual(added.returncode, 0, added.stderr)
            found = command("search", "--all", "--url", server.origin, "--format", "jsonl", "--sort", "id")
            self.assertEqual(found.returncode, 0, found.stderr)
            ids = [json.loads(line)["id"] for line in found.stdout.splitlines()]
            self.assertEqual(len(set(ids)), 100)
            self.assertEqual(ids, sorted(ids))
            self.assertEqual(sorted(line.split(",")[0] for line in found.stderr.splitlines()), ["2:a/b: ok", "a: ok"])

    def test_real_servers_and_our_own_make_one_list(self):
        sys.path.insert(0, str(OPTIMADE))
        self.addCleanup(sys.path.remove, str(OPTIMADE))
        try:
            import optimade  # noqa: F401 - the servers are started by peer.py
            from peer import PeerServer
        except ImportError:
            self.skipTest("optimade-python-tools is not installed")
        lines = (OPTIMADE / "data/synth-300.jsonl").read_text().splitlines()
        structures = [line for line in lines if json.loads(line).get("type") == "structures"]
        others = [line for line in lines if json.loads(line).get("type") != "structures"]
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-parts-"))
        self.addCleanup(shutil.rmtree, folder)
        parts = []
        for number in range(4):
            parts.append(folder / f"{number}.jsonl")
            parts[-1].write_text("\n".join(others + structures[number::4]) + "\n")
        done = command("import", parts[3], "--data", self.data, "--upload-name", "part", "--publish", "--quiet")
        self.assertIn(done.returncode, (0, 3), done.stderr)
        with contextlib.ExitStack() as stack:
            peers = [stack.enter_context(PeerServer(str(part))) for part in parts[:3]]
            server = stack.enter_context(Server(self.data, *FLAGS))
            bases = [peer.root for peer in peers] + [server.origin + "/optimade"]
            databases = [
                {"id": f"d{number}", "type": "links", "attributes": {
                    "name": f"D{number}", "description": "", "base_url": base, "homepage": None, "link_type": "child"}}
                for number, base in enumerate(bases)]
            made = server.ask("/gateway/gateways", {"id": "all", "databases": databases})
            self.assertEqual(made.status, 200, made.body)
            for query in ("", "filter=nelements%3E2&", "sort=nsites&", "filter=nelements%3C4&sort=-nelements,nsites&"):
                expected = set()
                for number, base in enumerate(bases):
                    expected |= {f"d{number}/{entry['id']}" for entry in walk(f"{base}/v1/structures?{query}page_limit=50")}
                merged = walk(f"{server.origin}/gateway/gateways/all/structures?{query}page_limit=17")
                ids = [entry["id"] for entry in merged]
                self.assertEqual(len(ids), len(set(ids)), query)
                self.assertEqual(set(ids), expected, query)
                if "sort=nsites" in query:
                    sites = [entry["attributes"].get("nsites") for entry in merged]
                    self.assertEqual(sites, sorted(sites, key=lambda count: (count is None, count or 0)), query)


if __name__ == "__main__":
    unittest.main()
