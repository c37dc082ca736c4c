"""Who may see what: seven callers, five states of an upload, and everything that can show something of it.

One table says what each caller may see. From it follow two things, for every request: no answer shows more, and where
something is hidden as a whole, the answer is the same as that of a server which does not have it.
"""
import json
import shutil
import tempfile
import unittest

from rutile import Server, command

CALLERS = ["anonymous", "stranger", "reviewer", "coauthor", "member", "author", "admin"]
INSIDERS = {"reviewer", "coauthor", "author", "admin"}
EVERYBODY = set(CALLERS)
# Who reads an upload, its files and the archives of its entries.
READERS = {
    "unpublished": INSIDERS,
    "published": EVERYBODY,
    "embargoed": INSIDERS,
    "grouped": INSIDERS | {"member"},
    "open": EVERYBODY,
}
PUBLIC = ["--set", "visibility.user_email=public", "--set", "visibility.embargoed_metadata=public"]


def sees_documents(caller, state, public):
    """Whether the caller sees documents (not archives) of the upload's entries."""
    return caller in READERS[state] or (public and state == "embargoed")


# What each marker tells, and whether a caller may know it.
def may_know(kind, caller, state, public):
    if kind in ("entry", "title"):
        return sees_documents(caller, state, public)
    return caller in READERS[state]


def marker(kind, state):
    """A text that stands in one place only: the main file's name, the upload's name, a raw file's, a value's."""
    return f"{kind}mark{state}"


KINDS = ["entry", "title", "file", "value"]


def bundle(states):
    """Everything with the uploads of `states` only. The open base refers to all of them, there or not."""
    people = [name for name in CALLERS if name != "anonymous"]
    users = [
        {"user_id": f"u-{name}", "username": name, "first_name": name.title(), "last_name": "Test",
         "email": f"{name}@mail.example", "is_admin": name == "admin"} for name in people + ["keeper"]]
    groups = [{"group_id": "g-team", "group_name": "Team", "members_info": [
        {"user_id": "u-author", "role": "owner"}, {"user_id": "u-member", "role": "member"}]}]
    uploads = [{
        "upload_id": "up-base", "upload_name": "Base", "main_author": "u-keeper", "embargo_length": 0,
        "upload_create_time": "2024-01-01T00:00:00", "publish_time": "2024-01-02T00:00:00",
        "process_status": "SUCCESS"}]
    entries, files = [], {"up-base": {"base.archive.json": "{}"}}

    def entry(entry_id, upload_id, mainfile, data, number):
        structure = {
            "elements": ["Si"], "nelements": 1, "elements_ratios": [1.0], "chemical_formula_reduced": "Si",
            "chemical_formula_descriptive": "Si", "chemical_formula_anonymous": "A", "nsites": number,
            "last_modified": "2024-03-01T00:00:00Z", "structure_features": []}
        return {
            "entry_id": entry_id, "upload_id": upload_id, "mainfile": mainfile, "parser_name": "parsers/archive",
            "entry_create_time": f"2024-02-0{number}T00:00:00", "process_status": "SUCCESS",
            "archive": {
                "metadata": {"entry_id": entry_id, "upload_id": upload_id, "mainfile": mainfile,
                             "entry_name": mainfile, "domain": "dft", "processed": True, "n_quantities": number,
                             "quantities": ["data", "data.name"], "optimade": structure},
                "results": {"material": {"elements": ["Si"], "n_elements": 1, "chemical_formula_reduced": "Si"}},
                "data": data}}

    # The first link of the chain of each state is in the base; four more are in the upload itself.
    for number, state in enumerate(READERS, 1):
        entries.append(entry(f"base-{state}", "up-base", f"base-{state}.archive.json", {
            "name": "base", "next": f"../uploads/up-{state}/archive/en-{state}-1#/data"}, number))
    for number, state in enumerate(READERS, 1):
        if state not in states:
            continue
        upload = {
            "upload_id": f"up-{state}", "upload_name": marker("title", state), "main_author": "u-author",
            "coauthors": ["u-coauthor"], "reviewers": ["u-reviewer"],
            "upload_create_time": f"2024-01-1{number}T00:00:00", "embargo_length": 12 if state == "embargoed" else 0,
            "process_status": "SUCCESS"}
        if state in ("published", "embargoed"):
            upload["publish_time"] = "2024-02-01T00:00:00"
        if state == "grouped":
            upload["coauthor_groups"] = ["g-team"]
        if state == "open":
            upload["reviewer_groups"] = ["all"]
        uploads.append(upload)
        files[upload["upload_id"]] = {f"docs/{marker('file', state)}.txt": "x"}
        for step in range(1, 5):
            mainfile = f"run{step}/{marker('entry', state)}.archive.json"
            files[upload["upload_id"]][mainfile] = "{}"
            entries.append(entry(f"en-{state}-{step}", upload["upload_id"], mainfile, {
                "name": marker("value", state), "next": f"../upload/archive/en-{state}-{step + 1}#/data"}, step))
    datasets = [{
        "dataset_id": "ds-all", "dataset_name": "All", "user_id": "u-keeper", "dataset_type": "owned",
        "dataset_create_time": "2024-05-01T00:00:00", "dataset_modified_time": "2024-05-01T00:00:00",
        "entries": [f"en-{state}-1" for state in READERS] + ["base-open"]}]
    return {"users": users, "groups": groups, "uploads": uploads, "entries": entries, "datasets": datasets,
            "raw_files": files}


