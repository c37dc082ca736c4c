"""The OPTIMADE server as the ecosystem's own tools and the recorded cases see it."""
import concurrent.futures
import gzip
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import zipfile

from rutile import SHARED, Server, command

CASES = SHARED / "cases/optimade"
SAMPLE = CASES / "data/synth-300.jsonl"
PROVIDER = ("--set", "optimade.provider.prefix=exmpl", "--set", "optimade.provider.name=Example provider")


def imported(path, name):
    """A new data directory with what `path` holds, published."""
    folder = tempfile.mkdtemp(prefix="rutile-test-")
    done = command("import", path, "--data", folder, "--upload-name", name, "--publish", "--quiet", timeout=300)
    if done.returncode not in (0, 3):
        shutil.rmtree(folder)
        raise AssertionError(f"{path} is not imported: {done.stderr}")
    return folder


def run(script, *arguments, timeout=1_200):
    """Runs one of the recorded cases' scripts."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", CASES / script, *map(str, arguments)], capture_output=True, text=True,
        timeout=timeout, cwd=CASES)


def validated(base):
    """What optimade-validator says of the server at `base`: failures, and counts of tests."""
    code = "import sys; sys.argv[0] = 'optimade-validator'; from optimade.validator import validate; validate()"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, "--random-seed", "7", base], capture_output=True, text=True,
        timeout=900)
    text = re.sub(r"\x1b\[\d+m", "", done.stdout + done.stderr)
    passed = re.search(r"Passed (\d+) out of (\d+) tests", text)
    optional = re.search(r"Additionally passed (\d+) out of (\d+) optional tests", text)
    counts = [int(number) for match in (passed, optional) if match for number in match.groups()]
    return done.returncode, counts, text


def crystals():
    """The folder of the demo crystals."""
    named = os.environ.get("RUTILE_CRYSTALS")
    if named:
        return named
    share = "/usr/share"
    folders = [f"{share}/{name}/crystals" for name in sorted(os.listdir(share)) if name.startswith("avogadro")]
    return next(folder for folder in folders if os.path.isdir(folder))


class Demo(unittest.TestCase):
    """The demo crystals."""

    @classmethod
    def setUpClass(cls):
        cls.data = imported(crystals(), "Avogadro crystals")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.data)

    def test_the_validator_passes_all_its_tests(self):
        with Server(self.data) as server:
            for base in ("/optimade", "/optimade/v1"):
                status, counts, text = validated(server.origin + base)
                self.assertEqual(status, 0, text[-4_000:])
                self.assertEqual((counts[0], counts[2]), (counts[1], counts[3]), text[-4_000:])
                self.assertGreater(counts[1], 40)

    def test_answers_are_named_by_what_they_say(self):
        with Server(self.data) as server:
            path = "/optimade/v1/structures?page_limit=1"
            first = server.ask(path)
            tag = first.headers["ETag"]
            self.assertTrue(tag.startswith('W/"'))
            self.assertEqual(server.ask(path, headers={"If-None-Match": tag}).status, 304)
            # Nobody learns of what he may not see.
            more = ("import", crystals() + "/oxides", "--data", self.data, "--upload-name", "more", "--quiet")
            self.assertIn(command(*more).returncode, (0, 3))
            self.assertEqual(server.ask(path).headers["ETag"], tag)
            self.assertIn(command(*more, "--publish").returncode, (0, 3))
            for _ in range(30):
                again = server.ask(path, headers={"If-None-Match": tag})
                if again.status == 200:
                    break
                time.sleep(0.1)
            # What another process commits is found within a second.
            self.assertEqual(again.status, 200)
            self.assertGreater(again.json["meta"]["data_returned"], first.json["meta"]["data_returned"])

    def test_methods_and_edges(self):
        with Server(self.data) as server:
            refused = server.ask("/optimade/v1/structures", body=b"{}", method="POST")
            self.assertEqual(refused.status, 405)
            self.assertEqual(refused.json["errors"][0]["status"], "405")
            self.assertEqual(server.ask("/optimade/v1/info", method="HEAD").body, b"")
            options = server.ask("/optimade/v1/structures", method="OPTIONS")
            self.assertIn("GET", options.headers["Access-Control-Allow-Methods"])
            self.assertEqual(server.ask("/optimadex/v1/info").status, 404)


class Uploads(unittest.TestCase):
    """What uploads bring besides entries: licences and definitions of properties."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.data = f"{self.folder.name}/data"

    def tearDown(self):
        self.folder.cleanup()

    def add(self, name, license, definitions, *flags, data=None):
        """Imports a file of one structure, `name`."""
        path = f"{self.folder.name}/{name}.jsonl"
        lines = [{"x-optimade": {"api_version": "1.2.0"}},
                 {"type": "info", "id": "/", "attributes": {"available_licenses": [license] if license else []}},
                 {"type": "info", "id": "structures", "properties": definitions},
                 {"type": "structures", "id": name, "attributes": {"structure_features": []}}]
        pathlib.Path(path).write_text("".join(json.dumps(line) + "\n" for line in lines))
        done = command("import", path, "--data", data or self.data, "--json", *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["uploads"][0]

    def license(self):
        with Server(self.data) as server:
            page = server.ask("/optimade/").body.decode()
            attributes = server.ask("/optimade/v1/info").json["data"]["attributes"]
            self.assertEqual("The data may be used under" in page, attributes["license"] is not None)
            return attributes["license"], attributes.get("available_licenses")

    def test_the_licence_of_the_uploads_is_served_exported_and_imported(self):
        self.add("a", "CC0-1.0", {}, "--publish")
        self.assertEqual(self.license(), ("https://spdx.org/licenses/CC0-1.0", ["CC0-1.0"]))
        exported = f"{self.folder.name}/exported.jsonl"
        done = command("export", "--format", "optimade-jsonl", "--data", self.data, exported)
        self.assertEqual(done.returncode, 0, done.stderr)
        again = command("import", exported, "--data", f"{self.folder.name}/again", "--json")
        self.assertEqual(json.loads(again.stdout)["uploads"][0]["license"], "CC0-1.0")
        # What nobody may see does not count; what disagrees does.
        self.add("b", "MIT", {})
        self.assertEqual(self.license()[1], ["CC0-1.0"])
        self.add("c", None, {}, "--publish")
        self.assertEqual(self.license(), (None, None))

    def test_definitions_of_unpublished_uploads_are_not_shown(self):
        self.add("a", None, {"_x_gap": {"type": "float", "unit": "eV"}}, "--publish")
        self.add("b", None, {"_x_secret": {"type": "string"}, "_x_gap": {"type": "string"}})
        with Server(self.data) as server:
            shown = server.ask("/optimade/v1/info/structures").json["data"]["properties"]
            self.assertIn("_x_gap", shown)
            self.assertEqual(shown["_x_gap"]["type"], "float")
            self.assertNotIn("_x_secret", shown)
            page = server.ask("/optimade/v1/extensions/docs").body.decode()
            self.assertNotIn("_x_secret", page)

    def test_a_tag_is_good_for_one_configuration(self):
        self.add("a", None, {}, "--publish")
        path = "/optimade/v1/info"
        with Server(self.data) as server:
            tag = server.ask(path).headers["ETag"]
            self.assertEqual(server.ask(path, headers={"If-None-Match": tag}).status, 304)
        with Server(self.data, *PROVIDER) as server:
            self.assertEqual(server.ask(path, headers={"If-None-Match": tag}).status, 200)

    def test_an_import_that_is_refused_has_added_nothing(self):
        path = pathlib.Path(self.folder.name) / "many.jsonl"
        path.write_text('{"x-optimade": {"api_version": "1.2.0"}}\n{"type": "structures", "id": "a"}\nbad\n')
        done = command("import", path, "--strict", "--data", self.data)
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("added", done.stdout + done.stderr)
        self.assertIn("Nothing was imported", done.stderr)

    def test_files_for_others_can_be_read_by_others(self):
        self.add("a", None, {}, "--publish")
        path = f"{self.folder.name}/a.csv"
        done = command("export", "--format", "csv", "--fields", "id, nsites", "--data", self.data, path)
        self.assertEqual(done.returncode, 0, done.stderr)
        mask = os.umask(0)
        os.umask(mask)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o666 & ~mask)
        for wrong in (["--format", "csv", "--fields", ""], ["--format", "cif", "--type", "references"],
                      ["--format", "poscar", "--filter", "nsites<0"]):
            done = command("export", *wrong, "--data", self.data, f"{self.folder.name}/none")
            self.assertNotEqual(done.returncode, 0, wrong)
            self.assertFalse(os.path.exists(f"{self.folder.name}/none"))

    def test_a_file_whose_name_ends_in_gz_is_compressed(self):
        self.add("a", None, {}, "--publish")
        path = f"{self.folder.name}/a.jsonl"
        for name in (path, path + ".gz"):
            done = command("export", "--format", "optimade-jsonl", "--data", self.data, name)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(gzip.decompress(pathlib.Path(path + ".gz").read_bytes()), pathlib.Path(path).read_bytes())
        done = command("import", path + ".gz", "--data", self.data + "-again", "--json")
        self.assertEqual(json.loads(done.stdout)["uploads"][0]["entries"]["added"], 1)

    def test_lists_and_dictionaries_of_flat_definitions_are_searched(self):
        """As optimade-python-tools 1.5.0 defines them: without items and members."""
        definitions = {"_x_tags": {"description": "Tags.", "type": "list"},
                       "_x_lengths": {"description": "Lengths.", "type": "list", "unit": "angstrom"},
                       "_x_calc": {"description": "How.", "type": "dictionary"}}
        lines = [{"x-optimade": {"api_version": "1.1.0"}},
                 {"type": "info", "id": "structures", "properties": definitions}]
        for name, tags, lengths, code in (("a", ["oxide"], [1, 2.5], "QE"), ("b", [], [4], "VASP")):
            lines.append({"type": "structures", "id": name, "attributes": {
                "structure_features": [], "_x_tags": tags, "_x_lengths": lengths, "_x_calc": {"code": code}}})
        path = pathlib.Path(self.folder.name) / "flat.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.assertEqual(command("import", path, "--data", self.data, "--publish").returncode, 0)
        with Server(self.data) as server:
            for question, ids in (('_x_tags HAS "oxide"', ["a"]), ("_x_lengths HAS > 3", ["b"]),
                                  ('_x_calc.code CONTAINS "A"', ["b"]), ("_x_tags LENGTH 0", ["b"])):
                answer = server.ask("/optimade/v1/structures?filter=" + urllib.parse.quote(question))
                self.assertEqual(answer.status, 200, answer.body)
                self.assertEqual([entry["id"] for entry in answer.json["data"]], ids, question)
            shown = server.ask("/optimade/v1/info/structures").json["data"]["properties"]
            self.assertEqual(shown["_x_lengths"]["items"]["x-optimade-unit"], "angstrom")
            self.assertEqual(shown["_x_lengths"]["unit"], "angstrom")
            self.assertEqual(shown["_x_calc"]["properties"]["code"]["x-optimade-type"], "string")

    def test_structures_are_files_of_a_zip_file(self):
        folder = pathlib.Path(self.folder.name)
        for name, symbols in (("a", "D O"), ("b", "Na Cl")):
            (folder / "in" / name).mkdir(parents=True)
            (folder / "in" / name / "POSCAR").write_text(
                f"{name}\n4\n1 0 0\n0 1 0\n0 0 1\n{symbols}\n1 1\nDirect\n0 0 0\n.5 .5 .5\n")
        self.assertEqual(command("import", str(folder / "in"), "--data", self.data).returncode, 0)
        done = command("export", "--format", "poscar", "--data", self.data, str(folder / "one"))
        self.assertIn(".zip", done.stderr)
        self.assertEqual(done.returncode, 1)
        done = command("export", "--format", "poscar", "--data", self.data, str(folder / "all.zip"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("D is written as H", done.stderr)
        with zipfile.ZipFile(folder / "all.zip") as packed:
            self.assertTrue(all(name.endswith(".vasp") for name in packed.namelist()))
            texts = [packed.read(name).decode() for name in packed.namelist()]
        self.assertEqual(sorted(text.splitlines()[5] for text in texts), ["H O", "Na Cl"])
        # What was written is read.
        done = command("import", str(folder / "all.zip"), "--data", self.data + "-again", "--json")
        self.assertEqual(json.loads(done.stdout)["uploads"][0]["entries"]["added"], 2)


class Sample(unittest.TestCase):
    """The synthetic sample of the recorded cases."""

    @classmethod
    def setUpClass(cls):
        cls.data = imported(SAMPLE, "sample")
        cls.server = Server(cls.data, *PROVIDER).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        shutil.rmtree(cls.data)

    def test_the_validator_passes_all_its_tests(self):
        status, counts, text = validated(self.server.origin + "/optimade/v1")
        self.assertEqual(status, 0, text[-4_000:])
        self.assertEqual((counts[0], counts[2]), (counts[1], counts[3]), text[-4_000:])

    def test_recorded_requests_agree_at_every_level(self):
        done = run("run_http_cases.py", self.server.origin + "/optimade")
        print(done.stdout.splitlines()[-1] if done.stdout else done.stderr)
        self.assertRegex(done.stdout, r"failing by level: \{ ?\{?\}", done.stdout[-4_000:])
        self.assertEqual(done.returncode, 0)

    def filters(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            return run(
                "filters.py", *arguments, "--strict", "--data", SAMPLE, "--base-url",
                self.server.origin + "/optimade/v1", "--out", f"{folder}/out.jsonl", "--mismatches",
                f"{folder}/mismatches.jsonl")

    def test_recorded_filters_agree(self):
        done = self.filters("check", "--golden", CASES / "data/filters-golden.jsonl")
        self.assertEqual(done.returncode, 0, (done.stdout + done.stderr)[-4_000:])

    def test_ten_thousand_new_filters_agree(self):
        def judged(seed):
            return self.filters("run", "--no-peer", "--n", "3334", "--page-limit", "500", "--seed", seed)

        seeds = (101, 202, 303)
        # Most of the time goes into judging the filters, in processes of their own.
        with concurrent.futures.ThreadPoolExecutor(len(seeds)) as pool:
            for seed, done in zip(seeds, pool.map(judged, seeds)):
                with self.subTest(seed=seed):
                    self.assertEqual(done.returncode, 0, (done.stdout + done.stderr)[-4_000:])

    def test_fuzzed_filters_and_addresses_are_answered_or_refused(self):
        seed = int(os.environ.get("RUTILE_SEED", random.randrange(1 << 32)))
        print(f"RUTILE_SEED={seed}")
        numbers = random.Random(seed)
        before = self.server.resident_bytes()
        pieces = ['"', "\\", "AND", "OR", "NOT", "(", ")", "HAS", "ALL", "ANY", "ONLY", "LENGTH", ":", ",", ".", "elements",
                  "nelements", "_exmpl_runs.name", "references.id", '"Si"', "3", "-1e400", "=", "<=", "!=", " ", "\n",
                  "IS KNOWN", "TRUE", "\x00", "é", "STARTS WITH", "_other_x", "last_modified", '"2024-01-01T00:00:00Z"']
        paths = ["/", "structures", "info", "v1", "v2", "..", "%2e", "%", "%ff", "links", "versions", "s00001", "//", "?", "&",
                 "page_limit", "=", "-1", "sort", "+", "#", "references", "page_cursor", "include", ";", "a" * 3_000]
        slowest = 0
        for number in range(12_000):
            if number < 10_000:
                text = "".join(numbers.choice(pieces) + numbers.choice(["", " "]) for _ in range(numbers.randint(1, 12)))
                path = "/optimade/v1/structures?page_limit=1&filter=" + urllib.parse.quote(text)
            else:
                path = "/optimade/v1/" + "".join(numbers.choice(paths) for _ in range(numbers.randint(1, 6)))
                path = path.split("#")[0]
            status, seconds = self.timed(path)
            # The machine may be busy with something else for a moment; what takes long takes long each time.
            for _ in range(3):
                if seconds > 0.2:
                    seconds = min(seconds, self.timed(path)[1])
            slowest = max(slowest, seconds)
            self.assertTrue(200 <= status < 300 or 400 <= status < 500 or status in (501, 553), (status, path))
        self.assertLess(self.server.resident_bytes() - before, 64 << 20)
        print(f"slowest {slowest * 1_000:.0f} ms")
        self.assertLess(slowest, 0.2)

    def timed(self, path):
        """The status of an answer, and how long it took."""
        start = time.perf_counter()
        status = self.server.ask(path).status
        return status, time.perf_counter() - start

    def test_quotes_in_an_id_reach_no_other_entry(self):
        tricks = ['" OR id="s00003', "s00003\" OR \"", "\\", '"', "s00003' OR '1'='1", "*", "s0000?"]
        for trick in tricks:
            answer = self.server.ask("/optimade/v1/structures/" + urllib.parse.quote(trick, safe=""))
            self.assertIn(answer.status, (200, 404), trick)
            self.assertIsNone(answer.json.get("data"), trick)
