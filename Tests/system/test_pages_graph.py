"""The page Graph: requests are written with proposals, checked, run, kept and sent."""
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from selenium.webdriver.common.keys import Keys

from browser import Pages, at_both_widths, pages_over
from rutile import PROGRAM, Server, command
from test_optimade import crystals, imported


class Requests(Pages):
    """Ways to write requests and to read what is answered."""

    def setUp(self):
        super().setUp()
        # While one writes, what is there is checked by the server, which refuses what is not finished.
        self.refused = ("api/v1/graph/query",)

    @property
    def editor(self):
        return self.shown("textarea.code")

    @property
    def text(self):
        return self.editor.get_property("value")

    @property
    def request(self):
        return json.loads(self.text)

    def start(self, text=None):
        """The page, with `text` in the editor, or nothing."""
        self.open("graph")
        self.shown(".answer .tree")
        self.write(self.editor, "")
        if text:
            # Braces and quotation marks are closed by the editor, so that the whole text is put in at once.
            self.script(
                "const area = arguments[0]; area.focus(); document.execCommand('insertText', false, arguments[1])",
                self.editor, text)

    def choose(self, typed, label=None):
        """Opens the list of proposals, types, and takes the first one, which has to be `label`."""
        self.editor.send_keys(Keys.CONTROL, Keys.SPACE)
        self.shown("[role=option]")
        self.take(typed, label)

    def take(self, typed, label=None):
        """Types, waits until the first proposal is `label`, or one that begins so, and takes it."""
        self.shown("[role=option]")
        self.editor.send_keys(typed)
        def condition():
            chosen = self.all("[role=option][aria-selected=true] .proposal-label")
            return chosen and chosen[0].text.startswith(label or typed)
        self.until(condition, what=f"the proposal {label or typed}")
        active = self.editor.get_attribute("aria-activedescendant")
        self.assertEqual(self.shown("[role=option][aria-selected=true]").get_attribute("id"), active)
        self.editor.send_keys(Keys.ENTER)

    def answered(self):
        """What the last run has answered, once it is there."""
        self.shown(".answer .answer-head", "Answer")
        self.click(self.button("Text", ".answer"))
        return json.loads(self.shown(".answer-body pre").text)


