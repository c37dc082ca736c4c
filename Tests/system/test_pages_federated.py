"""The page Many databases: one filter for local databases of which one fails and one is slow."""
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from browser import Pages, at_both_widths, pages_over
from rutile import Server
from test_gateway import CASES, FLAGS, aiohttp, free_ports

DATABASES = [
    {"name": "alpha", "n": 23}, {"name": "beta", "n": 57}, {"name": "broken", "n": 12, "mode": "err500"},
    {"name": "slow", "n": 12, "latency_ms": 2500}, {"name": "numbered", "n": 45, "paging": "number"},
    {"name": "strange", "n": 3, "prefix": "strange"},
]
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>{{7*7}}\u202eabc'


def setUpModule():
    if not aiohttp:
        raise unittest.SkipTest("aiohttp is not installed")
    global databases
    with tempfile.NamedTemporaryFile("w", suffix=".json") as names:
        json.dump(DATABASES, names)
        names.flush()
        fleet = subprocess.Popen(
            [sys.executable, CASES / "providers.py", "--config", names.name, "--base-port", str(free_ports(len(DATABASES)))],
            stdout=subprocess.PIPE, text=True)
        unittest.addModuleCleanup(fleet.stdout.close)
        unittest.addModuleCleanup(fleet.wait)
        unittest.addModuleCleanup(fleet.terminate)
        databases = {name: address + "/optimade" for name, address in json.loads(fleet.stdout.readline()).items()}


class Databases(Pages):
    """Ways to search and to read what is found. Each class has a server of its own."""

    @classmethod
    def setUpClass(cls):
        data = tempfile.mkdtemp(prefix="rutile-pages-")
        cls.addClassCleanup(shutil.rmtree, data)
        server = Server(data, *FLAGS, "--set", "gateway.check_minutes=0")
        cls.server = cls.enterClassContext(server)
        for name in ("alpha", "beta", "broken"):
            body = {"id": name, "name": name.capitalize(), "base_url": databases[name]}
            assert cls.server.ask("/gateway/v1/databases", body).status == 200
        cls.base = cls.enterClassContext(pages_over(server))
        super().setUpClass()

    def search(self, *names, **question):
        """The page with what is found in the databases of these names."""
        urls = " ".join(databases[name] for name in names if name not in ("alpha", "beta", "broken"))
        ids = ",".join(name for name in names if name in ("alpha", "beta", "broken"))
        self.open("federated", **{"databases": ids, "urls": urls, **question})
        self.finished()

    def finished(self):
        """Waits until no database is waited for."""
        self.shown(".merged[aria-busy=false]", seconds=60)

    def rows(self):
        """Database, id and number of sites of each row, in order."""
        return self.script(
            "return [...document.querySelectorAll('.merged tbody tr')].map((row) => "
            "[1, 2, 4].map((index) => row.cells[index].textContent))")

    def line(self, name):
        """What the line of a database says."""
        return next(line.text for line in self.all(".line") if line.text.startswith(name))

    def found(self, name, query):
        """The ids that a database itself has for a query."""
        answer = self.server.ask(f"/gateway/v1/search?as_optimade=true&optimade_urls={databases[name]}&page_limit=100&{query}").json
        return [entry["id"].split("/", 1)[-1].split("/")[-1] for entry in answer["data"]]


