"""The page Explore: controls and the filter's text, results, facets, exports."""
import csv
import json
import random
import time
import unittest
import urllib.parse
import urllib.request
import zipfile

from browser import Keys, Pages, at_both_widths, pages_over
from rutile import Server
from test_optimade import SAMPLE, imported

SYSTEMS = {
    "triclinic": (1, 2), "monoclinic": (3, 15), "orthorhombic": (16, 74), "tetragonal": (75, 142),
    "trigonal": (143, 167), "hexagonal": (168, 194), "cubic": (195, 230)}

# What the controls show, as a test reads it.
SHOWN = """
const value = (row) => [...row.querySelectorAll("input, select")].map((field) => field.value);
const all = (selector) => [...document.querySelectorAll(selector)];
const symbols = (state) => all(`.element[data-state=${state}]`).map((item) => item.dataset.symbol).sort();
return {
  has: symbols("has"), not: symbols("not"), only: document.querySelector(".side input[type=checkbox]").checked,
  systems: all("[data-system][aria-pressed=true]").map((item) => item.dataset.system),
  rows: Object.fromEntries(all(".row").map((row) => [row.getAttribute("aria-label"), value(row)])),
  others: all(".others code").map((item) => item.textContent),
  waits: Boolean(document.querySelector(".widgets").inert),
};
"""

TYPE = """
const field = document.getElementById("filter");
field.value = arguments[0];
field.dispatchEvent(new Event("input", { bubbles: true }));
"""

# Types each filter, and chooses an element three times, which leaves it as it was: what is shown before, meanwhile,
# after, and the text at the end.
TURN = """
const shown = new Function(arguments[1]);
const field = document.getElementById("filter");
const turn = () => document.querySelector(".element[data-symbol=Og]").click();
return arguments[0].map((filter) => {
  field.value = filter;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const first = shown();
  turn();
  const changed = shown();
  turn();
  turn();
  return [first, changed, shown(), field.value];
});
"""


class ExplorePage(Pages):
    """Ways to look at the page."""

    def ask(self, filter_="", **more):
        """What OPTIMADE says of a filter."""
        query = {"page_limit": 1, "response_fields": "id", **({"filter": filter_} if filter_ else {}), **more}
        with urllib.request.urlopen(f"{self.base}optimade/v1/structures?{urllib.parse.urlencode(query)}") as answer:
            return json.load(answer)

    def found(self, filter_=""):
        return self.ask(filter_)["meta"]["data_returned"]

    def counted(self):
        """The number that the page says, when it is the one that belongs to the filter."""
        def condition():
            heading = self.all(".total strong")
            return heading and not self.all(".results.waiting") and heading[0].text.replace("\u202f", "")
        return int(self.until(condition))

    def text(self):
        return self.all("#filter")[0].get_attribute("value")

    def element(self, symbol):
        return self.shown(f".element[data-symbol={symbol}]")

    def system(self, name):
        details = self.all(".widgets > details")[1]
        if not details.get_attribute("open"):
            self.click(details.find_element("css selector", "summary"))
        return self.shown(f"[data-system={name}]")

    def rows(self):
        return [[cell.text for cell in row.find_elements("css selector", "td")]
                for row in self.all(".results tbody tr")]


