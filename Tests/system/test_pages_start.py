"""The page Start: what is here, the search box, the examples, how soon it can be seen."""
import ast
import json
import re
import subprocess
import sys
import unittest
import urllib.request

from browser import NARROW, Keys, Pages, at_both_widths, base_address, browser, check_clean


class Start(Pages):
    def facts(self):
        self.shown(".facts dd")
        return dict(zip([name.text for name in self.all(".facts dt")], [value.text for value in self.all(".facts dd")]))

    def search(self, words):
        """What is understood of the words, and the address that they lead to."""
        self.open("")
        field = self.shown("input[type=search]")
        self.write(field, words)
        says = self.shown("#says").text
        field.send_keys(Keys.ENTER)
        self.until(lambda: not self.driver.current_url.rstrip("/") == self.base.rstrip("/"))
        return says, self.driver.current_url.split("?")[0].rsplit("/", 1)[1], self.query()

    def test_it_says_what_is_here(self):
        self.open("")
        facts = self.facts()
        with urllib.request.urlopen(self.base + "api/v1/info") as answer:
            here = json.load(answer)["statistics"]
        with urllib.request.urlopen(self.base + "optimade/v1/structures?page_limit=1&response_fields=id") as answer:
            structures = json.load(answer)["meta"]["data_available"]
        blank = "\u202f"
        self.assertEqual(facts["Structures"].replace(blank, ""), str(structures))
        self.assertEqual(facts["Entries"].replace(blank, ""), str(here["n_entries"]))
        self.assertEqual(facts["Uploads"].replace(blank, ""), str(here["n_uploads"]))
        self.assertIn("CC-BY-4.0", facts["Licence"])
        self.assertRegex(facts["Last change"], r"\d")
        self.assertIn("Rutile", facts["Provider"])
        self.assertEqual(self.shown("h1").text, "Rutile")

    def test_the_search_box_understands(self):
        cases = {
            "TiO2": ("explore", 'chemical_formula_reduced = "O2Ti"'),
            "O4Ti2": ("explore", 'chemical_formula_reduced = "O2Ti"'),
            "Ca(OH)2": ("explore", 'chemical_formula_reduced = "CaH2O2"'),
            "Si": ("explore", 'chemical_formula_reduced = "Si"'),
            "Ti-O": ("explore", 'elements HAS ALL "Ti", "O"'),
            "Ti, O": ("explore", 'elements HAS ALL "Ti", "O"'),
            "nsites>3 AND nelements=2": ("explore", "nsites>3 AND nelements=2"),
            'elements HAS "Si': ("explore", 'elements HAS "Si'),
            "Xx2": ("explore", 'id = "Xx2"'),
        }
        for words, (page, filter_) in cases.items():
            with self.subTest(words):
                _, where, query = self.search(words)
                self.assertEqual((where, query.get("filter")), (page, filter_))
        self.refused = ("filter=elements", "optimade/v1/structures", "structures/facets")

    def test_an_id_leads_to_its_entry(self):
        with urllib.request.urlopen(self.base + "optimade/v1/structures?page_limit=1&response_fields=id") as answer:
            id_ = json.load(answer)["data"][0]["id"]
        says, page, query = self.search(id_)
        self.assertEqual((page, query), ("entry", {"id": id_}))
        self.assertIn(id_, says)

    def test_the_id_of_a_public_upload_leads_to_what_everybody_can_read(self):
        with urllib.request.urlopen(self.base + "api/v1/entries?page_size=1") as answer:
            id_ = json.load(answer)["data"][0]["upload_id"]
        _, page, query = self.search(id_)
        self.assertEqual((page, query), ("my-data", {"upload": id_}))
        self.shown("h2", "Avogadro crystals")
        self.shown("main", "everybody can read it")
        self.shown("td a[href^='entry']", ".cif")
        self.button("Log in", "header")
        # Nothing is offered that asks for a login, and the commands need none.
        names = {button.text for button in self.all("main button")}
        self.assertLessEqual({name for name in names if name}, {"File ↑", "File", "Read as", "State", "Made", "Copy"})
        self.click(self.button("The same elsewhere"))
        for name in ("curl", "Graph"):
            self.click(self.button(name, ".recipes"))
            done = subprocess.run(["sh", "-c", self.shown("pre.recipe", "curl -s").text], capture_output=True, text=True)
            self.assertIn("Avogadro crystals", done.stdout)
        # From an entry as well.
        self.click(self.shown("td a[href^='entry']"))
        link = self.shown(".facts a[href^='my-data']", id_)
        self.click(link)
        self.shown("h2", "Avogadro crystals")

    def test_each_example_finds_something(self):
        self.open("")
        self.shown(".examples a")
        addresses = [link.get_attribute("href") for link in self.all(".examples a")]
        self.assertEqual(len(addresses), 3)
        for address in addresses:
            self.driver.get(address)
            self.assertNotEqual(self.shown(".total strong").text, "0")
            self.assertTrue(self.all(".results tbody tr"))

    def test_every_link_leads_somewhere(self):
        self.open("")
        self.shown(".examples a")
        for address in {link.get_attribute("href") for link in self.all("main a, nav a")}:
            if address.startswith(self.base):
                with self.subTest(address), urllib.request.urlopen(address) as answer:
                    self.assertEqual(answer.status, 200)

    def test_it_is_seen_soon(self):
        times = []
        for _ in range(3):
            self.open("")
            self.shown(".facts dd")
            # Elements are there before they are painted.
            times.append(self.until(lambda: self.script(
                "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime"), what="paint"))
        # The best of three: other programs have the processor as well. Twice what an idle machine of today has to do.
        print(f"first paint after {min(times):.0f} ms")
        self.assertLess(min(times), 2_000)

    def test_what_is_elsewhere_the_same_is_shown(self):
        self.open("")
        self.click(self.button("The same elsewhere"))
        done = subprocess.run(["sh", "-c", self.shown("pre.recipe", "curl -s").text], capture_output=True, text=True)
        decoder, answers, place = json.JSONDecoder(), [], 0
        while place < len(done.stdout):
            answer, place = decoder.raw_decode(done.stdout, place)
            answers.append(answer)
        self.click(self.button("Python"))
        done = subprocess.run(
            [sys.executable, "-c", self.shown("pre.recipe", "urllib.request").text], capture_output=True, text=True)
        # All but the time of the answer.
        facts = [answer.get("data", answer.get("statistics")) for answer in answers]
        self.assertEqual(len(facts), 3)
        said = [ast.literal_eval(line) for line in done.stdout.splitlines()]
        self.assertEqual([answer.get("data", answer.get("statistics")) for answer in said], facts, done.stderr)

    def test_screw_axes_of_space_groups_have_low_numbers(self):
        self.open("explore", filter='chemical_formula_reduced="O2Ti" AND space_group_it_number=136')
        cell = self.shown(".results td", "P 42/m n m")
        self.assertEqual(cell.get_property("innerHTML"), "P 4<sub>2</sub>/m n m")
        self.click(self.shown(".results td a"))
        symbol = self.until(lambda: next((one for one in self.all(".facts dd") if one.text == "P42/mnm"), None))
        self.assertEqual(symbol.get_property("innerHTML"), "P4<sub>2</sub>/mnm")

    def test_what_looks_like_a_formula_is_told_to_be_none(self):
        self.open("")
        self.write(self.shown("input[type=search]"), "tio2")
        self.shown("#says", "Elements begin with capital letters")


