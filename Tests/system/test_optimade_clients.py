"""Clients of the OPTIMADE ecosystem against the demo crystals."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings

from rutile import Server, command
from test_optimade import crystals, imported

SILICA = 'elements HAS ALL "Si","O" AND nelements=2'


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        warnings.simplefilter("ignore")
        cls.data = imported(crystals(), "Avogadro crystals")
        cls.server = Server(cls.data).__enter__()
        cls.base = cls.server.origin + "/optimade"
        answer = cls.server.ask("/optimade/v1/structures?page_limit=1&filter=elements+HAS+ALL+%22Si%22,%22O%22+AND+nelements=2")
        cls.count = answer.json["meta"]["data_returned"]

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        shutil.rmtree(cls.data)

    def test_the_client_of_optimade_python_tools_counts_and_calls_back(self):
        from optimade.client import OptimadeClient

        pages = []
        client = OptimadeClient(
            base_urls=[self.base], max_results_per_provider=1_000, silent=True,
            callbacks=[lambda url, results: pages.append(len(results["data"]))])
        self.assertEqual(client.count(filter=SILICA)["structures"][SILICA][self.base], self.count)
        found = client.get(filter=SILICA)["structures"][SILICA][self.base]
        self.assertEqual(len(found["data"]), self.count)
        self.assertEqual(len({entry["id"] for entry in found["data"]}), self.count)
        self.assertGreater(len(pages), 1)

    def test_optimade_get_prints_what_there_is(self):
        program = pathlib.Path(sys.executable).parent / "optimade-get"
        done = subprocess.run(
            [program, "--silent", "--filter", SILICA, "--max-results-per-provider", "0", self.base],
            capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(json.loads(done.stdout)["structures"][SILICA][self.base]["data"]), self.count)

    def test_structures_of_pymatgen_are_those_of_the_files(self):
        from pymatgen.core import Structure
        from pymatgen.ext.optimade import OptimadeRester

        with OptimadeRester(self.base + "/") as client:
            found = client.get_structures(elements=["Si", "O"], nelements=2)
        structures = next(iter(found.values()))
        self.assertEqual(len(structures), self.count)
        for name, formula, sites in (("SiO2-Quartz-alpha", "SiO2", 9), ("SiO2-Cristobalite-alpha", "SiO2", 12)):
            path = pathlib.Path(crystals()) / f"oxides/{name}.cif"
            if not path.exists():
                continue
            expected = Structure.from_file(path)
            near = [
                structure for structure in structures.values()
                if len(structure) == len(expected)
                and all(abs(a - b) < 1e-3 for a, b in zip(structure.lattice.parameters, expected.lattice.parameters))]
            self.assertTrue(near, name)
            self.assertTrue(any(self.same_sites(structure, expected) for structure in near), name)
            self.assertEqual((expected.composition.reduced_formula, len(expected)), (formula, sites))

    @staticmethod
    def same_sites(left, right):
        """Whether each site of one has a site of the same element within 1e-3 Å in the other."""
        lattice = left.lattice
        return all(
            any(site.species == other.species
                and lattice.get_distance_and_image(site.frac_coords, other.frac_coords)[0] < 1e-3 for other in right)
            for site in left)

    def test_our_own_search_shows_what_there_is(self):
        done = command("search", SILICA, "--url", self.server.origin, "--format", "jsonl", "--limit", 1_000)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len({entry["id"] for entry in found}), self.count)
        done = command(
            "search", SILICA, "--url", self.base + "/v1", "--format", "csv", "--fields", "nsites,elements", "--sort", "nsites",
            "--limit", 3)
        lines = done.stdout.splitlines()
        self.assertEqual((lines[0], len(lines)), ("id,nsites,elements", 4))
        self.assertTrue(lines[1].endswith('"[""O"",""Si""]"'), lines[1])
        for options, header in (
            (["--fields", "id,nsites"], "id,nsites"), (["--fields", "id"], "id"),
            (["--type", "references"], "id,title,year,doi,last_modified"),
        ):
            done = command("search", "--url", self.server.origin, "--format", "csv", "--limit", 1, *options)
            self.assertEqual(done.stdout.splitlines()[0], header, done.stderr)
        done = command("search", "nsites >", "--url", self.server.origin)
        self.assertEqual(done.returncode, 2)
        self.assertIn("400", done.stderr)

    def test_jarvis_follows_the_links_of_pages(self):
        from jarvis.db.restapi import jarvisdft_optimade

        found = jarvisdft_optimade(prefix=self.base + "/v1/structures/?filter=", query=SILICA)
        self.assertEqual(len(found), self.count)


class RoundTrip(unittest.TestCase):
    def test_what_is_exported_served_by_optimade_maker_and_imported_is_the_same(self):
        """export → optimade-maker → import over HTTP → export."""
        from test_optimade import SAMPLE, PROVIDER

        work = pathlib.Path(tempfile.mkdtemp(prefix="rutile-test-"))
        first = imported(SAMPLE, "sample")
        second = tempfile.mkdtemp(prefix="rutile-test-")
        self.addCleanup(shutil.rmtree, work)
        self.addCleanup(shutil.rmtree, first)
        self.addCleanup(shutil.rmtree, second)
        exported = work / "served/optimade.jsonl"
        exported.parent.mkdir()
        done = command("export", "--format", "optimade-jsonl", "--data", first, *PROVIDER, exported)
        self.assertEqual(done.returncode, 0, done.stderr)
        with served_by_maker(exported.parent) as base:
            done = command("import", base, "--data", second, "--publish", timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
        again = work / "again.jsonl"
        done = command("export", "--format", "optimade-jsonl", "--data", second, *PROVIDER, again)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(entries(exported), entries(again))


def entries(path):
    """The entries of a file by type and id, without what the importing server states itself."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        resource = json.loads(line)
        if resource.get("type") in ("structures", "references"):
            attributes = {name: value for name, value in resource["attributes"].items() if value is not None}
            found[resource["type"], resource["id"]] = attributes
    return found


class served_by_maker:
    """A server of optimade-maker over a folder, from `with` to its end."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        import os
        import socket
        import time
        import urllib.request

        (self.folder / "optimade.yaml").write_text(
            "config_version: 0.1.0\ndatabase_description: sample\n"
            "entries:\n  - entry_type: structures\n    entry_paths:\n      - file: optimade.jsonl\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        program = pathlib.Path(sys.executable).parent / "optimake"
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [program, "serve", "--port", str(port), str(self.folder)], stdout=self.log, stderr=self.log,
            env={**os.environ, "OPTIMAKE_PROVIDER_PREFIX": "exmpl"})
        base = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(base + "/v1/info", timeout=5).read()
                return base
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.log.seek(0)
        text = self.log.read().decode()[-2_000:]
        self.__exit__()
        raise AssertionError("optimade-maker does not serve: " + text)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.log.close()