class Explore(ExplorePage):
    def test_elements_are_chosen_by_clicks(self):
        self.open("explore")
        self.assertEqual(self.counted(), self.found())
        self.click(self.element("Si"))
        self.assertEqual(self.text(), 'elements HAS "Si"')
        self.until(lambda: self.counted() == self.found('elements HAS "Si"'))
        self.click(self.element("Al"))
        self.click(self.element("Al"))
        text = 'elements HAS "Si" AND NOT elements HAS "Al"'
        self.assertEqual(self.text(), text)
        self.assertEqual(self.query()["filter"], text)
        self.until(lambda: self.counted() == self.found(text))
        self.click(self.element("O"))
        self.click(self.field("Only these elements"))
        text = 'elements HAS ALL "Si", "O" AND elements HAS ONLY "Si", "O" AND NOT elements HAS "Al"'
        self.assertEqual(self.text(), text)
        self.until(lambda: self.counted() == self.found(text))
        self.click(self.element("Al"))
        self.assertNotIn("Al", self.text())
        # The way back leads through the views.
        self.driver.back()
        self.until(lambda: self.text() == text)
        self.assertEqual(self.script(SHOWN)["not"], ["Al"])

    def test_what_one_types_is_shown_by_the_controls(self):
        self.open("explore")
        text = 'NOT (elements HAS ANY "C","H") AND nsites>3 AND chemical_formula_anonymous STARTS "A2" AND ' \
            "(nelements=2 OR nelements=3)"
        self.write(self.shown("#filter"), text)
        self.until(lambda: self.counted() == self.found(text))
        shown = self.script(SHOWN)
        self.assertEqual(shown["not"], ["C", "H"])
        self.assertEqual(shown["rows"]["number of sites"], ["4", ""])
        self.assertEqual(shown["rows"]["chemical formula anonymous"], ["STARTS WITH", "A2"])
        self.assertEqual(shown["others"], ["(nelements=2 OR nelements=3)"])
        self.click(self.shown(".others button"))
        self.assertEqual(self.text(), text.rsplit(" AND ", 1)[0])
        self.until(lambda: self.counted() == self.found(self.text()))

    def test_errors_mark_their_place(self):
        self.open("explore")
        field = self.shown("#filter")
        self.write(field, "nsites > 3 AND colour = 2")
        self.assertEqual(self.shown(".filter mark").text, "colour")
        self.assertIn("colour", self.shown(".filter [role=alert]").text)
        self.assertFalse(self.script(SHOWN)["waits"])
        self.write(field, 'nsites > 3 AND elements HAS "Si')
        self.assertEqual(self.shown(".filter mark", '"Si').text, '"Si')
        self.assertTrue(self.script(SHOWN)["waits"])
        self.write(field, "nsites > 3")
        self.gone(".filter [role=alert]")
        self.assertEqual(self.counted(), self.found("nsites > 3"))
        self.refused = ("optimade/v1/structures", "structures/facets")

    def test_crystal_systems_and_ranges(self):
        self.open("explore")
        for name in ("cubic", "trigonal"):
            self.click(self.system(name))
        text = "((space_group_it_number >= 143 AND space_group_it_number <= 167) OR " \
            "(space_group_it_number >= 195 AND space_group_it_number <= 230))"
        self.assertEqual(self.text(), text)
        fields = {label: self.field(f"number of elements, {label}") for label in ("at least", "at most")}
        self.write(fields["at least"], "2")
        fields["at least"].send_keys(Keys.ENTER)
        self.write(fields["at most"], "x")
        fields["at most"].send_keys(Keys.TAB)
        self.assertEqual(fields["at most"].get_attribute("aria-invalid"), "true")
        self.write(fields["at most"], "2")
        fields["at most"].send_keys(Keys.TAB)
        self.until(lambda: self.text() == text + " AND nelements = 2")
        self.until(lambda: self.counted() == self.found(self.text()))
        self.assertEqual(self.script(SHOWN)["systems"], ["trigonal", "cubic"])

    def test_facets_are_the_counts_of_the_server(self):
        filter_ = "nsites >= 8 AND nelements <= 3"
        self.open("explore", filter=filter_)
        for name, (first, last) in SYSTEMS.items():
            wanted = self.found(f"({filter_}) AND space_group_it_number >= {first} AND space_group_it_number <= {last}")
            self.until(lambda: self.system(name).text == f"{name} {wanted}", what=f"{name} {wanted}")
        for button in self.all(".facet"):
            symbol, count = button.text.split()
            self.assertEqual(int(count), self.found(f'({filter_}) AND elements HAS "{symbol}"'))
        self.assertEqual(len(self.all(".facet")), 12)
        self.click(self.all(".facet")[0])
        self.until(lambda: "elements HAS" in self.text())

    def test_the_table_is_ordered_and_has_pages(self):
        self.open("explore")
        self.counted()
        self.click(self.button("number of sites", ".results"))
        self.until(lambda: self.query().get("sort") == "nsites" and not self.all(".results.waiting"))
        self.click(self.button("number of sites", ".results"))
        self.until(lambda: self.query().get("sort") == "-nsites" and not self.all(".results.waiting"))
        focused = self.driver.switch_to.active_element.accessible_name
        self.assertIn("number of sites", focused.lower(), "the focus stays")

        def sizes():
            return [int(row[2]) for row in self.rows()]
        wanted = [row["attributes"]["nsites"] for row in
                  self.ask(sort="-nsites", page_limit=40, response_fields="nsites")["data"]]
        self.until(lambda: sizes() == wanted[:20])
        self.click(self.button("Next"))
        self.until(lambda: sizes() == wanted[20:])
        self.assertIn("page_cursor", self.query())
        address = self.driver.current_url
        self.click(self.button("Previous"))
        self.until(lambda: sizes() == wanted[:20])
        # The address of a page shows it to others, too.
        self.driver.get(address)
        self.until(lambda: sizes() == wanted[20:])
        self.click(self.button("Last"))
        self.until(lambda: self.button("Next").get_attribute("disabled"))

    def test_columns_are_chosen(self):
        self.open("explore")
        self.counted()
        self.click(self.button("Columns"))
        self.click(self.field("identifier"))
        self.until(lambda: "identifier" in [head.text.lower() for head in self.all(".results th")])
        self.assertTrue(self.query()["columns"].endswith(",id"))
        self.click(self.field("number of elements"))
        self.until(lambda: "nelements" not in self.query()["columns"])
        self.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
        self.gone(".choices")
        self.until(lambda: len(self.all(".results th")) == 5)

    def test_a_row_leads_to_its_entry(self):
        self.open("explore", filter="nsites > 2000")
        link = self.shown(".results tbody a")
        wanted = self.ask("nsites > 2000", sort="-last_modified")["data"][0]["id"]
        self.assertEqual(link.get_attribute("href"), f"{self.base}entry?id={wanted}")

    def test_a_late_answer_does_not_count(self):
        self.open("explore")
        for number in range(1, 9):
            self.script(TYPE, f"nelements = {number}")
            self.script("document.getElementById('filter').dispatchEvent(new Event('change'))")
        self.script(TYPE, "nelements = 2")
        self.until(lambda: self.counted() == self.found("nelements = 2"))

    def test_the_result_is_exported(self):
        filter_ = 'elements HAS "Fe" AND nelements = 2'
        wanted = self.found(filter_)
        self.open("explore", filter=filter_)
        self.click(self.button("CSV"))
        with open(self.downloaded(".csv"), newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0][:2], ["id", "chemical_formula_reduced"])
        self.assertEqual(len(rows) - 1, wanted)
        self.click(self.button("JSON Lines"))
        lines = [json.loads(line) for line in self.downloaded(".jsonl").read_text().splitlines()]
        self.assertIn("x-optimade", lines[0])
        self.assertEqual(sum(line.get("type") == "structures" for line in lines), wanted)
        self.click(self.button("CIF (zip)"))
        with zipfile.ZipFile(self.downloaded(".zip")) as file:
            self.assertEqual(sum(name.endswith(".cif") for name in file.namelist()), wanted)
            self.assertIn(b"data_", file.read(file.namelist()[0]))

    def test_the_address_follows_whoever_types(self):
        self.open("explore")
        self.counted()
        # Faster than a browser lets a page change its address.
        self.script("""
            const field = document.getElementById("filter");
            for (let number = 2; number <= 301; number += 1) {
              field.value = `nsites < ${number}`;
              field.dispatchEvent(new Event("input", { bubbles: true }));
            }
            """)
        self.assertEqual(self.script(SHOWN)["rows"]["number of sites"], ["", "300"])
        self.until(lambda: self.query().get("filter") == "nsites < 301")
        self.until(lambda: self.counted() == self.found("nsites < 301"))
        self.click(self.element("Si"))
        self.until(lambda: self.query()["filter"] == 'nsites < 301 AND elements HAS "Si"')

    def test_what_does_not_match_is_said(self):
        self.open("explore", filter="nsites < 0")
        self.assertIn("No structure matches", self.shown(".nothing").text)

    def test_a_page_behind_the_last_one_leads_back(self):
        self.open("explore", filter="nelements=2", page_offset=100_000)
        self.assertIn("ends before this page", self.shown(".nothing").text)
        self.click(self.button("First page"))
        self.until(lambda: len(self.all(".results tbody tr")) == 20)
        self.assertEqual(self.query(), {"filter": "nelements=2"})

    def test_what_cannot_be_read_leaves_nothing_of_the_filter_before(self):
        self.open("explore", filter="nelements=2")
        self.button("CSV")
        self.write(self.shown("#filter"), 'nelements=2 AND ("')
        self.shown(".filter [role=alert]")
        self.gone(".found a, .found .recipes")
        self.write(self.shown("#filter"), "nelements=3")
        self.assertIn("nelements%3D3", self.button("CSV").get_attribute("href"))

    def test_an_error_is_said_once(self):
        self.refused = ("optimade/v1/structures", "structures/facets")
        self.open("explore", filter='nsites > "a"')
        self.shown(".filter [role=alert]")
        self.gone(".results.waiting")
        time.sleep(0.5)
        self.assertEqual(len(self.all("main .problem:not([hidden])")), 1)

    def test_a_symbol_of_no_element_is_shown_as_text_alone(self):
        text = 'elements HAS "Xx" AND NOT elements HAS "D" AND elements HAS "O"'
        self.open("explore", filter=text)
        self.until(lambda: self.script(SHOWN)["has"] == ["O"])
        self.assertEqual(self.script(SHOWN)["others"], ['elements HAS "Xx"', 'NOT elements HAS "D"'])

    def test_chosen_elements_and_lists_are_within_the_window(self):
        self.open("explore", filter='elements HAS "O"')
        self.counted()
        box, oxygen = self.shown(".scroll").rect, self.element("O").rect
        self.assertGreaterEqual(oxygen["x"], box["x"])
        self.assertLessEqual(oxygen["x"] + oxygen["width"], box["x"] + box["width"])
        # What goes on sideways says so.
        more = self.shown(".scroll").get_attribute("data-more"), self.shown(".results .table").get_attribute("data-more")
        self.assertEqual(more, ("left", "right") if self.is_narrow else ("", ""))
        self.click(self.button("Columns"))
        choices = self.shown(".choices").rect
        self.assertGreaterEqual(choices["x"], 0)
        self.assertLessEqual(choices["x"] + choices["width"], self.size[0])