StartWide, StartNarrow = at_both_widths(Start)


class WithoutScripts(unittest.TestCase):
    """What every page says where no script is run."""

    # What gives the same as each page.
    PAGES = {
        "": "api/v1/info", "explore": "optimade/v1/structures", "entry": "api/v1/entries/ID/archive",
        "graph": "POST api/v1/graph/query", "federated": "gateway/v1/search", "my-data": "api/v1/uploads",
        "reference": "api/v1/openapi.json", "status": "api/v1/status",
    }

    def test_the_text_of_each_page_names_its_address_of_the_api(self):
        for page, address in self.PAGES.items():
            with self.subTest(page), urllib.request.urlopen(base_address() + page) as answer:
                said = re.search("<noscript>(.*)</noscript>", answer.read().decode(), re.DOTALL)[1]
                self.assertIn("need JavaScript", said)
                self.assertIn(address, said)
        with urllib.request.urlopen(base_address() + "api/v1/openapi.json") as answer:
            routes = json.load(answer)["paths"]
        for address in self.PAGES.values():
            if address.split()[-1].startswith("api/v1/"):
                route = address.split()[-1].removeprefix("api/v1").replace("ID", "{entry_id}")
                self.assertTrue([known for known in routes if known.removeprefix("/api/v1") == route], address)
        for address in re.findall('href="([^"]*)"', said):
            with self.subTest(address), urllib.request.urlopen(base_address() + address) as answer:
                self.assertEqual(answer.status, 200)

    def test_it_is_shown(self):
        with browser(NARROW, scripts=False) as driver:
            driver.get(base_address() + "explore")
            self.assertIn("These pages need JavaScript", driver.find_element("css selector", "main").text)
            self.assertIn("optimade/v1/structures", driver.find_element("css selector", "main").text)
            check_clean(driver)

if __name__ == "__main__":
    unittest.main()