class Federated(Databases):
    """A search over several databases, at the width of the class."""

    def test_three_databases_of_which_one_fails_are_one_table(self):
        self.open("federated")
        self.shown(".targets", "Broken")
        for box in self.all(".targets label"):
            field = box.find_element("css selector", "input")
            if field.is_selected() != any(name in box.text for name in ("Alpha", "Beta", "Broken")):
                self.click(field)
        self.write(self.field("Filter (OPTIMADE)"), "nelements = 2")
        self.click(self.button("Search"))
        self.finished()
        self.assertRegex(self.line("Alpha"), r"answered\s+5 of 5\s+\d+ ms")
        self.assertRegex(self.line("Broken"), r"failed[\s\S]*status 500: simulated failure of the provider")
        self.assertIn("2 of 3 have answered, 1 failed", self.shown(".progress").text)
        rows = self.rows()
        self.assertEqual([row[1] for row in rows if row[0] == "Alpha"], self.found("alpha", "filter=nelements=2"))
        self.assertEqual([row[1] for row in rows if row[0] == "Beta"], self.found("beta", "filter=nelements=2"))
        self.assertEqual({row[0] for row in rows}, {"Alpha", "Beta"})
        # In one order, with the address telling all of it.
        self.click(self.button("number of sites", ".merged"))
        self.until(lambda: self.query().get("sort") == "nsites")
        self.finished()
        self.until(lambda: [row[2] for row in self.rows()] == sorted((row[2] for row in rows), key=int))
        self.assertEqual(self.query()["databases"], "alpha,beta,broken")
        self.driver.back()
        self.until(lambda: self.rows() == rows)

    def test_a_slow_database_does_not_block_the_others(self):
        self.open("federated", databases="alpha", urls=databases["slow"], filter="nelements=2")
        self.until(lambda: len(self.rows()) == 5, 5)
        self.assertIn("waiting", self.shown(".line.waiting").text)
        self.finished()
        self.assertGreater(len(self.rows()), 5)
        self.assertRegex(self.line("127.0.0.1"), r"answered[\s\S]*\d\.\d s")

    def test_databases_are_added_and_registered(self):
        self.refused = ("gateway/v1/",)
        self.open("federated")
        self.click(self.button("Another database"))
        self.write(self.field("Base URL"), "http://10.0.0.1/optimade")
        self.click(self.button("Register"))
        self.shown(".databases .problem", "10.0.0.1 is not asked from here")
        self.click(self.button("Ask it"))
        self.write(self.field("Base URL"), databases["strange"])
        self.write(self.field("Name"), HOSTILE)
        self.click(self.button("Register"))
        self.shown(".targets", "onerror")
        self.click(self.button("Search"))
        self.finished()
        self.assertIn("not asked", self.line("http://10.0.0.1/optimade"))
        self.assertEqual(len([row for row in self.rows() if row[0].startswith("<img")]), 3)
        self.assertEqual(self.all("main img"), [])
        self.assertNotIn(self.driver.title, ("1", "2"))


FederatedWide, FederatedNarrow = at_both_widths(Federated)


