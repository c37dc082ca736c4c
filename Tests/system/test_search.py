"""`rutile search` of one database and of a gateway: what it says and how it ends."""
import json
import pathlib
import shutil
import unittest

from rutile import Server, command, fixture_data

FLAGS = ["--set", "gateway.allowed_networks=127.0.0.1/32"]


class Search(unittest.TestCase):
    def setUp(self):
        self.data = fixture_data()
        self.addCleanup(shutil.rmtree, self.data)

    def register(self, server, *names):
        """Registers the server's own database, or one that is not there, under each of `names`."""
        for name in names:
            base = server.origin + "/optimade" if name == "own" else f"http://127.0.0.1:9/{name}"
            made = server.ask("/gateway/databases", {"id": name, "name": name, "base_url": base})
            self.assertEqual(made.status, 200, made.body)

    def test_it_ends_the_same_way_whoever_is_asked(self):
        with Server(self.data, *FLAGS) as server:
            self.register(server, "own")
            self.assertEqual(server.ask("/gateway/gateways", {"id": "g", "database_ids": ["own"]}).status, 200)
            targets = [], ["--all"], ["--gateway", "g"]
            for target in targets:
                def search(*arguments):
                    return command("search", *arguments, *target, "--url", server.origin)
                for wrong in (["elements HAS"], ["--sort", "nope"], ["--fields", "nope"]):
                    done = search(*wrong)
                    self.assertEqual(done.returncode, 2, (target, wrong, done.stderr))
                    self.assertEqual(done.stdout, "")
                done = search("nelements>50")
                self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
                self.assertEqual(done.stderr.splitlines()[-1], "no entries")
                self.assertNotIn("no entries", search("nelements>50", "--format", "jsonl").stderr)
                self.assertEqual(command("search", *target, "--url", "http://127.0.0.1:9").returncode, 1)
                self.assertEqual(command("search", *target, "--url", "nowhere").returncode, 2)
            self.assertEqual(command("search", "--gateway", "none", "--url", server.origin).returncode, 1)

    def test_lines_have_the_fields_that_were_asked_for(self):
        folder = pathlib.Path(self.data)
        (folder / "POSCAR").write_text("Cu\n1\n3.6 0 0\n0 3.6 0\n0 0 3.6\nCu\n1\nDirect\n0 0 0\n")
        self.assertEqual(command("import", folder / "POSCAR", "--publish", "--data", self.data).returncode, 0)
        with Server(self.data, *FLAGS) as server:
            self.register(server, "own")
            self.assertEqual(server.ask("/gateway/gateways", {"id": "g", "database_ids": ["own"]}).status, 200)
            for target in [], ["--all"], ["--gateway", "g"]:
                for fields, names in ("id", []), ("id,nsites", ["nsites"]):
                    done = command(
                        "search", 'elements HAS "Cu"', "--fields", fields, "--format", "jsonl", *target, "--url", server.origin)
                    found = [json.loads(line)["attributes"] for line in done.stdout.splitlines()]
                    self.assertEqual([list(one) for one in found], [names], (target, done.stderr))

    def test_too_many_databases_are_told_with_what_to_do(self):
        with Server(self.data, *FLAGS, "--set", "gateway.databases=2") as server:
            self.register(server, "own", "b", "c")
            done = command("search", "--all", "--url", server.origin)
            self.assertEqual(done.returncode, 2)
            self.assertIn("3 databases are more than the 2 that are asked at once", done.stderr)
            self.assertIn("gateway.databases", done.stderr)
            self.assertIn("--gateway ID", done.stderr)

    def test_graph_requests_are_told_what_is_wrong_in_their_own_words(self):
        with Server(self.data, *FLAGS) as server:
            self.register(server, "own")
            self.assertEqual(server.ask("/gateway/gateways", {"id": "g", "database_ids": ["own"]}).status, 200)

            def pages(pagination):
                return server.query({"optimade": {"g": {"m_request": {"pagination": pagination}, "*": {"nsites": "*"}}}})
            for pagination, words in [
                ({"page_size": 501}, "501 entries of the gateway are asked for, and at most 500"),
                ({"page_after_value": "x"}, "page_after_value is none that was given out for this list"),
                ({"page_offset": 10_001}, "At most 10000 entries are left out"),
            ]:
                answer = pages(pagination)
                self.assertEqual(answer.status, 400, answer.body)
                text = json.dumps(answer.json)
                self.assertIn(words, text)
                self.assertNotIn("page_limit", text)
                self.assertNotIn("page_cursor", text)
                self.assertNotIn("links.next", text)
            response = pages({"page_size": 0}).json["optimade"]["g"]["m_response"]
            self.assertIsNone(response["pagination"]["next_page_after_value"])


if __name__ == "__main__":
    unittest.main()