ExploreWide, ExploreNarrow = at_both_widths(Explore)


class RandomFilters(ExplorePage, unittest.TestCase):
    """Controls and text say the same, whichever of the two was changed: 200 random filters over data with properties of
    their own."""

    PROPERTIES = {
        "nelements": "number of elements", "nsites": "number of sites",
        "space_group_it_number": "space group number", "nperiodic_dimensions": "number of periodic dimensions",
        "_exmpl_band_gap": "exmpl band gap (eV)", "_exmpl_count": "exmpl count"}
    SYMBOLS = ["H", "C", "O", "Si", "Ti", "Fe", "Al", "La", "U", "Zn"]
    OTHERS = [
        "nsites != 4", "(nelements = 2 OR nsites > 5)", "NOT nsites = 3", "elements LENGTH 3", "3 < nsites",
        "(nsites >= 2 AND nsites <= 90)", 'chemical_formula_reduced != "X"', "_exmpl_band_gap > 0.5",
        'structure_features HAS "disorder"', 'elements HAS ANY "Si", "O"', "id IS KNOWN",
        'NOT (elements HAS "Si" AND nsites > 3)', "_exmpl_band_gap < 3.25", 'elements:elements_ratios HAS "Si":>0.2',
        'NOT (NOT elements HAS "Si")', 'elements HAS ALL "O", "Nonsense"', "_exmpl_stable != TRUE",
        "nsites = nelements"]

    @classmethod
    def setUpClass(cls):
        cls.data = imported(SAMPLE, "synthetic")
        cls.server = cls.enterClassContext(Server(cls.data))
        cls.base = cls.enterClassContext(pages_over(cls.server))
        super().setUpClass()

    def random_filter(self, dice):
        """The conditions of a filter in random order and spelling, and what controls should show."""
        blank = lambda: dice.choice(["", " ", "  "])
        conditions = []
        shown = {"has": [], "not": [], "only": False, "systems": [], "others": [], "rows": {}}
        symbols = dice.sample(self.SYMBOLS, dice.randint(0, 4))
        cut = dice.randint(0, len(symbols))
        has, without = symbols[:cut], symbols[cut:]
        quoted = lambda names: f",{blank()}".join(f'"{name}"' for name in names)
        if has:
            shown["has"] = sorted(has)
            if len(has) == 1 or dice.random() < 0.3:
                conditions += [f'elements HAS{blank()}"{name}"' for name in has]
            else:
                conditions.append(f"elements HAS ALL {quoted(has)}")
            if dice.random() < 0.4:
                shown["only"] = True
                conditions.append(f"elements HAS ONLY {quoted(dice.sample(has, len(has)))}")
        if without:
            shown["not"] = sorted(without)
            test = f'elements HAS {"ANY " if len(without) > 1 else ""}{quoted(without)}'
            conditions.append(dice.choice([f"NOT {test}", f"NOT{blank()}({test}{blank()})", f"(NOT {test})"]))
        if dice.random() < 0.4:
            chosen = dice.sample(list(SYSTEMS), dice.randint(1, 3))
            names = [name for name in SYSTEMS if name in chosen]
            shown["systems"] = names
            groups = [f"(space_group_it_number{blank()}>={blank()}{first} AND space_group_it_number <= {last})"
                      for first, last in map(SYSTEMS.get, names)]
            conditions.append(groups[0] if len(groups) == 1 else f"({' OR '.join(groups)})")
        for name in dice.sample(list(self.PROPERTIES), dice.randint(0, 3)):
            low = dice.randint(-2, 6)
            bounds = [str(low), str(low + dice.randint(1, 9))]
            if name == "_exmpl_band_gap":
                bounds = [f"{low}.25", f"{low + 3}.5e0"]
            kind = dice.choice(["from", "to", "both", "equal", "open"])
            if kind == "open" and name == "_exmpl_band_gap":
                kind = "both"
            parts = {
                "from": [f"{name}{blank()}>={blank()}{bounds[0]}"], "to": [f"{name} <= {bounds[1]}"],
                "both": [f"{name} <={bounds[1]}", f"{name} >= {bounds[0]}"], "equal": [f"({name} = {bounds[0]})"],
                "open": [f"{name} > {bounds[0]}"]}[kind]
            conditions += parts
            shown["rows"][self.PROPERTIES[name]] = {
                "from": [bounds[0], ""], "to": ["", bounds[1]], "both": bounds, "equal": [bounds[0]] * 2,
                "open": [str(low + 1), ""]}[kind]
        if dice.random() < 0.4:
            relation = dice.choice(["=", "CONTAINS", "STARTS", "STARTS WITH", "ENDS WITH"])
            text = dice.choice(["O2", 'a "b" \\c', "Ü"])
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            conditions.append(f'chemical_formula_hill {relation} "{escaped}"')
            shown["rows"]["chemical formula hill"] = ["STARTS WITH" if relation == "STARTS" else relation, text]
        if dice.random() < 0.2:
            conditions.append("_exmpl_stable = TRUE")
            shown["rows"]["exmpl stable"] = ["TRUE"]
        others = dice.sample(self.OTHERS, dice.choice([0, 0, 1, 2]))
        conditions += others
        dice.shuffle(conditions)
        shown["others"] = [condition for condition in conditions if condition in others]
        return conditions, shown

    def said(self, shown):
        """What controls say that show this."""
        self.assertFalse(shown.pop("waits"))
        # Fields that are empty say nothing; what is chosen in front of them neither.
        relations = ("=", "CONTAINS", "STARTS WITH", "ENDS WITH")
        shown["rows"] = {name: values for name, values in shown["rows"].items()
                         if any(value and value not in relations for value in values)}
        return shown

    def test_text_becomes_controls_and_controls_become_text(self):
        dice = random.Random(20_26)
        self.open("explore")
        self.counted()
        # The searches that this would begin, the test makes itself; browsers take only so many changes of an address.
        self.script("window.fetch = () => new Promise(() => {}); history.pushState = () => {}")
        seen = 0
        for start in range(0, 200, 20):
            parts = [self.random_filter(dice) for _ in range(20)]
            filters = [f"{dice.choice([' ', '  ', chr(10)])}AND ".join(conditions) for conditions, _ in parts]
            answers = self.script(TURN, filters, SHOWN)
            for number, (filter_, (_, wanted), answer) in enumerate(zip(filters, parts, answers), start):
                with self.subTest(number=number, filter=filter_):
                    first, changed, back, text = answer
                    self.assertEqual(self.said(first), wanted)
                    # A control is changed and changed back: all else stays.
                    self.assertEqual(self.said(changed), {**wanted, "has": sorted(wanted["has"] + ["Og"])})
                    self.assertEqual(self.said(back), wanted)
                    found = self.found(filter_)
                    self.assertEqual(self.found(text), found)
                    seen += found > 0
        self.assertGreater(seen, 20, "most filters found nothing, so the counts say little")

    def test_controls_make_the_text(self):
        dice = random.Random(7)
        for number in range(15):
            conditions, wanted = self.random_filter(dice)
            with self.subTest(number=number, conditions=conditions):
                self.open("explore")
                for symbol in wanted["has"] + wanted["not"] * 2:
                    self.script("document.querySelector(`.element[data-symbol=${arguments[0]}]`).click()", symbol)
                if wanted["only"]:
                    self.script("document.querySelector('.side input[type=checkbox]').click()")
                for name in wanted["systems"]:
                    self.script("document.querySelector(`[data-system=${arguments[0]}]`).click()", name)
                for label, values in wanted["rows"].items():
                    self.script("""
                        const [label, values] = arguments;
                        const rows = () => [...document.querySelectorAll(".row")];
                        const row = () => rows().find((row) => row.getAttribute("aria-label") === label);
                        const change = (field, value) => {
                          field.value = value;
                          field.dispatchEvent(new Event("change"));
                        };
                        if (!row()) {
                          const more = document.querySelector(".more select");
                          change(more, [...more.options].find((option) => option.text === label).value);
                        }
                        const fields = [...row().querySelectorAll("input, select")];
                        fields.forEach((field, index) => change(field, values[index]));
                        """, label, values)
                expected = {**wanted, "others": []}
                self.assertEqual(self.said(self.script(SHOWN)), expected)
                own = [condition for condition in conditions if condition not in wanted["others"]]
                self.assertEqual(self.found(self.text()), self.found(" AND ".join(own)))
                self.until(lambda: self.counted() == self.found(self.text()))


if __name__ == "__main__":
    unittest.main()
