"""`make run` as its user has it: imports once, serves, and prints requests that can be pasted."""
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import unittest

from rutile import ROOT, Demo

BUILT = ROOT / ".build/release/rutile"


def pasted(line):
    """The answer to a printed request."""
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "m_errors" not in done.stdout, (line, done)
    return json.loads(done.stdout)


class Program(unittest.TestCase):
    def test_it_needs_nothing_of_the_toolchain(self):
        libraries = subprocess.run(["ldd", BUILT], capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertIn("libsqlite3", libraries)
        self.assertNotRegex(libraries, "(?i)swift|foundation|dispatch")


class Running(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # `make run` would build here, for minutes.
        if subprocess.run([ROOT / "Scripts/is-newest.sh", BUILT]).returncode != 0:
            raise unittest.SkipTest("sources have changed since the release build; make test builds them first")
        cls.folder = tempfile.TemporaryDirectory(prefix="rutile-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.data = pathlib.Path(cls.folder.name) / "data"
        with Demo(cls.data) as demo:
            demo.serving()
            cls.first = demo.text()
            curls = [line for line in cls.first.splitlines() if line.startswith("curl ")]
            cls.answers = [pasted(line) for line in curls]
            cls.left = demo.interrupt()

    def test_the_crystals_are_imported(self):
        added = re.search(r"Upload 'Avogadro crystals' .* entries: (\d+) added\.", self.first)
        self.assertGreaterEqual(int(added[1]), 500, self.first)
        self.assertIn(f"/api/v1 from {self.data}\n", self.first)

    def test_printed_requests_can_be_pasted(self):
        symbol, position, formula, silica = self.answers
        (entry, quartz), = symbol["entries"].items()
        self.assertRegex(quartz["archive"]["results"]["material"]["symmetry"]["space_group_symbol"], "^P3_[12]21$")
        positions = position["entries"][entry]["archive"]["run"][0]["system"][0]["atoms"]["positions"]
        self.assertEqual([type(coordinate) for coordinate in positions[1]], [float] * 3)
        self.assertTrue(all(1e-11 < abs(coordinate) < 1e-9 for coordinate in positions[1]), positions)
        (upload, content), = formula["uploads"].items()
        self.assertEqual(
            formula["entries"][entry]["archive"]["workflow2"]["outputs"],
            [{"section": f"uploads/{upload}/entries/{entry}/archive/run/0/system/0"}])
        self.assertEqual(
            content["entries"][entry]["archive"]["run"][0]["system"], [{"chemical_composition_reduced": "O2Si"}])
        self.assertGreaterEqual(silica["meta"]["data_available"], 500)
        self.assertGreater(silica["meta"]["data_returned"], 100)
        self.assertTrue(all(one["attributes"]["elements"] == ["O", "Si"] for one in silica["data"]))

    def test_an_interrupt_ends_all_that_was_started(self):
        self.assertEqual(self.left, [])

    def test_a_second_run_serves_at_once(self):
        built = BUILT.stat().st_mtime_ns
        with Demo(self.data) as demo:
            seconds = demo.serving()
            print(f"make run, the second time: serves after {seconds:.2f} s")
            # It is to be two; a busy machine has time to be slow.
            self.assertLess(seconds, 10)
            text = demo.text().replace(str(self.data), "DATA")
            self.assertNotRegex(text, "(?i)build|compil|install|import|added|upload|skipped|administrator")
            self.assertEqual(demo.interrupt(), [])
        self.assertEqual(BUILT.stat().st_mtime_ns, built)

    def test_a_port_that_is_taken_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with Demo(self.data, port) as demo:
                self.assertNotEqual(demo.process.wait(20), 0)
                self.assertIn(f"rutile serve: cannot listen on 127.0.0.1, port {port}", demo.text())
                self.assertNotIn("curl ", demo.text())
                self.assertEqual(demo.running(), [])


if __name__ == "__main__":
    unittest.main()