class Graph(Requests):
    """What one does with requests, at the width of the class."""

    def test_a_request_is_built_from_proposals_with_the_keyboard_alone(self):
        self.open("graph")
        self.shown(".answer .tree")
        for _ in range(40):
            self.driver.switch_to.active_element.send_keys(Keys.TAB)
            if self.driver.switch_to.active_element == self.editor:
                break
        self.assertEqual(self.driver.switch_to.active_element, self.editor)
        self.editor.send_keys(Keys.CONTROL, "a")
        self.editor.send_keys(Keys.DELETE)
        self.choose("ent", "entries")
        # A formula finds entries by their elements; the list says which they are.
        self.editor.send_keys('"TiO2')
        option = self.shown("[role=option]", "(Rutile)")
        while option.get_attribute("aria-selected") != "true":
            self.editor.send_keys(Keys.DOWN)
        self.editor.send_keys(Keys.ENTER)
        self.take("arch", "archive")
        self.take("res", "results")
        self.take("mate", "material")
        self.take("material_n", "material_name")
        self.choose("symm", "symmetry")
        self.take("space_group_n", "space_group_number")
        entry = next(iter(self.request["entries"]))
        self.assertEqual(self.request, {"entries": {entry: {"archive": {"results": {"material": {
            "material_name": "*", "symmetry": {"space_group_number": "*"}}}}}}})
        self.shown(".said", "Valid")
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        material = {"material_name": "Rutile", "symmetry": {"space_group_number": 136}}
        self.until(lambda: "136" in self.shown(".answer").text)
        self.assertEqual(
            self.answered(), {"entries": {entry: {"archive": {"results": {"material": material}}}}})
        # The address has the request, so that it can be sent; the way back leads to it.
        self.assertEqual(json.loads(self.query()["request"]), self.request)
        self.open("graph", **self.query())
        self.until(lambda: "136" in self.shown(".answer").text)
        self.assertEqual(next(iter(self.request["entries"])), entry)

    def test_what_is_wrong_is_marked_at_its_place(self):
        self.start('{"search": {"m_request": {"depht": 3}}}')
        said = self.shown(".said button", "Did you mean 'depth'?")
        self.assertIn("Line 1, column 27", said.text)
        self.assertIn("depht", "".join(one.get_property("textContent") for one in self.all(".under .wrong")))
        self.assertEqual(self.editor.get_attribute("aria-invalid"), "true")
        self.click(said)
        self.assertEqual(self.script("return arguments[0].selectionStart", self.editor), 26)
        self.start('{"search": {"*" "*"}}')
        self.assertIn("Expected a colon", self.shown(".said button").text)
        self.assertEqual([one.get_property("textContent") for one in self.all(".under .wrong")], ['"*"'])
        # What a server says about values, when it is run.
        self.start('{"entries": {"*": 4}}')
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.shown(".answer .problem", "Invalid required config: 4")
        self.assertEqual("".join(one.get_property("textContent") for one in self.all(".under .wrong")), '"*": 4')

    def test_the_examples_run(self):
        self.open("graph")
        self.shown(".shelf .take")
        names = [one.text for one in self.all(".shelf .take")]
        self.assertGreaterEqual(len(names), 6)
        for name in names:
            self.click(self.button(name, ".shelf"))
            self.until(lambda: self.query().get("request") and json.loads(self.query()["request"]) == self.request)
            self.shown(".answer .tree, .answer .problem")
            self.gone(".answer .busy")
            self.assertEqual(self.all(".answer .problem"), [], name)

    def test_what_others_have_written_is_text(self):
        hostile = '<img src=x onerror="document.title=1">\u202e{{7*7}}'
        self.start(json.dumps({"entries": {hostile: "*"}}))
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.shown(".answer .problem", "onerror")
        self.assertEqual(self.all("main img"), [])
        self.assertNotEqual(self.driver.title, "1")


GraphWide, GraphNarrow = at_both_widths(Graph)


