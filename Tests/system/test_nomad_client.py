"""The real client of NOMAD's Python package against a server that holds its bundle of tests."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import textwrap
import unittest

from rutile import ROOT, SHARED, Server, command

BUNDLE = SHARED / "cases/archive/bundle.json"
PYTHON = ROOT / ".venv-nomad/bin/python"
WORKER = ROOT / "Tests/system/nomad_worker.py"


def environment(server):
    """Where the package finds the server: its own settings of the client and of logins."""
    return {
        **os.environ, "NOMAD_CLIENT_URL": server.origin + "/api", "NOMAD_KEYCLOAK_SERVER_URL": server.origin,
        "NOMAD_CLIENT_ACCESS_TOKEN": "", "no_proxy": "*"}


class NomadClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = tempfile.mkdtemp(prefix="rutile-test-")
        loaded = command("bundle", "load", BUNDLE, "--data", cls.data)
        assert loaded.returncode == 0, loaded.stderr
        cls.server = Server(cls.data).__enter__()
        cls.worker = subprocess.Popen(
            [PYTHON, WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment(cls.server))
        bundle = json.loads(BUNDLE.read_text())
        public = {
            upload["upload_id"] for upload in bundle["uploads"]
            if upload["publish_time"] and not upload["embargo_length"]}
        cls.entries = {entry["entry_id"]: entry for entry in bundle["entries"]}
        cls.public = sorted(name for name, entry in cls.entries.items() if entry["upload_id"] in public)
        of_alice = {upload["upload_id"] for upload in bundle["uploads"] if upload["main_author"].endswith("a11c")}
        cls.alice = sorted(
            name for name, entry in cls.entries.items()
            if entry["upload_id"] in public or entry["upload_id"] in of_alice)

    @classmethod
    def tearDownClass(cls):
        cls.worker.stdin.close()
        cls.worker.wait(30)
        cls.worker.stdout.close()
        cls.server.__exit__()
        shutil.rmtree(cls.data)

    def answer(self, code):
        """What the client answers to `code`, where `URL` is the address of the server."""
        code = f"URL = {self.server.origin!r}\n" + textwrap.dedent(code)
        self.worker.stdin.write(json.dumps(code) + "\n")
        self.worker.stdin.flush()
        return json.loads(self.worker.stdout.readline())

    def run_client(self, code):
        answer = self.answer(code)
        self.assertNotIn("error", answer, answer.get("trace"))
        return answer["result"]

    def archive(self, name):
        return self.entries[name]["archive"]

    def test_all_public_entries_are_fetched_and_downloaded(self):
        count, listed, archives, left = self.run_client("""
            query = ArchiveQuery(url=URL)
            count = query.fetch()
            listed = list(query.entry_list())
            archives = query.download(as_plain_dict=True)
            result = [count, listed, archives, query.entry_list()]
            """)
        self.assertEqual(count, len(self.public))
        self.assertEqual([entry for entry, _ in listed], self.public)
        self.assertEqual([upload for _, upload in listed], [self.entries[name]["upload_id"] for name in self.public])
        self.assertEqual(len(archives), count)
        for name, archive in zip(self.public, archives):
            archive.pop("m_ref_archives")
            self.assertEqual(archive["results"], self.archive(name)["results"])
        self.assertEqual(left, [])

    def test_files_are_uploaded_without_a_name(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "POSCAR"
            source.write_text("x\n4\n1 0 0\n0 1 0\n0 0 1\nCu\n1\nDirect\n0 0 0\n")
            for form in ("zip", "tar", "gztar"):
                packed = shutil.make_archive(str(pathlib.Path(folder).parent / pathlib.Path(folder).name), form, folder)
                self.addCleanup(os.remove, packed)
                # All that the client wants of `nomad.processing`, which needs a database, are two names.
                upload, data = self.run_client(f"""
                    import sys, types
                    sys.modules["nomad.processing"] = types.SimpleNamespace(
                        ProcessStatus=types.SimpleNamespace(SUCCESS="SUCCESS", FAILURE="FAILURE"))
                    from nomad.client import api
                    from nomad.client.upload import upload_file
                    auth = api.Auth(user="alice", password="secret-a", from_api=True)
                    upload = upload_file({packed!r}, auth, upload_name="client")
                    result = [upload, api.get(f"uploads/{{upload}}", auth=auth).json()["data"]]
                    api.delete(f"uploads/{{upload}}", auth=auth)
                    """)
                self.assertIsNotNone(upload)
                self.assertEqual(
                    (data["upload_name"], data["process_status"], data["entries"]), ("client", "SUCCESS", 1))

    def test_parts_are_fetched_and_downloaded_one_after_the_other(self):
        counts, names = self.run_client("""
            query = ArchiveQuery(url=URL, page_size=4, batch_size=3, required={"metadata": {"entry_id": "*"}})
            counts = [query.fetch(5), len(query.entry_list())]
            names = []
            while True:
                some = query.download(7, as_plain_dict=True)
                if not some:
                    break
                names += [archive["metadata"]["entry_id"] for archive in some]
                counts.append(len(some))
            result = [counts, names]
            """)
        self.assertEqual(counts[:3], [8, 8, 7])
        self.assertEqual(names, self.public)

    def test_results_max_and_after_bound_the_list(self):
        first, middle = self.run_client(f"""
            first = ArchiveQuery(url=URL, results_max=6, page_size=4, required={{"metadata": {{"entry_id": "*"}}}})
            middle = ArchiveQuery(url=URL, after={self.public[9]!r}, results_max=5, required={{"metadata": {{"entry_id": "*"}}}})
            # What it cuts from a page to keep to results_max, the client downloads with its next call only.
            result = [[archive["metadata"]["entry_id"] for _ in range(2) for archive in query.download(as_plain_dict=True)]
                      for query in (first, middle)]
            """)
        self.assertEqual(first, self.public[:6])
        self.assertEqual(middle, self.public[10:15])

    def test_the_asynchronous_calls_give_the_same(self):
        count, names = self.run_client("""
            import asyncio
            async def all_of_it():
                query = ArchiveQuery(url=URL, page_size=10, batch_size=4, required={"metadata": {"entry_id": "*"}})
                count = await query.async_fetch()
                return [count, [a["metadata"]["entry_id"] for a in await query.async_download(as_plain_dict=True)]]
            result = asyncio.run(all_of_it())
            """)
        self.assertEqual(count, len(self.public))
        self.assertEqual(names, self.public)

    def test_queries_choose_and_required_selects(self):
        names, program = self.run_client("""
            query = ArchiveQuery(
                url=URL, query={"results.material.elements": ["Ti"], "results.method.simulation.program_name": "VASP"},
                required={"metadata": {"entry_id": "*"}, "results": {"method": {"simulation": {"program_name": "*"}}}})
            archives = query.download()
            result = [[archive.metadata.entry_id for archive in archives],
                      [archive.results.method.simulation.program_name for archive in archives]]
            """)
        expected = [
            name for name in self.public
            if "Ti" in self.archive(name)["results"]["material"].get("elements", [])
            and self.archive(name)["results"].get("method", {}).get("simulation", {}).get("program_name") == "VASP"]
        self.assertTrue(expected)
        self.assertEqual(names, expected)
        self.assertEqual(set(program), {"VASP"})

    def test_archives_are_objects_whose_references_lead_on(self):
        inputs = self.run_client("""
            query = ArchiveQuery(url=URL, required={"results": "*", "workflow2": {"inputs": {"name": "*", "section": "*"}}})
            result = [[i.section.chemical_formula_reduced for i in archive.workflow2.inputs if i.section is not None]
                      for archive in query.download() if archive.workflow2 is not None]
            """)
        self.assertTrue(any(inputs))

    def test_downloads_become_a_table(self):
        columns, rows = self.run_client("""
            query = ArchiveQuery(url=URL, required={"results": {"material": {"elements": "*", "chemical_formula_reduced": "*"}}})
            query.download()
            table = query.entries_to_dataframe()
            result = [list(table.columns), len(table)]
            """)
        self.assertEqual(rows, len(self.public))
        self.assertIn("results.material.elements", columns)

    def test_logins_by_both_ways_show_private_entries(self):
        for from_api in (True, False):
            with self.subTest(from_api=from_api):
                names = self.run_client(f"""
                    query = ArchiveQuery(
                        url=URL, owner="visible", username="alice", password="secret-a", from_api={from_api},
                        required={{"metadata": {{"entry_id": "*"}}}})
                    result = [archive["metadata"]["entry_id"] for archive in query.download(as_plain_dict=True)]
                    """)
                self.assertEqual(names, self.alice)
        self.assertLess(len(self.public), len(self.alice))

    def test_a_wrong_password_is_an_error(self):
        answer = self.answer("""
            ArchiveQuery(url=URL, username="alice", password="wrong", from_api=True).fetch()
            """)
        self.assertIn("Could not acquire authentication token", answer["error"])

    def test_a_wrong_query_is_an_error_that_says_what_is_wrong(self):
        answer = self.answer("""
            ArchiveQuery(url=URL, query={"results.material.element": ["Ti"]}).fetch()
            """)
        self.assertIn("422", answer["error"])

    def test_crystals_that_were_imported_are_downloaded(self):
        with tempfile.TemporaryDirectory() as folder:
            files = pathlib.Path(folder) / "files"
            files.mkdir()
            (files / "POSCAR").write_text("NaCl\n1\n0 2.8 2.8\n2.8 0 2.8\n2.8 2.8 0\nNa Cl\n1 1\nDirect\n0 0 0\n.5 .5 .5\n")
            (files / "alloy.cif").write_text(textwrap.dedent("""\
                data_alloy
                _cell_length_a 3.6
                _cell_length_b 3.6
                _cell_length_c 3.6
                _cell_angle_alpha 90
                _cell_angle_beta 90
                _cell_angle_gamma 90
                loop_
                _atom_site_type_symbol
                _atom_site_fract_x
                _atom_site_fract_y
                _atom_site_fract_z
                _atom_site_occupancy
                Fe 0 0 0 0.5
                Ni 0 0 0 0.5
                """))
            done = command("import", files, "--publish", "--data", folder + "/data")
            self.assertEqual(done.returncode, 0, done.stderr)
            with Server(folder + "/data") as server:
                masses = self.run_client(f"""
                    def mass(species):
                        return None if species.mass is None else round(float(species.mass.magnitude), 2)
                    archives = ArchiveQuery(url={server.origin!r}).download()
                    result = [[mass(species) for species in archive.metadata.optimade.species] for archive in archives]
                    """)
                self.assertEqual(sorted(masses, key=len), [[None], [22.99, 35.45]])
                listed = server.ask("/optimade/v1/structures?response_fields=species").json["data"]
                self.assertEqual(
                    sorted([len(species["mass"]) for species in one["attributes"]["species"]] for one in listed),
                    [[1, 1], [2]])


class OurClient(unittest.TestCase):
    """`rutile fetch` and `rutile raw` against the same bundle."""

    @classmethod
    def setUpClass(cls):
        cls.data = tempfile.mkdtemp(prefix="rutile-test-")
        assert command("bundle", "load", BUNDLE, "--data", cls.data).returncode == 0
        cls.server = Server(cls.data).__enter__()
        cls.bundle = json.loads(BUNDLE.read_text())

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        shutil.rmtree(cls.data)

    def fetch(self, *arguments, **options):
        done = command("fetch", "--url", self.server.origin, *arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_our_client_gives_what_the_bundle_has(self):
        lines = [json.loads(line) for line in self.fetch("--page-size", 5, "--batch-size", 3).splitlines()]
        entries = {entry["entry_id"]: entry["archive"] for entry in self.bundle["entries"]}
        self.assertEqual(len(lines), int(self.fetch("--count")))
        for line in lines:
            line["archive"].pop("m_ref_archives", None)
            self.assertEqual(line["archive"], entries[line["entry_id"]])

    def test_counts_are_of_what_would_be_downloaded(self):
        names = [json.loads(line)["entry_id"] for line in self.fetch().splitlines()]
        self.assertEqual(int(self.fetch("--count", "--after", names[4])), len(names) - 5)
        self.assertEqual(int(self.fetch("--count", "--after", names[4], "--results-max", 3)), 3)
        planned = self.fetch("--dry-run", "--after", names[-3])
        self.assertIn(f"{len(names)} entries match, 2 would be downloaded", planned)

    def test_private_entries_need_a_login(self):
        anonymous = int(self.fetch("--count"))
        alice = int(self.fetch("--count", "--username", "alice", environment={"RUTILE_PASSWORD": "secret-a"}))
        self.assertEqual(alice, anonymous + 2)

    def test_graph_requests_are_answered(self):
        name = self.bundle["entries"][0]["entry_id"]
        request = json.dumps({"entries": {name: {"parser_name": "*"}}})
        done = command("query", "-", "--url", self.server.origin, input=request)
        self.assertEqual(json.loads(done.stdout), {"entries": {name: {"parser_name": "parsers/vasp"}}}, done.stderr)
        done = command("query", "-", "--url", self.server.origin, input='{"entries": 5}')
        self.assertEqual(done.returncode, 2)
        done = command("query", "-", "--url", self.server.origin, input='{"entries": ')
        self.assertEqual(done.returncode, 2)
        self.assertIn("line 1", done.stderr)

    def test_raw_files_are_listed_and_read(self):
        upload, files = next((upload, files) for upload, files in self.bundle["raw_files"].items() if files)
        entry = next(
            entry for entry in self.bundle["entries"]
            if entry["upload_id"] == upload and entry["mainfile"] in files)
        name = entry["mainfile"].rsplit("/", 1)[-1]
        self.assertIn("/", entry["mainfile"])
        done = command("raw", "--url", self.server.origin, entry["entry_id"])
        self.assertEqual(done.returncode, 0, done.stderr)
        listed = dict(reversed(line.split("\t")) for line in done.stdout.splitlines())
        self.assertEqual(int(listed[name]), len(files[entry["mainfile"]].encode()))
        for name in listed:
            done = command("raw", "--url", self.server.origin, entry["entry_id"], name)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, files[entry["mainfile"].rsplit("/", 1)[0] + "/" + name])
        self.assertEqual(command("raw", "--url", self.server.origin, entry["entry_id"], "").returncode, 64)

    def test_a_raw_file_is_written_into_a_pipe(self):
        upload, files = next((upload, files) for upload, files in self.bundle["raw_files"].items() if files)
        entry = next(
            entry for entry in self.bundle["entries"]
            if entry["upload_id"] == upload and entry["mainfile"] in files)
        pipe = pathlib.Path(self.data) / "pipe"
        os.mkfifo(pipe)
        reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
        try:
            name = entry["mainfile"].rsplit("/", 1)[-1]
            done = command("raw", "--url", self.server.origin, entry["entry_id"], name, "--output", pipe)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(pipe.is_fifo())
            self.assertEqual(reader.communicate(timeout=10)[0], files[entry["mainfile"]])
        finally:
            reader.kill()
            pipe.unlink()
        done = command("raw", "--url", self.server.origin, entry["entry_id"], name, "--output", self.data)
        self.assertEqual(done.returncode, 1)
        self.assertIn("folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
