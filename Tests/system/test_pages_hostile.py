"""Forty hostile texts as names, formulas, ids, file names, values of archives and answers of other databases: every
page shows them as text.

Where a page has one of them at a time, half of them are tried at each width, so that all of it is done in minutes."""
import contextlib
import http.server
import json
import pathlib
import shutil
import tempfile
import threading
import urllib.parse
import urllib.request

from browser import PASSWORD, Pages, at_both_widths, pages_over
from hostile import TEXTS, file_names, short
from rutile import Server, command
from test_gateway import FLAGS
from test_optimade import SAMPLE

# What a page must not have, whatever it shows.
HARM = """
const found = [];
if (window.hostile !== undefined) found.push("something was run");
const odd = "hostile, iframe, object, embed, base, meta[http-equiv], style, math, video, script:not([src]), " +
  "form[action], link:not([href^=web])";
const isAddress = /^(xlink:)?(href|src|action|formaction)$/i;
const isOdd = /^\\s*(javascript|data|vbscript):/i;
found.push(...[...document.querySelectorAll(odd)].map((item) => item.outerHTML.slice(0, 200)));
for (const item of document.querySelectorAll("*"))
  for (const name of item.getAttributeNames()) {
    const value = item.getAttribute(name);
    if (/^on/i.test(name) || isAddress.test(name) && isOdd.test(value))
      found.push(`${item.tagName} ${name}=${value.slice(0, 80)}`);
  }
return found;
"""

# All text of the page that is not elsewhere in the head, also what fields hold.
TEXT = """
const fields = [...document.querySelectorAll("input, textarea")];
return document.body.textContent + fields.map((field) => field.value).join("\\n");
"""

# Gives `TEXT` for the fields `NAMES` of all JSON that the page is answered with.
SAYS = """
const read = JSON.parse;
JSON.parse = (text, revive) => read(text, (key, value, context) =>
  NAMES.includes(key) && typeof value === "string" ? TEXT : revive ? revive(key, value, context) : value);
"""


def structures(folder):
    """An OPTIMADE JSON Lines file whose structures have the texts as ids, formulas and values."""
    lines = [json.loads(line) for line in SAMPLE.read_text().splitlines()]
    heads = [line for line in lines if line.get("type") in (None, "info") and line.get("id") != "references"]
    note = next(line for line in heads if line.get("id") == "structures")["properties"]["_exmpl_note"]
    note.update(title="<hostile>note</hostile>", description=TEXTS[0])
    crystal = next(
        line for line in lines if line.get("type") == "structures" and line["attributes"]["nperiodic_dimensions"] == 3)
    rows = []
    for number, text in enumerate(TEXTS):
        attributes = {**crystal["attributes"], "_exmpl_note": text, "chemical_formula_descriptive": text}
        id_ = text if text in short() else f"h{number}"
        rows.append({**crystal, "id": id_, "attributes": attributes, "relationships": {}})
    path = folder / "hostile.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in heads + rows))
    return path


def file_stem(number):
    """The name of the file with the text of that number: the text itself, unless no file can be called so."""
    name = dict(zip(short(), file_names())).get(TEXTS[number], "\t")
    return f"text {number}" if "\t" in name else name[:200]


def archives(folder):
    """A folder of archives whose names, keys and values are the texts: one of each, and one that has them all."""
    path = folder / "archives"
    path.mkdir()
    for number, text in enumerate(TEXTS):
        value = {"data": {"name": text, "list": [text, TEXTS[-1]], f"key {text}": 1.5, "part": {"note": text}}}
        (path / f"{file_stem(number)}.archive.json").write_text(json.dumps(value))
    every = {"list": TEXTS, "keys": {text: 1.5 for text in TEXTS}, "values": dict(enumerate(TEXTS))}
    (path / "all.archive.json").write_text(json.dumps({"data": {"name": "all", **every}}))
    return path