class GraphDetails(Requests, unittest.TestCase):
    """What does not depend on the width."""

    def test_settings_are_proposed_with_what_they_mean(self):
        self.start('{"search": {}}')
        self.editor.send_keys(Keys.LEFT, Keys.LEFT)
        self.choose("m_req", "m_request")
        self.take("pag", "pagination")
        self.take("page_s", "page_size")
        self.editor.send_keys(Keys.BACKSPACE, Keys.BACKSPACE, "3,")
        self.choose("order_b", "order_by")
        self.take("n_elem", "results.material.n_elements")
        self.editor.send_keys(Keys.DOWN, Keys.END)
        self.choose("que", "query")
        self.take("que", "query")
        self.take("material.elements", "results.material.elements")
        self.editor.send_keys(Keys.CONTROL, Keys.SPACE)
        self.take("T", "Ti")
        self.assertEqual(self.request, {"search": {"m_request": {
            "pagination": {"page_size": 3, "order_by": "results.material.n_elements"},
            "query": {"query": {"results.material.elements": ["Ti"]}}}}})
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.until(lambda: self.answered()["search"]["m_response"]["pagination"]["total"] == 14)
        self.start('{"entries": {"x": {"archive": {"m_request": {}}}}}')
        self.editor.send_keys(*[Keys.LEFT] * 5)
        self.editor.send_keys(Keys.CONTROL, Keys.SPACE)
        self.take("max_l", "max_list_size")
        self.editor.send_keys(",", Keys.CONTROL, Keys.SPACE)
        self.editor.send_keys("dire")
        self.assertIn("references as stored", self.shown(".proposal-help", "plain").text)
        self.editor.send_keys(Keys.ESCAPE)
        self.gone(".proposals")

    def test_keys_of_a_reference_are_those_of_what_it_leads_to(self):
        self.start('{"entries": {"*": {"archive": {"workflow2": {"outputs[0]": {"section": {}}}}}}}')
        self.editor.send_keys(*[Keys.LEFT] * 7)
        self.choose("chemical_composition_r", "chemical_composition_reduced")
        section = self.request["entries"]["*"]["archive"]["workflow2"]["outputs[0]"]["section"]
        self.assertEqual(section, {"chemical_composition_reduced": "*"})

    def test_typing_closes_and_indents_and_can_be_undone(self):
        self.start()
        self.editor.send_keys("{", Keys.ENTER, '"users', Keys.ESCAPE, '": "', Keys.ESCAPE, "*", Keys.ESCAPE, '"')
        self.assertEqual(self.text, '{\n  "users": "*"\n}')
        self.editor.send_keys(Keys.CONTROL, "a")
        self.editor.send_keys(Keys.DELETE)
        self.choose("data", "datasets")
        self.assertEqual(self.request, {"datasets": {}})
        self.editor.send_keys(Keys.ESCAPE)
        self.editor.send_keys(Keys.CONTROL, "z")
        self.assertEqual(self.text, "data")
        # The tabulator leaves the editor: there is no trap.
        self.editor.send_keys(Keys.TAB)
        self.assertNotEqual(self.driver.switch_to.active_element, self.editor)

    def test_long_answers_are_opened_piece_by_piece(self):
        self.start('{"search": {"m_request": {"query": {"owner": "visible"}, "pagination": {"page_size": 300}},'
                   ' "*": {"results": {"material": "*"}}}}')
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.shown(".answer .more", "100 more of 301")
        self.assertRegex(self.shown(".answer-head").text, r"\d kB[\s\S]*\d ms")
        self.assertLess(len(self.all(".tree li")), 150)
        self.click(self.shown(".answer .more"))
        self.until(lambda: 200 <= len(self.all(".tree li")) < 260)
        entry = self.all(".tree > li > details > ul > li > details")[-1]
        self.assertEqual(entry.find_elements("css selector", "li"), [])
        self.click(entry.find_element("css selector", "summary"))
        self.until(lambda: "material" in entry.text)

    def test_the_way_back_leads_out_of_the_page(self):
        self.open("explore")
        self.open("graph", request='{"users": {"me": "*"}}')
        self.shown(".answer .tree", "users")
        self.click(self.all(".shelf .take")[0])
        self.until(lambda: "users" not in self.query()["request"])
        example = self.driver.current_url
        self.driver.back()
        self.until(lambda: "users" in self.text)
        self.shown(".answer .tree", "users")
        self.driver.forward()
        self.until(lambda: "users" not in self.text)
        self.assertEqual(self.driver.current_url, example)
        self.shown(".answer .tree")
        self.driver.back()
        self.until(lambda: "users" in self.text)
        self.driver.back()
        self.until(lambda: "/explore" in self.driver.current_url)

    def test_what_is_said_is_said_of_the_request_that_is_there(self):
        self.start('{"entires": {}}')
        self.shown(".said", "entires")
        self.click(self.all(".shelf .take")[0])
        self.shown(".answer .tree")
        self.shown(".said", "Valid")
        self.assertEqual(self.all(".under .wrong"), [])
        # Sooner than what is typed is looked at by itself.
        self.start('{"users": {"me": "*"}}')
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.shown(".said", "Valid. users")

    def test_keys_of_queries_that_have_no_effect_are_told(self):
        self.start('{"uploads": {"m_request": {"query": {"is_publishd": true}}}}')
        self.shown(".said button", "Line 1, column 38: “is_publishd” is no key")
        self.assertEqual(self.all(".under .wrong"), [])
        self.start('{"search": {"m_request": {"query": {"results.material.elements": {"all": ["O"]}}}}}')
        self.shown(".said button", "Criteria stand in a “query” of their own")
        self.start('{"search": {"m_request": {"query": {"owner": "public", "query": {"results.material.elements": ["O"]}}}}}')
        self.gone(".said button")
        self.shown(".said", "Valid")

    def test_keys_that_no_archive_is_known_to_have_are_marked(self):
        self.open("graph")
        self.shown(".answer .tree")
        entry = next(iter(self.request["entries"]))
        request = {"entries": {entry: {"archive": {
            "results": {"materiel": "*", "material": {"elements": "*", "elephants": "*", "m_def": "*"}},
            "run[0]": {"system[-1]": {"atoms": "*"}}, "nowhere": {"at": {"all": "*"}}}}}}
        self.start(json.dumps(request))
        self.shown(".said button", "“materiel” is not known here: the definition does not have it, nor does this entry.")
        self.assertEqual(
            [item.text for item in self.all(".under .doubtful")], ['"materiel"', '"elephants"', '"nowhere"'])
        # It is no error, and the request can be run.
        self.shown(".said", "Valid. ")
        self.assertEqual(self.all(".under .wrong"), [])
        self.assertEqual(self.editor.get_attribute("aria-invalid"), "false")
        self.start('{"search": {"*": {"entry": {"archive": {"metadata": {"entry_nam": "*", "entry_id": "*"}}}}}}')
        self.shown(".said button", "“entry_nam” is not known here: the definition does not have it. Other archives may.")
        self.assertEqual(len(self.all(".said button")), 1)
        self.click(self.shown(".said button"))
        self.assertEqual(self.editor.get_property("selectionStart"), json.dumps(self.request).index('"entry_nam"'))
        # So it is with the fields of documents.
        upload = "{" + f'"uploads": {{"*": {{"uplod_name": "*", "upload_name": "*"}}}}, "entries": {{"{entry}": ' \
            + '{"entry_nam": "*", "mainfile": "*", "upload": {"upload_id": "*"}}}}'
        self.start(upload)
        self.shown(".said button", "“entry_nam” is not known here: this document does not have it. Others may.")
        self.assertEqual([item.text for item in self.all(".under .doubtful")][-1], '"entry_nam"')
        # The examples of the page have none.
        for example in self.all(".shelf .take"):
            self.click(example)
            self.shown(".answer .tree")
            self.shown(".said", "Valid. ")
            self.assertEqual(self.all(".under .doubtful"), [], example.text)

    def test_an_empty_editor_has_an_address(self):
        self.start('{"users": {"me": "*"}}')
        self.until(lambda: "users" in self.query().get("request", ""))
        self.click(self.button("New"))
        self.until(lambda: self.query() == {"blank": "1"})
        self.driver.refresh()
        self.shown(".answer .nothing")
        self.assertEqual(self.text, "")
        self.write(self.editor, "{}")
        self.until(lambda: self.query() == {"request": "{}"})

    def test_a_request_that_fits_into_no_address_says_so(self):
        self.start('{"users": {"me": "*"}}')
        self.until(lambda: "users" in self.query().get("request", ""))
        self.button("Copy link")
        long = json.dumps({"entries": {f"{number:030}": {"entry_id": "*"} for number in range(130)}})
        # What counts is the address, where many characters are written with three.
        self.assertLess(len(long), 8_000)
        self.start(long)
        self.shown(".request", "This request has no link")
        self.assertIn("no more than 8\u202f000 are taken", self.shown(".request").text)
        self.assertNotIn("Copy link", self.shown(".request .buttons").text)
        self.assertNotIn("request", self.query())
        self.script("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        self.click(self.button("Copy text"))
        self.until(lambda: self.script("return window.copied") == long)
        self.start('{"users": {"me": "*"}}')
        self.button("Copy link")
        self.assertNotIn("no link", self.shown(".request").text)

    def test_parts_that_are_missing_are_named(self):
        self.start('{"entries": {"nobody": {"archive": "*"}}}')
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.shown(".answer .problem", "/entries/nobody")
        self.assertIn("1 part is missing", self.shown(".answer-head").text)

    def test_requests_are_kept_and_come_back(self):
        self.start('{"users": {"me": "*"}}')
        self.click(self.button("Explain"))
        self.shown(".answer .plan", "users")
        self.assertEqual(self.query()["explain"], "1")
        self.click(self.button("Saved"))
        self.write(self.field("Name of the request in the editor"), "Who I am")
        self.click(self.button("Save", ".shelf form"))
        self.shown(".shelf .take", "Who I am")
        self.start('{"groups": "*"}')
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.shown(".answer .tree", "groups")
        self.click(self.button("History"))
        kept = [one.text for one in self.all(".shelf .take")]
        self.assertEqual([text for text in kept if "groups" in text or "users" in text][:2],
                         ['{"groups": "*"}', '{"users": {"me": "*"}}'])
        self.click(self.button("Saved"))
        self.click(self.button("Who I am", ".shelf"))
        self.shown(".answer .tree", "users")
        self.assertEqual(self.request, {"users": {"me": "*"}})
        self.driver.back()
        self.until(lambda: "groups" in self.text)
        self.shown(".answer .tree", "groups")
        self.click(self.button("Forget Who I am"))
        self.gone(".shelf .take")

    def test_the_same_request_can_be_sent_from_elsewhere(self):
        self.start('{"users": {"me": "*"}, "uploads": {"m_request": {"pagination": {"page_size": 1}}}}')
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.shown(".answer .tree", "uploads")
        answer = self.answered()
        self.click(self.button("The same elsewhere"))
        command = shlex.split(self.shown(".recipe", "curl").text)
        self.assertEqual(command[0], "curl")
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual(json.loads(done.stdout), answer)
        self.click(self.button("Python", ".recipes"))
        done = subprocess.run([sys.executable, "-c", self.shown(".recipe", "import").text], capture_output=True, text=True, timeout=60)
        self.assertEqual(json.loads(done.stdout), answer, done.stderr)
        self.click(self.button("Rutile", ".recipes"))
        text = self.shown(".recipe", "rutile query").text.replace("| rutile query", f"| {shlex.quote(str(PROGRAM))} query")
        done = subprocess.run(["sh", "-c", text], capture_output=True, text=True, timeout=60)
        self.assertEqual(json.loads(done.stdout), answer, done.stderr)


class GraphOfStructures(Requests, unittest.TestCase):
    """Data that came as OPTIMADE structures alone, without a file of a program that an archive could tell of."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        exported = f"{folder}/structures.jsonl"
        whole = imported(f"{crystals()}/titanates", "Titanates")
        try:
            done = command("export", "--format", "optimade-jsonl", "--data", whole, exported)
            assert done.returncode == 0, done.stderr
        finally:
            shutil.rmtree(whole)
        data = imported(exported, "Structures")
        cls.addClassCleanup(shutil.rmtree, data)
        server = cls.enterClassContext(Server(data))
        cls.base = cls.enterClassContext(pages_over(server))
        super().setUpClass()

    def test_the_first_request_and_the_examples_have_answers(self):
        self.open("graph")
        self.shown(".answer .tree")
        self.assertEqual(self.all(".answer .problem"), [])
        found = [value for key, value in self.answered()["search"].items() if not key.startswith("m_")]
        self.assertTrue(found)
        self.assertTrue(all(one["optimade"]["chemical_formula_reduced"] for one in found), found)
        self.click(self.button("Tree", ".answer"))
        for example in self.all(".shelf .take"):
            self.click(example)
            self.until(lambda: self.query().get("request") and json.loads(self.query()["request"]) == self.request)
            self.shown(".answer .tree, .answer .problem")
            self.gone(".answer .busy")
            self.assertEqual(self.all(".answer .problem"), [], example.text)
            self.shown(".said", "Valid. ")
            self.assertEqual(self.all(".under .doubtful"), [], example.text)


if __name__ == "__main__":
    unittest.main()
