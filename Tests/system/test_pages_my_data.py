"""My data: files are chosen or dropped, sent, published, shared and found again, by clicks alone."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import uuid
import zipfile

from selenium.webdriver.support.ui import Select

import hostile
from browser import Pages, administrator, at_both_widths, data_folder
from rutile import command

CIF = """data_{name}
_cell_length_a {a}
_cell_length_b {a}
_cell_length_c {a}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P 1'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
{first}1 {first} 0 0 0
{second}1 {second} 0.5 0.5 0.5
"""

# What a drop brings: files made in the page, in the form that the browser gives to its listeners.
DROP = """
const transfer = new DataTransfer();
for (const [name, text] of arguments[1]) transfer.items.add(new File([text], name));
arguments[0].dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
"""

PASSWORD = "words for my data"


def crystal(name, first="Cs", second="Br", a=4.3):
    """A small crystal as CIF."""
    return CIF.format(name=name, first=first, second=second, a=a)


class MyData(Pages):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-files-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        # Users of this class alone: others leave uploads behind.
        cls.author, cls.reader = (f"{name}-{uuid.uuid4().hex[:8]}" for name in ("author", "reader"))
        for name in (cls.author, cls.reader):
            done = command("user", "add", name, "--data", data_folder(), input=PASSWORD + "\n")
            assert done.returncode == 0, done.stderr

    def tearDown(self):
        try:
            super().tearDown()
        finally:
            # The next test may be somebody else.
            self.script("sessionStorage.clear()")

    def enter(self, name=None, **query):
        """Opens the page as somebody who has logged in."""
        self.open("my-data", **query)
        self.log_in(*((name or self.author, PASSWORD) if name != "administrator" else administrator()))

    def answers_elsewhere(self, token):
        """What the shown commands of curl and Python give to who has the token."""
        self.click(self.button("The same elsewhere"))
        for name in ("curl", "Python"):
            self.click(self.button(name, ".recipes"))
            text = self.shown("pre.recipe").text
            words = ["sh", "-c", text] if name == "curl" else [sys.executable, "-c", text]
            done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "RUTILE_TOKEN": token})
            self.assertTrue(done.stdout, done.stderr)
            yield json.loads(done.stdout)

    def graph_answer(self):
        """What the graph request that the page shows gives to whoever is logged in."""
        self.click(self.button("The same elsewhere"))
        self.click(self.button("Graph", ".recipes"))
        token = self.script("return sessionStorage.getItem('rutile-token')")
        done = subprocess.run(
            ["sh", "-c", self.shown("pre.recipe", "graph/query").text], capture_output=True, text=True,
            env={**os.environ, "RUTILE_TOKEN": token})
        return json.loads(done.stdout)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def packed(self, name, files):
        with zipfile.ZipFile(self.folder / name, "w") as file:
            for path, text in files.items():
                file.writestr(path, text)
        return str(self.folder / name)

    def choose(self, *paths):
        """Gives files to the field of the first place for files."""
        self.shown(".drop")
        self.all("input[type=file][multiple]")[0].send_keys("\n".join(paths))

    def send(self):
        """Sends what was chosen; gives the id of the new upload when it was processed."""
        self.click(self.shown(".sender .primary"))
        upload = self.until(lambda: self.query().get("upload"))
        self.badge("processed")
        return upload

    def badge(self, text):
        return self.shown(".badge", text, seconds=60)

    def found(self, filter):
        """How many structures OPTIMADE shows to everybody."""
        query = urllib.parse.urlencode({"filter": filter, "page_limit": 0})
        with urllib.request.urlopen(self.base + "optimade/v1/structures?" + query) as answer:
            return json.load(answer)["meta"]["data_returned"]

    def test_without_a_login_it_says_what_to_do(self):
        self.open("my-data")
        self.shown("main", "once you have logged in")
        self.assertFalse(self.all(".drop"))
        self.log_in(self.author, PASSWORD)
        self.shown("main .drop")
        self.open("my-data", show="failed")
        self.shown("main .nothing", "There are no such uploads")
        self.click(self.button("Log out", "header"))
        self.shown("main", "once you have logged in")

    def test_chosen_files_are_sent_published_and_found(self):
        name = f"Chosen {self.size[0]}"
        bromide = 'chemical_formula_reduced="BrCs"'
        self.enter()
        good = self.packed("crystals.zip", {"a.cif": crystal("one"), "b/c.cif": crystal("two", a=4.4)})
        self.choose(good, self.file("broken.cif", "data_x\n_cell_length_a 1\nloop_\n"))
        self.assertEqual([item.text for item in self.all(".files .path")], ["crystals.zip", "broken.cif"])
        self.write(self.field("Name of the upload"), name)
        self.shown(".sender .primary", "Send (2 files")
        self.send()

        # The state is followed until it has ended; what could not be read is named by file.
        self.badge("processed, with errors")
        self.assertIn("upload", self.query())
        self.shown(".messages dt", "broken.cif")
        self.shown(".messages dd", "no CIF syntax")
        self.shown("table caption", "2 entries")
        self.assertEqual({"a.cif", "b/c.cif"}, {link.text for link in self.all("td a[href^='entry']")})
        self.badge("private")
        before = self.found(bromide)

        # Texts.
        self.click(self.button("Edit name, description, licence"))
        self.write(self.field("Description"), "Two crystals & <b>one</b> that is broken")
        self.write(self.field("Licence"), "CC0 1.0")
        self.click(self.button("Save"))
        self.shown(".description", "Two crystals & <b>one</b> that is broken")
        self.shown(".facts", "CC0 1.0")

        # Published, and found by everybody.
        self.click(self.button("Publish…"))
        self.assertEqual(self.field("Embargo in months (0: none)", "dialog").get_attribute("value"), "0")
        self.click(self.button("Publish", "dialog"))
        self.gone("dialog")
        self.badge("public")
        self.until(lambda: self.found(bromide) == before + 2)
        self.assertFalse(any(button.text == "Publish…" for button in self.all("main button")))
        # In the list, too, and the way back.
        self.click(self.button("← All uploads"))
        self.shown("td", name)
        self.shown("td .badge", "public")
        self.click(self.button(name))
        self.shown("h2", name)
        self.click(self.button("a.cif"))
        self.until(lambda: "/entry?" in self.driver.current_url)
        self.shown("main", "Cs")
        self.open("explore", filter=bromide)
        self.shown("main", "BrCs")

    def test_dropped_files_are_added_with_an_embargo_that_is_lifted(self):
        iodide = 'chemical_formula_reduced="IK"'
        before = self.found(iodide)
        self.enter()
        self.script(DROP, self.shown(".drop"), [["first.cif", crystal("first", "K", "I")]])
        self.shown(".files .path", "first.cif")
        self.send()
        self.shown("table caption", "1 entry")
        # More into a folder.
        self.script(DROP, self.shown(".drop"), [["x.cif", crystal("x", "K", "I", 7)], ["y.cif", crystal("y", "K", "I", 8)]])
        self.write(self.field("Into the folder"), "more/here")
        self.click(self.shown(".sender .primary", "Add (2 files"))
        self.shown("table caption", "3 entries", seconds=60)
        self.shown("td", "more/here/x.cif")
        self.click(self.button("Files as they were sent"))
        self.shown(".files", "more/here/y.cif")
        self.click(next(link for link in self.all(".files a") if link.text == "more/here/y.cif"))
        saved = self.downloaded("y.cif")
        self.assertEqual(saved.read_text(), crystal("y", "K", "I", 8))
        saved.unlink()

        self.click(self.button("Publish…"))
        self.write(self.field("Embargo in months (0: none)", "dialog"), "6")
        self.click(self.button("Publish", "dialog"))
        self.badge("embargo until")
        self.assertEqual(self.found(iodide), before)
        self.click(self.button("Lift the embargo…"))
        self.click(self.button("Lift the embargo", "dialog"))
        self.badge("public")
        self.until(lambda: self.found(iodide) == before + 3)

    def test_a_folder_keeps_its_folders(self):
        top = self.folder / f"top {self.size[0]}"
        # A name that fits into no field of a tar file, and one in another script.
        deep = top / ("deep" * 30) / "größe"
        deep.mkdir(parents=True)
        (deep / "титан <b>.cif").write_text(crystal("deep", "Na", "Br"))
        (top / "near.cif").write_text(crystal("near", "Na", "I"))
        self.enter()
        self.shown(".drop")
        self.all("input[type=file][webkitdirectory]")[0].send_keys(str(top))
        self.shown(".sender .primary", "Send (2 files")
        self.send()
        self.shown("table caption", "2 entries")
        self.assertEqual(
            {link.text for link in self.all("td a[href^='entry']")},
            {f"{top.name}/near.cif", f"{top.name}/{deep.parent.name}/größe/титан <b>.cif"})

    def test_hostile_names_and_texts_are_texts(self):
        names = [name for name in hostile.file_names() if len(name.encode()) < 240]
        self.assertGreater(len(names), 30)
        self.enter()
        files = [[name + ".cif", crystal("x", "Na", "At", 5 + index / 100)] for index, name in enumerate(names[:12])]
        # What cannot be read is named, too.
        files += [[name + ".cif", "data_x\nloop_\n"] for name in names[12:]]
        self.script(DROP, self.shown(".drop"), files)
        self.shown(".sender .primary", f"Send ({len(files)} files")
        self.assertEqual(
            self.script("return [...document.querySelectorAll('.files .path')].map(item => item.textContent)"),
            [name for name, _ in files[:12]])
        text = hostile.TEXTS[6]
        self.write(self.field("Name of the upload"), text)
        upload = self.send()
        self.assertEqual(self.shown(".title h2").text, text)
        self.until(lambda: len(self.all("td a[href^='entry']")) >= 12, what="the entries of the upload")
        self.assertEqual(
            set(self.script("return [...document.querySelectorAll(\"td a[href^='entry']\")].map(link => link.textContent)")),
            {name for name, _ in files[:12]})
        messages = "return [...document.querySelectorAll('.messages')].map(item => item.textContent).join()"
        said = self.until(lambda: self.script(messages), what="what could not be read")
        for name, _ in files[12:]:
            self.assertIn(name, said)
        self.click(self.button("Edit name, description, licence"))
        # A field takes no line breaks; the whole of it is set, as if it was pasted.
        self.script("arguments[0].value = arguments[1]", self.field("Description"), hostile.TEXTS[-1][:60_000])
        self.click(self.button("Save"))
        self.shown(".description", "<hostile>AAA")
        for name in (hostile.TEXTS[0], hostile.TEXTS[16]):
            self.open("my-data", view="groups")
            self.write(self.field("Name of the group"), name)
            self.click(self.button("Make"))
            self.shown("h2", name)
        self.open("my-data", upload=upload)
        self.shown("option", hostile.TEXTS[0])
        self.open("my-data")
        self.shown("td", text)
        self.assertIsNone(self.script("return window.hostile ?? null"))
        self.assertEqual(self.all("hostile, main script, main iframe, main img, main base, main meta"), [])

    def test_an_upload_is_shared_and_deleted(self):
        self.enter()
        self.choose(self.file("shared.cif", crystal("shared", "Na", "F")))
        upload = self.send()

        # Nobody of that name: said where it was typed, and nothing is changed.
        self.refused = (f"{upload}/edit",)
        self.write(self.field("Share with a user"), "nobody-of-that-name")
        self.click(self.button("Share with the user"))
        self.shown(".problem", "nobody-of-that-name")
        self.refused = ()
        self.script("arguments[0].value = ''", self.field("Share with a user"))
        self.write(self.field("Share with a user"), self.reader)
        self.click(self.button("Share with the user"))
        self.shown(".members .name", self.reader)
        self.badge("shared")
        self.driver.get_log("browser")

        # The reader sees it, and is offered nothing but to read. Without a login nobody does.
        self.refused = ("api/v1/uploads/",)
        self.click(self.button("Log out", "header"))
        self.log_in(self.reader, PASSWORD)
        self.shown("h2", "shared.cif")
        self.shown(".facts", self.author)
        for name in ("Publish…", "Delete this upload…", "Choose files…"):
            self.assertFalse(any(button.text == name for button in self.all("main button")), name)
        self.open("my-data", show="shared")
        self.shown("td", "shared.cif")

        # The author takes it back, and deletes it: only after the word was written.
        self.click(self.button("Log out", "header"))
        self.open("my-data", upload=upload)
        self.log_in(self.author, PASSWORD)
        self.click(self.button(f"Remove {self.reader}"))
        self.shown("main", "Shared with nobody")
        self.click(self.button("Delete this upload…"))
        self.write(self.field("Write delete to go on", "dialog"), "no")
        self.click(self.button("Delete", "dialog"))
        self.shown("dialog .problem")
        self.write(self.field("Write delete to go on", "dialog"), "delete")
        self.click(self.button("Delete", "dialog"))
        self.until(lambda: "upload" not in self.query() and "my-data" in self.driver.current_url)
        self.shown("main .drop")
        self.assertFalse([link for link in self.all("td a") if link.text == "shared.cif"])

    def test_names_do_not_turn_what_stands_beside_them(self):
        self.enter()
        self.script(DROP, self.shown(".drop"), [["turned.cif", crystal("turned", "Li", "Br")]])
        self.write(self.field("Name of the upload"), "abc \u202edef")
        upload = self.send()
        self.shown("table caption", "1 entry")
        entry = self.shown("td a[href^='entry']").get_attribute("href")
        self.click(self.button("Delete this upload…"))
        warning = self.shown("dialog p")
        self.assertTrue(self.reads_forward(warning, "with"))
        self.assertFalse(self.reads_forward(warning, "def"), "the name itself is turned")
        self.click(self.button("Cancel", "dialog"))
        self.driver.get(entry)
        facts = self.until(lambda: next((item for item in self.all("main dd") if upload in item.text), None))
        # A part of it that is in one line: a narrow window breaks ids at their hyphens.
        self.assertTrue(self.reads_forward(facts, max(upload.split("-"), key=len)[:4]), upload)

    def test_long_names_are_cut_in_lists(self):
        self.enter()
        self.choose(self.file("long.cif", crystal("long", "Li", "I")))
        name = f"{self.size[0]} {'w' * 900}"
        self.write(self.field("Name of the upload"), name)
        self.send()
        self.open("my-data")
        link = self.shown("td a", f"{self.size[0]} www")
        self.assertLess(link.rect["height"], 100)
        self.assertEqual(link.get_attribute("title"), name)

    def test_what_is_private_is_found_saved_and_asked_from_elsewhere(self):
        self.enter()
        self.choose(self.file("private.cif", crystal("private", "Rb", "At")))
        upload = self.send()
        filter_ = 'chemical_formula_reduced="AtRb"'
        self.open("explore", filter=filter_, columns="id")
        found = int(self.shown(".total strong").text)
        self.assertGreaterEqual(found, 1)
        token = self.script("return sessionStorage.getItem('rutile-token')")
        for answer in self.answers_elsewhere(token):
            self.assertEqual(answer["meta"]["data_returned"], found)
        self.click(self.button("Rutile", ".recipes"))
        self.shown("pre.recipe", "--fields id")
        # The file, by the link.
        self.open("my-data", upload=upload)
        self.click(self.button("private.cif"))
        self.click(self.until(lambda: next((link for link in self.all("dd a") if link.text == "private.cif"), None)))
        saved = self.downloaded("private.cif")
        self.assertEqual(saved.read_text(), crystal("private", "Rb", "At"))
        saved.unlink()

    def test_the_search_box_leads_to_entries_and_uploads(self):
        self.enter()
        self.choose(self.file("plain.archive.json", json.dumps({"data": {"said": "no structure"}})))
        upload = self.send()
        link = self.shown("td a[href^='entry']").get_attribute("href")
        entry = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["id"][0]
        for id_, page, query in ((entry, "/entry?", {"id": entry}), (upload, "/my-data?", {"upload": upload})):
            self.open("")
            self.write(self.shown("input[type=search]"), id_)
            self.click(self.button("Search"))
            self.until(lambda: page in self.driver.current_url)
            self.assertEqual(self.query(), query)

    def test_what_is_private_does_not_come_back_after_the_logout(self):
        self.refused = ("api/v1/uploads/",)
        self.enter()
        self.choose(self.file("secret.cif", crystal("secret", "Na", "F")))
        self.send()
        self.shown("main", "secret.cif")
        self.driver.get(self.base + "explore")
        self.click(self.button("Log out", "header"))
        self.button("Log in", "header")
        self.driver.back()
        self.until(lambda: "my-data" in self.driver.current_url)
        self.button("Log in", "header")
        self.until(lambda: "secret.cif" not in self.shown("main").text)

    def test_an_upload_that_is_private_asks_for_a_login(self):
        self.enter()
        self.choose(self.file("mine.cif", crystal("mine", "K", "F")))
        upload = self.send()
        self.click(self.button("Log out", "header"))
        self.refused = ("api/v1/uploads/",)
        self.open("my-data", upload=upload)
        self.shown("main .problem")
        self.assertNotIn("mine.cif", self.shown("main").text)
        self.click(self.button("Log in", "main"))
        self.write(self.shown("dialog input[name=username]"), self.author)
        self.write(self.shown("dialog input[name=password]"), PASSWORD)
        self.click(self.shown("dialog .primary"))
        self.shown("main", "mine.cif")

    def test_a_login_that_ends_is_told_and_leaves_what_was_chosen(self):
        self.refused = ("api/v1/",)
        self.enter()
        self.choose(self.file("kept.cif", crystal("kept", "Na", "F")))
        self.script("sessionStorage.setItem('rutile-token', 'no token')")
        self.click(self.shown(".sender .primary"))
        self.shown("main", "Your login has ended")
        self.shown("header", "Your login has ended")
        self.shown(".files .path", "kept.cif")
        self.log_in(self.author, PASSWORD)
        self.gone("main > .problem")
        self.shown(".files .path", "kept.cif")
        self.send()
        # Somebody else does not see what was there.
        self.script("sessionStorage.setItem('rutile-token', 'no token')")
        self.click(self.button("Publish…"))
        self.click(self.button("Publish", "dialog"))
        self.shown("dialog .problem")
        self.click(self.button("Cancel", "dialog"))
        self.shown("main", "Your login has ended")
        self.log_in(self.reader, PASSWORD)
        self.gone("main .badge")
        # A page that begins with a token that has ended says so, too.
        self.script("sessionStorage.setItem('rutile-token', 'no token')")
        self.open("entry", id="private")
        self.shown("header", "Your login has ended")
        # And so does the next page, until somebody logs in.
        self.open("explore")
        self.shown("header", "Your login has ended")
        self.log_in(self.author, PASSWORD)
        self.assertNotIn("Your login has ended", self.shown("header").text)

    def test_files_that_are_dropped_beside_the_place_do_not_lead_away(self):
        self.enter()
        self.shown(".drop")
        prevented = """
            const transfer = new DataTransfer();
            transfer.items.add(new File(["x"], "x.cif"));
            return ["dragover", "drop"].map((type) => {
              const event = new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true});
              document.querySelector("h1").dispatchEvent(event);
              return event.defaultPrevented;
            });
            """
        self.assertEqual(self.script(prevented), [True, True])
        self.assertEqual(self.all(".files .path"), [])

    def test_nothing_is_offered_for_publication_where_nothing_was_read(self):
        self.enter(self.reader)
        self.choose(self.file("bad.cif", "data_x\nloop_\n"))
        self.click(self.shown(".sender .primary"))
        self.badge("failed")
        self.button("Delete this upload…")
        self.assertFalse(any(button.text == "Publish…" for button in self.all("main button")))

    def test_datasets_get_entries_and_lose_them(self):
        name = f"Set {uuid.uuid4().hex[:6]}"
        self.enter()
        self.choose(self.packed("set.zip", {f"{number}.cif": crystal(f"n{number}", "Rb", "F", 5 + number) for number in range(3)}))
        self.send()
        self.shown("table caption", "3 entries")
        self.click(self.shown("input[aria-label='Choose all of this page']"))
        self.click(self.shown("input[aria-label='Choose 1.cif']"))
        self.write(self.field("Dataset, also a new one"), name)
        self.click(self.button("Add: Dataset, also a new one"))
        self.shown("fieldset", "Done for 2 entries.")

        self.click(self.button("Datasets", ".tabs"))
        self.click(self.button(name))
        self.shown("table caption", "2 entries")
        self.click(self.shown("td input[type=checkbox]"))
        self.click(self.button("Take the chosen entries out"))
        self.shown("table caption", "1 entry")
        self.click(self.button("Delete this dataset…"))
        self.click(self.button("Delete", "dialog"))
        self.until(lambda: self.query().get("view") == "datasets")
        self.shown("main .nothing, main .table")
        self.assertFalse([link for link in self.all("td a") if link.text == name])
        # By hand, too, and empty.
        self.write(self.field("Name of the dataset"), name)
        self.click(self.button("Make"))
        self.shown("h2", name)
        self.shown("main", "There are none that you can read")
        self.click(self.button("Datasets", ".tabs"))
        self.button(name)
        self.assertIn(name, [dataset["dataset_name"] for dataset in self.graph_answer()["datasets"].values()
                             if "dataset_name" in dataset])

    def test_groups_have_members_with_roles(self):
        name = f"Group {uuid.uuid4().hex[:6]} <i>x</i>"
        self.enter(view="groups")
        self.shown("main .nothing, main .table")
        self.assertIn("m_response", self.graph_answer()["groups"])
        self.write(self.field("Name of the group"), name)
        self.click(self.button("Make"))
        self.shown("h2", name)
        self.write(self.field("Username"), self.reader)
        self.click(self.button("Add"))
        self.shown(".members .name", self.reader)
        Select(self.field(f"Role of {self.reader}")).select_by_value("maintainer")
        self.until(lambda: Select(self.field(f"Role of {self.reader}")).first_selected_option.text == "maintainer")
        self.driver.refresh()
        self.until(lambda: Select(self.field(f"Role of {self.reader}")).first_selected_option.text == "maintainer")
        self.click(self.button(f"Take {self.reader} out"))
        self.until(lambda: len(self.all(".members li")) == 1)
        self.click(self.button("Delete this group…"))
        self.click(self.button("Delete", "dialog"))
        self.until(lambda: self.query().get("view") == "groups")

    def test_a_token_is_made_and_the_commands_work(self):
        self.enter(view="token")
        self.write(self.field("Your password"), PASSWORD)
        self.click(self.button("Make a token"))
        lines = self.shown("pre.secret").text
        token = re.search("RUTILE_TOKEN='([^']+)'", lines)[1]
        self.assertIn(f"RUTILE_URL='{self.base.rstrip('/')}'", lines)
        for answer in self.answers_elsewhere(token):
            self.assertEqual(answer["username"], self.author)

    def test_an_administrator_sees_what_others_sent_by_its_address(self):
        # It is private where nobody is logged in.
        self.refused = ("api/v1/uploads/",)
        self.enter()
        self.choose(self.file("hidden.cif", crystal("hidden", "Li", "F")))
        upload = self.send()
        self.click(self.button("Log out", "header"))
        self.log_in(*administrator())
        self.shown("h2", "hidden.cif")
        self.click(self.button("As an administrator"))
        self.write(self.field("Main author"), self.reader)
        self.click(self.button("Give to"))
        self.shown(".facts", self.reader)
        self.assertEqual(self.query()["upload"], upload)


MyDataWide, MyDataNarrow = at_both_widths(MyData)