def chain(hops):
    """A request that follows `next` so many times and then reads the name."""
    request = {"name": "*"}
    for _ in range(hops):
        request = {"next": {"m_request": {"directive": "resolved"}, **request}}
    return {"data": request}


def requests():
    """(name, body or None, path, what it names outright, what it shows to whoever may see it)."""
    graph = "/api/v1/graph/query"
    everything = {"m_request": {"directive": "plain"}}
    for state in READERS:
        one, first = f"up-{state}", f"en-{state}-1"
        yield f"upload {state}", {"uploads": {one: everything}}, graph, one, {("title", state)}
        yield f"upload entries {state}", {"uploads": {one: {"entries": {"*": {"mainfile_path": "*"}}}}}, graph, one, {
            ("entry", state)}
        yield f"files {state}", {"uploads": {one: {"files": "*"}}}, graph, one, {("file", state)}
        yield f"nested files {state}", {"uploads": {one: {"files": {"docs": "*"}}}}, graph, one, {("file", state)}
        yield f"entry {state}", {"entries": {first: "*"}}, graph, None, {("entry", state)}
        yield f"entry upload {state}", {"entries": {first: {"upload": {"upload_name": "*"}}}}, graph, one, set()
        yield f"mainfile {state}", {"entries": {first: {"mainfile": "*"}}}, graph, one, set()
        yield f"metadata {state}", {"entries": {first: {"metadata": "*"}}}, graph, None, {("entry", state)}
        yield f"archive {state}", {"entries": {first: {"archive": {"data": {"name": "*"}}}}}, graph, one, {
            ("value", state)}
        yield f"list of one {state}", {"entries": {"m_request": {"query": {"mainfile": ["mark"]}}, "*": "*"}}, graph, \
            None, set()
        for hops in range(1, 6):
            yield f"reference {state} {hops}", {"entries": {f"base-{state}": {"archive": chain(hops)}}}, graph, None, (
                {("value", state)} if hops < 5 else set())
        yield f"resolved {state}", {"entries": {f"base-{state}": {"archive": {"data": {
            "m_request": {"directive": "resolved"}}}}}}, graph, None, {("value", state)}
        for quantity, value in (("upload_name", marker("title", state)), ("upload_id", one), ("entry_id", first),
                                ("mainfile", f"run1/{marker('entry', state)}.archive.json")):
            for owner in ("public", "visible", "all", "shared", "user", "staging", "admin"):
                yield f"search {state} {quantity} {owner}", {"search": {
                    "m_request": {"query": {"owner": owner, "query": {quantity: value}}}, "*": "*"}}, graph, None, set()
    yield "uploads", {"uploads": {"m_request": {}, "*": "*"}}, graph, None, set()
    yield "uploads by name", {"uploads": {"m_request": {"pagination": {"order_by": "upload_name", "page_size": 2}},
                                          "*": {"upload_name": "*"}}}, graph, None, set()
    yield "uploads, leaf", {"uploads": "*"}, graph, None, set()
    yield "entries", {"entries": {"m_request": {"pagination": {"order_by": "mainfile", "page_size": 3}}, "*": "*"}}, \
        graph, None, set()
    yield "entries, next page", {"entries": {"m_request": {"pagination": {
        "order_by": "entry_create_time", "page_size": 2, "page": 2}}, "*": {"mainfile_path": "*"}}}, graph, None, set()
    yield "entries of all uploads", {"uploads": {"*": {"entries": {"*": {"mainfile_path": "*", "archive": {
        "data": {"name": "*"}}}}}}}, graph, None, set()
    yield "users", {"users": {f"u-{name}": {"email": "*", "uploads": {"*": {"upload_name": "*"}}, "entries": {"*": {
        "mainfile_path": "*"}}, "datasets": {"*": "*"}} for name in ("author", "keeper", "member")}}, graph, None, set()
    yield "me", {"users": {"me": {"username": "*", "uploads": "*", "entries": "*"}}}, graph, None, set()
    yield "groups", {"groups": {"m_request": {}, "*": {"members": {"name": "*"}, "uploads": {"*": {"upload_name": "*"}},
                                                       "entries": "*"}}}, graph, None, set()
    yield "dataset", {"datasets": {"ds-all": {"entries": {"*": {"mainfile_path": "*"}}, "uploads": {"*": {
        "upload_name": "*"}}}}}, graph, "ds-all", set()
    yield "datasets of an entry", {"entries": {"base-open": {"datasets": {"*": "*"}}}}, graph, None, set()
    for owner in ("public", "visible", "all", "shared", "user", "staging", "admin"):
        yield f"search {owner}", {"search": {"m_request": {"query": {"owner": owner}, "pagination": {
            "page_size": 3, "order_by": "entry_name"}}, "*": {"mainfile_path": "*", "upload_name": "*", "entry": {
                "mainfile_path": "*", "archive": {"data": {"name": "*"}}, "upload": {"upload_name": "*"}}}}}, graph, \
            None, set()
        yield f"archives of a search {owner}", {"owner": owner, "pagination": {"page_size": 50}, "required": {
            "data": {"name": "*"}}}, "/api/v1/graph/archive/query", None, set()
    yield "definitions", {"metainfo": {f"entry_id:en-{state}-1": "*" for state in READERS}}, graph, None, set()
    for state in READERS:
        yield f"GET upload {state}", None, f"/api/v1/uploads/up-{state}", f"up-{state}", {("title", state)}
        yield f"GET upload entries {state}", None, f"/api/v1/uploads/up-{state}/entries", f"up-{state}", set()
        yield f"GET upload rawdir {state}", None, f"/api/v1/uploads/up-{state}/rawdir?include_entry_info=true", \
            f"up-{state}", set()
        yield f"GET upload raw {state}", None, f"/api/v1/uploads/up-{state}/raw/none", f"up-{state}", set()
        yield f"OPTIMADE one {state}", None, f"/optimade/v1/structures/en-{state}-1", None, set()
    for path in ("/api/v1/uploads", "/api/v1/uploads?page_size=2&order_by=upload_name", "/api/v1/datasets",
                 "/api/v1/groups", "/api/v1/users?prefix=a", "/api/v1/users/me",
                 "/optimade/v1/structures?page_limit=2&sort=nsites", "/optimade/v1/structures?filter=nsites%3E2",
                 "/optimade/v1/structures?filter=NOT%20nsites%3D1&sort=-id", "/optimade/v1/info", "/optimade/v1/links"):
        yield path, None, path, None, set()