class FederatedDetails(Databases, unittest.TestCase):
    """What does not depend on the width."""

    def test_pages_go_on_in_every_database(self):
        self.search("beta", "numbered", size=10)
        seen = self.rows_of_pages(6)
        ids = [row[1] for row in seen]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(sorted(ids), sorted(self.found("beta", "") + self.found("numbered", "")))
        self.assertFalse(self.button("Next", ".merged").is_enabled())
        self.click(self.button("Previous", ".merged"))
        self.until(lambda: self.query()["page"] == "5")

    def test_an_order_goes_on_from_page_to_page(self):
        self.search("alpha", "numbered", size=50, sort="-nsites")
        seen = self.rows_of_pages(2)
        self.assertFalse(self.button("Next", ".merged").is_enabled())
        sites = [int(row[2]) for row in seen]
        self.assertEqual(sites, sorted(sites, reverse=True))
        self.assertEqual(
            sorted(row[1] for row in seen), sorted(self.found("alpha", "") + self.found("numbered", "")))
        self.assertIn("50 of all databases together", self.shown(".merged nav").text)
        # From its address alone.
        self.driver.refresh()
        self.finished()
        self.assertEqual(self.rows(), seen[50:])

    def rows_of_pages(self, count):
        """The rows of as many pages, one after the other."""
        seen = []
        for page in range(1, count + 1):
            seen += self.rows()
            if page < count:
                self.click(self.button("Next", ".merged"))
                self.until(lambda: self.query().get("page") == str(page + 1))
                self.finished()
        return seen

    def test_what_is_found_can_be_saved(self):
        self.search("alpha", "beta", size=10)
        self.click(self.button("Save these rows as CSV"))
        lines = self.downloaded("-shown.csv").read_text().splitlines()
        self.assertEqual(lines[0].split(",")[:3], ["id", "database", "chemical_formula_reduced"])
        self.assertEqual([line.split(",")[0] for line in lines[1:]], [row[1] for row in self.rows()])
        self.click(self.button("Save all pages as JSON lines"))
        saved = [json.loads(line) for line in self.downloaded("structures.jsonl").read_text().splitlines()]
        self.assertEqual([entry["id"] for entry in saved],
                         [f"alpha/{id}" for id in self.found("alpha", "")] + [f"beta/{id}" for id in self.found("beta", "")])
        self.assertIn("lattice_vectors", saved[0]["attributes"])

    def test_one_of_two_that_are_saved_is_said(self):
        self.search("alpha", "beta", size=10)
        self.shown(".export")
        self.script("""
            window.said = [];
            const line = document.querySelector(".export [role=status]");
            new MutationObserver(() => window.said.push(line.textContent))
              .observe(line, { childList: true, subtree: true, characterData: true });
            const button = (name) => document.querySelector(`[aria-label="Save all pages as ${name}"]`);
            button("CSV").click();
            button("JSON lines").click();
            """)
        self.shown(".export [role=status]", "structures saved")
        self.assertNotIn("Stopped", "".join(self.script("return window.said")))

    def test_without_a_database_nothing_is_asked(self):
        self.open("federated")
        self.shown(".targets", "Alpha")
        self.click(self.button("None"))
        self.click(self.button("Search"))
        self.shown(".asking .problem", "Choose a database first")
        self.assertEqual(self.all(".line"), [])

    def test_the_same_can_be_asked_from_elsewhere(self):
        self.search("alpha", "beta", filter="nelements=2", size=100)
        self.click(self.button("The same elsewhere"))
        ids = [row[1] for row in self.rows()]
        for name, run in (("curl", shlex.split), ("Python", lambda text: [sys.executable, "-c", text])):
            self.click(self.button(name, ".recipes"))
            command = run(self.shown(".recipe", "/search?").text)
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual(self.ids_in(done.stdout), ids, name)
        self.click(self.button("One list, graph", ".recipes"))
        done = subprocess.run(shlex.split(self.shown(".recipe", "graph/query").text), capture_output=True, text=True, timeout=60)
        gateway = next(iter(json.loads(done.stdout)["optimade"].values()))
        self.assertEqual([key.split("/")[1] for key in gateway if "/" in key], ids)

    def test_the_page_that_is_shown_can_be_asked_from_elsewhere(self):
        self.search("alpha", "beta", size=10)
        first = [row[1] for row in self.rows()]
        self.click(self.button("Next"))
        self.until(lambda: self.query().get("page") == "2")
        self.finished()
        ids = [row[1] for row in self.rows()]
        self.assertNotEqual(ids, first)
        self.click(self.button("The same elsewhere"))
        done = subprocess.run(shlex.split(self.shown(".recipe", "curl").text), capture_output=True, text=True, timeout=60)
        self.assertEqual(self.ids_in(done.stdout), ids)

    def test_a_page_of_one_list_can_be_asked_from_elsewhere(self):
        self.search("alpha", "beta", sort="-nsites", size=10, page=2)
        ids = [row[1] for row in self.rows()]
        self.assertEqual(len(ids), 10)
        self.click(self.button("The same elsewhere"))
        self.click(self.button("One list, graph", ".recipes"))
        done = subprocess.run(
            shlex.split(self.shown(".recipe", "graph/query").text), capture_output=True, text=True, timeout=60)
        gateway = next(iter(json.loads(done.stdout)["optimade"].values()))
        self.assertEqual([key.split("/")[1] for key in gateway if "/" in key], ids)

    @staticmethod
    def ids_in(query):
        """The ids of the entries in a stored query, those of one database after those of the other."""
        found = json.loads(query)["data"]["attributes"]["response"]["data"]
        return [entry["id"] for entries in found.values() for entry in entries]

    def test_a_gateway_is_asked(self):
        made = self.server.ask("/gateway/v1/gateways", {"id": "pair", "database_ids": ["alpha", "beta"]}).json
        self.assertEqual(made["data"]["id"], "pair")
        self.open("federated")
        self.shown("option[value=pair]")
        self.click(self.shown("option[value=pair]"))
        self.click(self.button("Search"))
        self.finished()
        self.assertEqual(self.query()["gateway"], "pair")
        self.assertEqual({row[0] for row in self.rows()}, {"Alpha", "Beta"})

    def test_an_id_that_nobody_has_does_not_hold_up_the_others(self):
        self.refused = ("gateway/v1/search", "gateway/v1/databases/")
        self.open("federated", databases="nosuch,alpha,a b/c?", filter="nelements=2")
        self.finished()
        self.assertEqual([row[1] for row in self.rows()], self.found("alpha", "filter=nelements=2"))
        for name in ("nosuch", "a b/c?"):
            self.assertRegex(self.line(name), r"not asked\s+No database is registered under this id")
        self.assertIn("1 of 3 has answered, 2 failed", self.shown(".progress").text)
        # The next search leaves it out.
        self.click(self.button("Search"))
        self.until(lambda: self.query()["databases"] == "alpha")
        self.finished()
        self.open("federated", databases="nosuch")
        self.shown(".asking .problem", "No database is registered as “nosuch”")

    def test_a_wrong_filter_is_marked(self):
        self.refused = ("gateway/v1/search",)
        self.open("federated", databases="alpha", filter="nelements=2 AND nsites ! 3")
        self.shown(".filter .problem", "not understood")
        self.assertIn("!", self.shown(".filter mark").text)
        self.assertEqual(self.rows(), [])


if __name__ == "__main__":
    unittest.main()
