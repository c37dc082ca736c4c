"""The cells of docs/notebooks, one after the other, against a server with crystals and archives."""
import json
import shutil
import subprocess
import unittest

from rutile import ROOT, Server, command
from test_nomad_client import BUNDLE, PYTHON, environment
from test_optimade import crystals, imported

CHECKS = {
    "python-clients": """
assert found > 0 and len(archives) == found == len(table), (found, len(table))
assert all("Ti" in entry.results.material.chemical_formula_reduced for entry in archives)
assert 0 < len(plain) <= 20, len(plain)
assert len(hits) == 3 and all(hit["entry"]["upload"]["upload_name"] for hit in hits.values()), hits
assert structures and all(s["attributes"]["nelements"] == 2 for s in structures)
print("all is as it should be")
"""
}

# Cells may wait at their top level, as in a notebook.
RUNNER = """
import ast, asyncio, sys
names = {}
waiting = eval(compile(sys.stdin.read(), "notebook", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
if waiting is not None:
    asyncio.run(waiting)
"""


class Notebooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = imported(crystals(), "Avogadro crystals")
        loaded = command("bundle", "load", BUNDLE, "--data", cls.data)
        assert loaded.returncode == 0, loaded.stderr
        cls.server = Server(cls.data).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        shutil.rmtree(cls.data)

    def test_each_notebook_runs_from_its_first_cell_to_its_last(self):
        notebooks = sorted((ROOT / "docs/notebooks").glob("*.ipynb"))
        self.assertEqual({path.stem for path in notebooks}, set(CHECKS))
        for path in notebooks:
            with self.subTest(notebook=path.name):
                cells = json.loads(path.read_text())["cells"]
                program = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
                done = subprocess.run(
                    [PYTHON, "-W", "ignore", "-c", RUNNER], input=program + CHECKS[path.stem], capture_output=True,
                    text=True, timeout=300, env={**environment(self.server), "RUTILE_URL": self.server.origin})
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("all is as it should be", done.stdout)


if __name__ == "__main__":
    unittest.main()