def comparable(answer):
    """Status and body without what changes from moment to moment."""
    try:
        value = json.loads(answer.body)
    except ValueError:
        return answer.status, answer.body
    if isinstance(value, dict) and isinstance(value.get("meta"), dict):
        value["meta"].pop("time_stamp", None)
    return answer.status, value


class Access(unittest.TestCase):
    def setUp(self):
        self.folders = []

    def tearDown(self):
        for folder in self.folders:
            shutil.rmtree(folder)

    def data(self, states):
        """A new data directory with the uploads of `states`."""
        folder = tempfile.mkdtemp(prefix="rutile-test-")
        self.folders.append(folder)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(bundle(states), file)
            file.flush()
            loaded = command("bundle", "load", file.name, "--data", folder)
        self.assertEqual(loaded.returncode, 0, loaded.stderr)
        return folder

    def answers(self, states, callers, flags):
        """{(caller, name): answer} of a server with the uploads of `states`."""
        folder = self.data(states)
        found = {}
        with Server(folder, *flags) as server:
            for caller in callers:
                headers = {}
                if caller != "anonymous":
                    token = command("token", "issue", "--data", folder, "--user", f"u-{caller}").stdout.split()[-1]
                    headers["Authorization"] = f"Bearer {token}"
                for name, body, path, _, _ in requests():
                    answer = server.ask(path, body, headers)
                    # The server's own address is not its data.
                    answer.body = answer.body.replace(server.origin.encode(), b"http://origin")
                    self.assertLess(answer.status, 500, f"{caller}: {name}: {answer.body[:500]}")
                    found[caller, name] = answer
        return found

    def check(self, public):
        flags = PUBLIC if public else []
        whole = self.answers(list(READERS), CALLERS, flags)
        for (caller, name), answer in whole.items():
            text = answer.body.decode()
            for state in READERS:
                for kind in KINDS:
                    # A search for a text repeats it.
                    if name.startswith(f"search {state}") and kind in ("entry", "title") and not may_know(
                            kind, caller, state, public):
                        asked = json.dumps(next(body for other, body, *_ in requests() if other == name))
                        self.assertLessEqual(text.count(marker(kind, state)), asked.count(marker(kind, state)),
                                             f"{caller}: {name}")
                        continue
                    if not may_know(kind, caller, state, public):
                        self.assertNotIn(marker(kind, state), text, f"{caller}: {name}")
        for name, _, _, named, shown in requests():
            for kind, state in shown:
                for caller in CALLERS:
                    # Who comes by way of the upload has to be let in there.
                    if may_know(kind, caller, state, public) and (not named or caller in READERS[state]):
                        self.assertIn(marker(kind, state), whole[caller, name].body.decode(), f"{caller}: {name}")
        hidden_from = {}
        for caller in CALLERS:
            hidden = frozenset(state for state in READERS if not sees_documents(caller, state, public))
            hidden_from.setdefault(hidden, []).append(caller)
        for hidden, callers in hidden_from.items():
            if not hidden:
                continue
            without = self.answers([state for state in READERS if state not in hidden], callers, flags)
            for name, _, _, named, _ in requests():
                # Explicit ids of uploads and datasets keep the messages that tell absent from hidden.
                if named and named.removeprefix("up-") in hidden:
                    continue
                for caller in callers:
                    self.assertEqual(
                        comparable(without[caller, name]), comparable(whole[caller, name]), f"{caller}: {name}")

    def test_with_the_defaults_nobody_sees_more_than_the_table_says(self):
        self.check(public=False)

    def test_with_public_metadata_nobody_sees_more_than_the_table_says(self):
        self.check(public=True)


if __name__ == "__main__":
    unittest.main()