class Provider(http.server.BaseHTTPRequestHandler):
    """A database that answers with the texts, everywhere."""

    def do_GET(self):
        path, _, query = self.path.partition("?")
        meta = {
            "api_version": "1.2.0", "query": {"representation": TEXTS[1]}, "more_data_available": False,
            "data_returned": len(TEXTS),
            "provider": {"name": TEXTS[2], "description": TEXTS[3], "prefix": "exmpl", "homepage": TEXTS[13]},
            "warnings": [{"type": "warning", "detail": TEXTS[6]}], "response_message": TEXTS[7]}
        status = 200
        if path.startswith("/refuse/"):
            text = TEXTS[int(path.split("/")[2])]
            status, body = 400, {"errors": [{"status": "400", "title": text, "detail": text}], "meta": meta}
        elif path.endswith("/structures") and "refuse" in query:
            status, body = 400, {"errors": [{"status": "400", "title": TEXTS[8], "detail": TEXTS[9]}], "meta": meta}
        elif path.endswith("/structures"):
            body = {"meta": meta, "links": {"next": None}, "data": [
                {"id": text if text in short() else f"h{number}", "type": "structures", "links": {"self": TEXTS[13]},
                 "attributes": {
                    "chemical_formula_reduced": text, "chemical_formula_descriptive": text,
                    "elements": ["Si", text[:20]], "nelements": 2, "nsites": 3, "last_modified": text,
                    "_exmpl_note": text}}
                for number, text in enumerate(TEXTS)]}
        elif path.endswith("/info/structures"):
            body = {"meta": meta, "data": {
                "description": TEXTS[5], "formats": ["json"], "output_fields_by_format": {"json": ["id"]},
                "properties": {"id": {"description": TEXTS[0], "title": TEXTS[1]}}}}
        elif path.endswith("/info"):
            body = {"meta": meta, "data": {"id": "/", "type": "info", "attributes": {
                "api_version": "1.2.0", "available_api_versions": [], "formats": ["json"],
                "entry_types_by_format": {"json": ["structures"]}, "available_endpoints": ["structures", "info"]}}}
        else:
            body = {"meta": meta, "data": []}
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/vnd.api+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Hostile(Pages):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-hostile-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.data = folder / "data"
        for path, name in ((structures(folder), TEXTS[6]), (archives(folder), TEXTS[1])):
            done = command("import", path, "--data", cls.data, "--upload-name", name, "--publish", "--quiet")
            assert done.returncode in (0, 3), done.stderr
        done = command(
            "user", "add", "keeper", "--admin", "--data", cls.data, "--first-name", "<hostile>Ada",
            "--last-name", TEXTS[6], input=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
        description = f"optimade.provider.description={TEXTS[2]}"
        cls.server = cls.enterClassContext(Server(cls.data, *FLAGS, "--set", description))
        provider = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        cls.provider = f"http://127.0.0.1:{provider.server_port}"
        threading.Thread(target=provider.serve_forever, daemon=True).start()
        cls.addClassCleanup(provider.server_close)
        cls.addClassCleanup(provider.shutdown)
        cls.base = cls.enterClassContext(pages_over(cls.server))
        super().setUpClass()

    def tearDown(self):
        self.harmless()
        super().tearDown()

    def harmless(self):
        self.assertEqual(self.script(HARM), [])
        self.assertTrue(self.driver.current_url.startswith(self.base), self.driver.current_url)

    def has(self, *texts, seconds=60, length=100):
        """Waits until the page has each text, as it is or, where it is longer than `length`, its beginning."""
        wanted = [text[:length] for text in texts]
        self.until(lambda: not [text for text in wanted if text not in self.script(TEXT)], seconds,
                   f"the texts {[text for text in wanted if text not in self.script(TEXT)]}")
        self.harmless()

    def entries(self, owner="visible"):
        """The entries: id and main file."""
        answer = self.server.ask(f"/api/v1/entries?page_size=100&owner={owner}&include=entry_id&include=mainfile")
        return [(entry["entry_id"], entry["mainfile"]) for entry in answer.json["data"]]

    def half(self, items):
        """Half of them for each width: each page takes its time."""
        return list(items)[self.is_narrow::2]

    @contextlib.contextmanager
    def answers_say(self, text, *names):
        """Pages that are opened meanwhile are answered with `text` as the value of each field of those names."""
        source = SAYS.replace("NAMES", json.dumps(names)).replace("TEXT", json.dumps(text))
        script = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)

    def test_start_shows_what_the_server_is_called(self):
        for text in self.half(TEXTS):
            with self.answers_say(text, "name", "description", "homepage", "prefix", "license", "version", "last_modified"):
                self.open("")
                self.shown(".examples a")
                self.has(text)

    def test_start_says_what_it_understands(self):
        self.open("")
        self.has(TEXTS[2])
        self.shown(".examples a")
        for text in TEXTS:
            self.script("""
                const field = document.querySelector("input[type=search]");
                field.value = arguments[0];
                field.dispatchEvent(new Event("input"));
                """, text)
            self.harmless()

    def test_explore_shows_them_in_its_table(self):
        self.open("explore", columns="id,_exmpl_note,chemical_formula_descriptive", sort="id")
        seen = ""
        for _ in range(2):
            self.shown(".results tbody tr")
            self.harmless()
            seen += self.script(TEXT)
            following = self.button("Next")
            if following.is_enabled():
                self.click(following)
                self.until(lambda: "page_cursor" in self.query() and not self.all(".results.waiting"))
                self.until(lambda: self.script(TEXT) not in seen)
        for text in TEXTS:
            self.assertIn(text[:100], seen)
        self.has("<hostile>note</hostile>")

    def test_explore_takes_them_as_filter(self):
        self.refused = ("optimade/v1/structures", "structures/facets")
        self.open("explore")
        for text in self.half(TEXTS[:-1]):
            self.script("""
                const field = document.getElementById("filter");
                field.value = arguments[0];
                field.dispatchEvent(new Event("input"));
                field.dispatchEvent(new Event("change"));
                """, text)
            self.harmless()
        for text in self.half(short()):
            quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
            self.open("explore", filter=f"_exmpl_note = {quoted}", columns="id,_exmpl_note", sort="id")
            self.until(lambda: self.all(".total strong") and self.all(".total strong")[0].text == "1", what=text)
            self.has(text)
        self.open("explore", filter=TEXTS[0], sort=TEXTS[1], columns=TEXTS[2], page_cursor=TEXTS[3])
        self.shown(".problem")

    def test_entries_of_structures(self):
        found = self.server.ask("/api/v1/entries?page_size=100&include=entry_id&include=mainfile_key&include=mainfile")
        entries = {
            entry["mainfile_key"]: entry["entry_id"] for entry in found.json["data"]
            if entry["mainfile"].endswith(".jsonl")}
        self.assertEqual(len(entries), len(TEXTS))
        for number, text in self.half(enumerate(TEXTS)):
            self.open("entry", id=entries[text if text in short() else f"h{number}"])
            self.shown(".facts")
            self.has(text)
            if text in short():
                self.assertIn(text.strip(), self.script("return document.querySelector('h1').textContent"))

    def test_entries_with_their_archives(self):
        """File name, entry name, and what the archive browser shows: names of keys and values."""
        entries = {file.removesuffix(".archive.json"): id_ for id_, file in self.entries()}
        for number, text in self.half(enumerate(TEXTS)):
            self.driver.get(f"{self.base}entry?id={entries[file_stem(number)]}&path=/data")
            self.shown(".archive-detail .trail")
            self.has(text, file_stem(number))
            # What is long is cut in trees and tables.
            self.has(f"key {text}", length=50)

    def test_the_archive_browser_shows_all_of_them_at_once(self):
        entry = next(id_ for id_, file in self.entries() if file == "all.archive.json")
        for part in ("list", "keys", "values"):
            self.driver.get(f"{self.base}entry?id={entry}&path=/data/{part}")
            self.shown(".archive-detail .trail")
            self.has(*TEXTS, length=50)

    def test_a_name_that_is_no_entry(self):
        self.refused = ("graph/query", "optimade", "entries")
        for text in self.half(short())[::3]:
            query = urllib.parse.urlencode({"id": text + "?", "path": text, "look": text})
            self.driver.get(f"{self.base}entry?{query}")
            self.shown("main > *")
            self.harmless()

    def test_answers_in_the_playground(self):
        entry = next(id_ for id_, file in self.entries() if file == "all.archive.json")
        for part in ("list", "keys", "values"):
            self.open("graph", request=json.dumps({"entries": {entry: {"archive": {"data": {part: "*"}}}}}))
            self.shown(".answer .tree")
            self.script("document.querySelectorAll('.answer .tree details').forEach((item) => { item.open = true; })")
            self.has(*[json.dumps(text, ensure_ascii=False)[1:90] if part != "keys" else text for text in TEXTS])
        self.open("graph", request=json.dumps({"entries": {entry: {"archive": {"data": {"keys": "*"}}}}}))
        self.click(self.button("Text", ".answer"))
        self.has(*[json.dumps(text, ensure_ascii=False)[1:90] for text in TEXTS])
        self.click(self.button("Tree", ".answer"))

    def test_requests_in_the_playground(self):
        self.refused = ("graph/query",)
        for text in self.half(TEXTS[:-1]):
            self.open("graph", request=text)
            self.shown("textarea.code")
            self.has(text)
            self.shown(".said button")

    def test_answers_of_other_databases(self):
        self.open("federated", urls=f"{self.provider} {self.server.origin}/optimade", size=50)
        self.shown(".merged[aria-busy=false]", seconds=60)
        self.has(*TEXTS)
        self.open("federated", urls=self.provider, filter='id = "refuse"')
        self.shown(".merged[aria-busy=false]", seconds=60)
        self.has(TEXTS[9])
        for text in self.half(short())[::4]:
            query = urllib.parse.urlencode({"urls": text, "filter": text, "databases": text, "gateway": text})
            self.driver.get(f"{self.base}federated?{query}")
            self.shown("main > *")
            self.harmless()
        self.refused = ("gateway", "optimade")

    def test_names_and_refusals_of_other_databases(self):
        """Half of the texts as names and descriptions of databases, each of which refuses with its text."""
        ids, chosen = [], self.half(enumerate(TEXTS))
        for number, text in chosen:
            body = {"name": text[:500], "description": text[:500], "base_url": f"{self.provider}/refuse/{number}"}
            answer = self.server.ask("/gateway/v1/databases", body)
            self.assertLess(answer.status, 300, answer.body)
            ids.append(answer.json["data"]["id"])
        self.open("federated", databases=",".join(ids))
        self.shown(".merged[aria-busy=false]", seconds=60)
        for place in (".databases li", ".line-name", ".line-detail"):
            self.assertGreaterEqual(len(self.all(place)), len(chosen), place)
        self.has(*[text for _, text in chosen])

    def test_my_data(self):
        form = urllib.parse.urlencode({"grant_type": "password", "username": "keeper", "password": PASSWORD}).encode()
        token = self.server.ask(
            "/api/v1/auth/token", form, {"Content-Type": "application/x-www-form-urlencoded"}).json["access_token"]
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
        chosen = self.half(TEXTS)
        files = {text: name for text, name in zip(short(), file_names()) if "\t" not in name}
        uploads = []
        for text in chosen:
            query = urllib.parse.urlencode({
                "upload_name": text[:1_000], "file_name": f"{files.get(text, 'text')[:150]}.archive.json"})
            body = json.dumps({"data": {"name": text}}).encode()
            answer = self.server.ask(f"/api/v1/uploads?{query}", body, head, "POST")
            self.assertLess(answer.status, 300, answer.body)
            uploads.append(answer.json["upload_id"])
        for text in chosen:
            for path, name in (("datasets", "dataset_name"), ("groups", "group_name")):
                body = {name: text[:32] if path == "groups" else text[:200]}
                answer = self.server.ask(f"/api/v1/{path}", body, {"Authorization": f"Bearer {token}"})
                self.assertLess(answer.status, 300, answer.body)
        self.open("my-data")
        self.log_in("keeper", PASSWORD)
        self.has("<hostile>Ada", *chosen)
        for upload, text in zip(uploads, chosen):
            self.driver.get(f"{self.base}my-data?upload={upload}")
            self.shown("h2")
            self.has(text, files.get(text, "text")[:100])
        for tab, length in (("datasets", 100), ("groups", 32), ("tokens", 0)):
            self.driver.get(f"{self.base}my-data?view={tab}")
            self.shown("main > *")
            self.has(*[text[:length] for text in chosen])
        self.driver.get(f"{self.base}status")
        self.shown("main > *")
        self.harmless()
        self.script("sessionStorage.clear()")

    def test_reference_and_status(self):
        for text in self.half(short())[::5]:
            self.open("reference", q=text, route=text, model=text)
            self.shown("main h1")
            self.harmless()
        self.refused = ("status",)


HostileWide, HostileNarrow = at_both_widths(Hostile)
