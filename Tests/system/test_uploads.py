"""Uploads over HTTP: sent, processed, published, found, deleted; and what is left of them when a server is killed."""
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import zipfile

from rutile import Server, command, fixture_data

POSCAR = """{name}
1.0
{a} 0 0
0 {a} 0
0 0 {a}
{first} {second}
1 1
direct
0 0 0
0.5 0.5 0.5
"""


def poscar(number):
    """A small crystal; each number is another one."""
    return POSCAR.format(name=f"number {number}", a=4 + number / 1000, first="Na", second="Cl")


def packed(files):
    """A zip of `files`, by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    return buffer.getvalue()


class Uploads(unittest.TestCase):
    def setUp(self):
        self.data = fixture_data()
        self.addCleanup(shutil.rmtree, self.data)
        self.tokens = {}

    def login(self, user):
        if user not in self.tokens:
            issued = command("token", "issue", "--data", self.data, "--user", user)
            self.assertEqual(issued.returncode, 0, issued.stderr)
            self.tokens[user] = {"Authorization": f"Bearer {issued.stdout.strip()}"}
        return self.tokens[user]

    def send(self, server, body, query, user="ben"):
        return server.ask(
            f"/api/v1/uploads?{query}", body, {**self.login(user), "Content-Type": "application/zip"}, timeout=60)

    def wait(self, server, upload, user="ben", seconds=60):
        """The upload when its process has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            data = server.ask(f"/api/v1/uploads/{upload}", headers=self.login(user)).json["data"]
            if not data["process_running"]:
                return data
            time.sleep(0.1)
        self.fail(f"{upload} is still processed: {data}")

    def incoming(self):
        folder = pathlib.Path(self.data) / "incoming"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def found(self, server, upload, headers=None):
        """Whether OPTIMADE shows the structures of `upload` to the caller."""
        entries = server.ask(f"/api/v1/uploads/{upload}/entries", headers=self.login("ben")).json["data"]
        return [
            server.ask(f"/optimade/v1/structures/{entry['entry_id']}", headers=headers).json["data"] is not None
            for entry in entries]

    def searched(self, server, upload, user):
        """How many entries of `upload` a search finds for `user`."""
        query = {"owner": "visible", "query": {"upload_id": upload}, "pagination": {"page_size": 0}}
        answer = server.query({"search": {"m_request": {"query": query}}}, self.login(user)).json
        return answer["search"]["m_response"]["pagination"]["total"]

    def eventually(self, body, seconds=5):
        end = time.monotonic() + seconds
        while not body():
            self.assertLess(time.monotonic(), end, "it did not come to be")
            time.sleep(0.1)

    def nothing_comes(self):
        """Files go right after the change of the records that takes them over, or with their connection."""
        self.eventually(lambda: self.incoming() == [])

    def test_from_a_zip_to_the_graph_and_to_optimade(self):
        with Server(self.data) as server:
            sent = self.send(
                server, packed({"a/POSCAR": poscar(1), "b/POSCAR": poscar(2), "notes.txt": "x"}),
                "upload_name=Salt&file_name=salt.zip")
            self.assertEqual(sent.status, 200, sent.body)
            upload = sent.json["upload_id"]
            self.assertIn(sent.json["data"]["process_status"], ("PENDING", "RUNNING", "SUCCESS"))
            data = self.wait(server, upload)
            self.assertEqual(
                (data["process_status"], data["entries"], data["upload_name"], data["published"], data["errors"]),
                ("SUCCESS", 2, "Salt", False, []))
            self.nothing_comes()
            entries = server.ask(f"/api/v1/uploads/{upload}/entries", headers=self.login("ben")).json["data"]
            self.assertEqual([entry["mainfile"] for entry in entries], ["a/POSCAR", "b/POSCAR"])

            # Unpublished: its author sees it, others do not.
            entry = entries[0]["entry_id"]
            formula = {"archive": {"results": {"material": {"chemical_formula_reduced": "*"}}}}
            request = {"entries": {entry: formula}, "uploads": {upload: {"upload_name": "*"}}}
            own = server.query(request, self.login("ben")).json
            self.assertEqual(own["uploads"][upload]["upload_name"], "Salt")
            self.assertEqual(
                own["entries"][entry]["archive"]["results"]["material"]["chemical_formula_reduced"], "ClNa")
            self.assertNotIn("archive", server.query(request).json["entries"][entry])
            self.assertEqual(server.ask(f"/api/v1/uploads/{upload}").status, 401)
            self.assertEqual(server.ask(f"/api/v1/uploads/{upload}", headers=self.login("eve")).status, 403)
            # Searches follow at once: here, and after every change below.
            self.assertEqual(self.found(server, upload, self.login("ben")), [True, True])
            self.assertEqual(self.searched(server, upload, "ben"), 2)
            self.assertEqual(self.found(server, upload), [False, False])
            listed = server.ask("/api/v1/uploads?upload_name=Salt", headers=self.login("ben")).json
            self.assertEqual([item["upload_id"] for item in listed["data"]], [upload])

            # Published: everybody does.
            path = f"/api/v1/uploads/{upload}/action/publish"
            self.assertEqual(server.ask(path, headers=self.login("eve"), method="POST").status, 403)
            self.assertEqual(server.ask(path, headers=self.login("ben"), method="POST").status, 200)
            self.assertEqual(
                server.query(request).json["entries"][entry]["archive"]["results"]["material"]
                ["chemical_formula_reduced"], "ClNa")
            self.assertEqual(self.found(server, upload), [True, True])
            self.assertEqual(self.searched(server, upload, "eve"), 2)

            # Deleted: nobody does.
            self.assertEqual(
                server.ask(f"/api/v1/uploads/{upload}", headers=self.login("ben"), method="DELETE").status, 403)
            gone = server.ask(f"/api/v1/uploads/{upload}", headers=self.login("adm"), method="DELETE")
            self.assertEqual((gone.status, gone.json["data"]["process_status"]), (200, "DELETED"))
            self.assertEqual(server.ask(f"/api/v1/uploads/{upload}").status, 404)
            self.assertNotIn("archive", server.query(request).json["entries"][entry])
            self.assertIsNone(
                server.ask(f"/optimade/v1/structures/{entry}", headers=self.login("adm")).json["data"])
            self.assertEqual(self.searched(server, upload, "adm"), 0)
            self.assertFalse((pathlib.Path(self.data) / "uploads" / upload[:2] / upload).exists())
        self.assertEqual(command("verify", "--data", self.data).returncode, 0)

    def test_who_is_let_in_and_put_out_finds_accordingly_at_once(self):
        with Server(self.data) as server:
            upload = self.send(server, poscar(1).encode(), "file_name=POSCAR").json["upload_id"]
            self.wait(server, upload)
            tag = None
            for _ in range(5):
                for step, count in (("add", 1), ("remove", 0)):
                    edited = server.ask(
                        f"/api/v1/uploads/{upload}/edit", {"metadata": {"reviewers": {step: "eve"}}},
                        self.login("ben"))
                    self.assertEqual(edited.status, 200, edited.body)
                    self.assertEqual(self.searched(server, upload, "eve"), count)
                    self.assertEqual(self.found(server, upload, self.login("eve")), [count == 1])
                    page = server.ask("/optimade/v1/structures", headers=self.login("eve"))
                    self.assertNotEqual(page.headers["ETag"], tag)
                    tag = page.headers["ETag"]

    def test_a_deleted_upload_does_not_come_back(self):
        body = packed({f"{number}.archive.json": "{}" for number in range(200)})
        with Server(self.data) as server:
            uploads = []
            for number in range(20):
                upload = self.send(server, b"x", f"file_name=x&upload_name={number}").json["upload_id"]
                self.wait(server, upload)
                sending = threading.Thread(target=lambda upload=upload: server.ask(
                    f"/api/v1/uploads/{upload}/raw?file_name=b.zip", body, self.login("ben"), method="PUT"))
                sending.start()
                time.sleep(number / 1000)
                gone = server.ask(f"/api/v1/uploads/{upload}", headers=self.login("ben"), method="DELETE")
                self.assertEqual(gone.status, 200, gone.body)
                sending.join()
                uploads.append(upload)
            self.nothing_comes()
            for upload in uploads:
                self.assertEqual(server.ask(f"/api/v1/uploads/{upload}").status, 404)
                self.assertFalse((pathlib.Path(self.data) / "uploads" / upload[:2] / upload).exists())
        self.assertEqual(command("verify", "--data", self.data).returncode, 0)

    def test_an_archive_file_takes_no_entry_of_others(self):
        segment = next((pathlib.Path(self.data) / "uploads").glob("*/upl-draft/archive/*.msg")).read_bytes()
        with Server(self.data) as server:
            request = {"entries": {"ent-draft-1": {"upload_id": "*", "archive": {"data": "*"}}}}
            before = server.query(request, self.login("ada")).json
            upload = self.send(server, segment, "file_name=x.msg", "eve").json["upload_id"]
            data = self.wait(server, upload, "eve")
            self.assertEqual((data["process_status"], data["errors"]), ("SUCCESS", []))
            self.assertNotIn("upl-draft", json.dumps(data))
            self.assertEqual(server.query(request, self.login("ada")).json, before)
            entries = server.ask(f"/api/v1/uploads/{upload}/entries", headers=self.login("eve")).json["data"]
            self.assertGreater(len(entries), 0)
            self.assertFalse([entry for entry in entries if entry["entry_id"].startswith("ent-")])

    def test_names_in_packed_files_may_be_any_text(self):
        with Server(self.data) as server:
            upload = self.send(server, packed({"Übung/α-Fe/POSCAR": poscar(1)}), "file_name=x.zip").json["upload_id"]
            data = self.wait(server, upload)
            self.assertEqual((data["entries"], data["errors"]), (1, []))
            entries = server.ask(f"/api/v1/uploads/{upload}/entries", headers=self.login("ben")).json["data"]
            self.assertEqual([entry["mainfile"] for entry in entries], ["Übung/α-Fe/POSCAR"])

    def test_names_in_packed_files_of_windows_are_read(self):
        body = packed({"gr~n/POSCAR": poscar(1)}).replace(b"~", b"\x81")
        with Server(self.data) as server:
            upload = self.send(server, body, "").json["upload_id"]
            data = self.wait(server, upload)
            self.assertEqual((data["entries"], data["errors"]), (1, []))
            entries = server.ask(f"/api/v1/uploads/{upload}/entries", headers=self.login("ben")).json["data"]
            self.assertEqual([entry["mainfile"] for entry in entries], ["grün/POSCAR"])

    def test_a_packed_file_stays_packed_if_wanted(self):
        body = packed({"POSCAR": poscar(1)})
        with Server(self.data) as server:
            upload = self.send(server, body, "file_name=x.zip&auto_decompress=false").json["upload_id"]
            data = self.wait(server, upload)
            self.assertEqual((data["process_status"], data["entries"], data["errors"]), ("SUCCESS", 0, []))
            self.assertEqual(
                server.ask(f"/api/v1/uploads/{upload}/raw/x.zip", headers=self.login("ben")).body, body)

    def test_what_is_not_offered_is_refused(self):
        with Server(self.data) as server:
            upload = self.send(server, packed({"POSCAR": poscar(1), "note.txt": "hi"}), "").json["upload_id"]
            self.wait(server, upload)
            raw = f"/api/v1/uploads/{upload}/raw/"

            def put(query, body=b"new"):
                return server.ask(f"{raw}?{query}", body, self.login("ben"), method="PUT")

            for query in (
                    "wait_for_processing=true", "trigger_processing=false", "copy_or_move=copy", "include_archive=true",
                    "copy_or_move_source_path=POSCAR", "local_path=%2Fetc%2Fpasswd", "example_upload_id=x"):
                for answer in (put("file_name=n&" + query), self.send(server, b"x", "file_name=n&" + query)):
                    self.assertEqual(answer.status, 422, query)
                    self.assertEqual(answer.json["detail"][0]["loc"], ["query", query.split("=")[0]])
            there = put("file_name=note.txt&overwrite_if_exists=false")
            self.assertEqual((there.status, there.json["code"]), (409, "uploads.file_exists"))
            self.assertEqual(put("file_name=x.zip&overwrite_if_exists=false").status, 422)
            self.assertEqual(put("file_name=empty", b"").status, 400)
            self.assertEqual(put("").status, 422)
            self.assertEqual(self.send(server, b"data_x", "").status, 422)
            central = f"/api/v1/uploads/{upload}/action/publish?to_central_nomad=true"
            self.assertEqual(server.ask(central, b"", self.login("ben"), method="POST").status, 400)
            for part, status in (
                    ('name="file"', 422), ('name="other"', 422), ('name="file"; filename="%C3%9Cn.txt"', 200)):
                body = f"--x\r\nContent-Disposition: form-data; {part}\r\n\r\none\r\n--x--\r\n".encode()
                headers = {**self.login("ben"), "Content-Type": "multipart/form-data; boundary=x"}
                sent = server.ask("/api/v1/uploads", body, headers)
                self.assertEqual(sent.status, status, part)
            self.assertEqual(sent.json["data"]["upload_name"], "Ün.txt")
            data = self.wait(server, upload)
            self.assertEqual((data["entries"], data["published"]), (1, False))
            self.assertEqual(server.ask(raw + "note.txt", headers=self.login("ben")).body, b"hi")

    def test_publication_needs_its_scope(self):
        with Server(self.data) as server:
            issued = command("token", "issue", "--data", self.data, "--user", "ben", "--scope", "uploads:write")
            headers = {"Authorization": f"Bearer {issued.stdout.strip()}"}
            path = "/api/v1/uploads?file_name=POSCAR&publish_directly="
            refused = server.ask(path + "true", poscar(1).encode(), headers)
            self.assertEqual((refused.status, refused.json["detail"]), (403, "Missing scopes: ['uploads:publish']"))
            self.assertEqual(server.ask(path + "false", poscar(1).encode(), headers).status, 200)

    def test_files_are_read_and_listed(self):
        with Server(self.data) as server:
            files = {"a/POSCAR": poscar(1), "a/b/c.txt": "0123456789", "note.txt": "hi"}
            upload = self.send(server, packed(files), "").json["upload_id"]
            self.wait(server, upload)
            address = f"/api/v1/uploads/{upload}/"

            def get(path, status=200, user="ben"):
                answer = server.ask(address + path, headers=self.login(user) if user else {})
                self.assertEqual(answer.status, status, path)
                return answer

            part = get("raw/a/b/c.txt?offset=2&length=3&ignore_mime_type=true")
            self.assertEqual((part.body, part.headers["Content-Type"]), (b"234", "application/octet-stream"))
            with zipfile.ZipFile(io.BytesIO(get("raw/a").body)) as folder:
                self.assertEqual(sorted(folder.namelist()), ["POSCAR", "b/c.txt"])
            with zipfile.ZipFile(io.BytesIO(get("raw/note.txt?compress=true").body)) as one:
                self.assertEqual(one.read("note.txt"), b"hi")
            get("raw/a/b/c.txt?compress=true&offset=1", 400)
            for path in ("raw/none", "raw/../raw", "raw/..%2F..%2F..%2Frutile.sqlite", "rawdir/none", "raw/note.txt/x"):
                get(path, 404)
            top = get("rawdir?include_entry_info=true").json
            self.assertEqual((top["path"], top["access"], top["pagination"]["total"]), ("", "unpublished", 2))
            self.assertEqual(top["directory_metadata"], {
                "name": "", "size": 12 + len(poscar(1)), "content": [
                    {"name": "a", "size": 10 + len(poscar(1)), "is_file": False},
                    {"name": "note.txt", "size": 2, "is_file": True}]})
            second = get("rawdir/a?page_size=1&page=2&include_entry_info=true").json
            item, = second["directory_metadata"]["content"]
            entries = get("entries").json["data"]
            self.assertEqual((item["name"], item["entry_id"]), ("POSCAR", entries[0]["entry_id"]))
            self.assertEqual(get("rawdir/note.txt").json["file_metadata"], {"name": "note.txt", "size": 2})
            get("rawdir?order_by=size", 422)
            get("rawdir?page=9", 400)
            for path in ("raw", "raw/note.txt", "raw/none", "rawdir", "rawdir/a"):
                get(path, 401, None)
                get(path, 403, "eve")
            for user, status in (("eve", 403), (None, 401)):
                headers = self.login(user) if user else {}
                self.assertEqual(server.ask(address + "raw/note.txt", headers=headers, method="DELETE").status, status)

    def test_files_are_removed_with_their_entries(self):
        files = {"a/POSCAR": poscar(1), "b/POSCAR": poscar(2), "b/c/POSCAR": poscar(3), "bad.cif": "data_x\n_cell_length_a 1\n"}
        with Server(self.data) as server:
            upload = self.send(server, packed(files), "upload_name=x").json["upload_id"]
            self.wait(server, upload)
            raw = f"/api/v1/uploads/{upload}/raw"

            def remove(path, status=200):
                answer = server.ask(f"{raw}/{path}", headers=self.login("ben"), method="DELETE")
                self.assertEqual(answer.status, status, answer.body)
                return self.wait(server, upload)

            def mainfiles():
                entries = server.ask(f"/api/v1/uploads/{upload}/entries", headers=self.login("ben")).json["data"]
                return [entry["mainfile"] for entry in entries]

            self.assertEqual(mainfiles(), ["a/POSCAR", "b/POSCAR", "b/c/POSCAR"])
            self.assertEqual(remove("b/c")["process_status"], "SUCCESS")
            self.assertEqual(mainfiles(), ["a/POSCAR", "b/POSCAR"])
            remove("b/c", 404)
            self.eventually(lambda: self.searched(server, upload, "ben") == 2)
            with zipfile.ZipFile(io.BytesIO(server.ask(raw, headers=self.login("ben")).body)) as rest:
                self.assertEqual(sorted(rest.namelist()), ["a/POSCAR", "b/POSCAR", "bad.cif"])
                self.assertEqual(rest.read("a/POSCAR").decode(), files["a/POSCAR"])
            remove("b/POSCAR")
            self.assertEqual(mainfiles(), ["a/POSCAR"])
            remove("")
            self.assertEqual(mainfiles(), [])
            listed = server.ask(f"/api/v1/uploads/{upload}/rawdir", headers=self.login("ben")).json
            self.assertEqual(listed["directory_metadata"], {"name": "", "size": 0, "content": []})
            self.nothing_comes()

    def test_a_removal_survives_a_kill(self):
        with Server(self.data) as server:
            upload = self.send(
                server, packed({f"{number}/POSCAR": poscar(number) for number in range(40)}), "").json["upload_id"]
            self.wait(server, upload)
            sent = server.ask(f"/api/v1/uploads/{upload}/raw/7", headers=self.login("ben"), method="DELETE")
            self.assertEqual(sent.json["data"]["process_status"], "PENDING")
            server.process.kill()
        with Server(self.data) as server:
            data = self.wait(server, upload)
            self.assertEqual((data["process_status"], data["entries"]), ("SUCCESS", 39))
            self.nothing_comes()

    def test_what_failed_is_not_published_until_it_is_gone(self):
        with Server(self.data) as server:
            upload = self.send(server, packed({"POSCAR": poscar(1)}), "").json["upload_id"]
            self.wait(server, upload)
            server.ask(
                f"/api/v1/uploads/{upload}/raw/?file_name=bad.cif", b"junk", self.login("ben"), method="PUT")
            self.assertEqual(self.wait(server, upload)["process_status"], "FAILURE")
            publish = f"/api/v1/uploads/{upload}/action/publish"
            self.assertEqual(server.ask(publish, b"", self.login("ben"), method="POST").status, 400)
            server.ask(f"/api/v1/uploads/{upload}/raw/bad.cif", headers=self.login("ben"), method="DELETE")
            self.wait(server, upload)
            self.assertEqual(server.ask(publish, b"", self.login("ben"), method="POST").status, 200)

    def test_errors_do_not_say_where_files_lie(self):
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(os.path.dirname(self.data))
        folders = io.BytesIO()
        with zipfile.ZipFile(folders, "w") as file:
            file.writestr("folder/", "")
        for data in (self.data, os.path.basename(self.data)):
            with Server(data) as server:
                for body in (packed({}), folders.getvalue()):
                    upload = self.send(server, body, "file_name=e.zip").json["upload_id"]
                    self.assertEqual(self.wait(server, upload)["errors"], ["e.zip: it holds no files"])

    def test_curl_sends_a_form_and_a_file(self):
        if not shutil.which("curl"):
            self.skipTest("there is no curl")
        with Server(self.data) as server, tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "POSCAR"
            file.write_text(poscar(1))
            header = ["-H", f"Authorization: {self.login('ben')['Authorization']}"]
            for arguments, query in (
                    (["-F", f"file=@{file}"], "publish_directly=true"),
                    (["-T", file, "-X", "POST"], "file_name=POSCAR&publish_directly=true")):
                done = subprocess.run(
                    ["curl", "-s", *header, *arguments, f"{server.origin}/api/v1/uploads?{query}"],
                    capture_output=True, text=True, timeout=60)
                sent = json.loads(done.stdout)
                data = self.wait(server, sent["upload_id"])
                self.assertEqual(
                    (data["process_status"], data["entries"], data["published"], data["upload_name"]),
                    ("SUCCESS", 1, True, "POSCAR"))

    def test_files_are_added_and_replaced(self):
        with Server(self.data) as server:
            upload = self.send(server, poscar(1).encode(), "file_name=POSCAR").json["upload_id"]
            self.wait(server, upload)
            for path, name in (("raw/more%2Fdeep", "x.zip"), ("raw/", "POSCAR")):
                body = packed({"POSCAR": poscar(2)}) if name == "x.zip" else poscar(3).encode()
                sent = server.ask(
                    f"/api/v1/uploads/{upload}/{path}?file_name={name}", body, self.login("ben"), method="PUT")
                self.assertEqual(sent.status, 200, sent.body)
                self.wait(server, upload)
            entries = server.ask(f"/api/v1/uploads/{upload}/entries", headers=self.login("ben")).json["data"]
            self.assertEqual([entry["mainfile"] for entry in entries], ["POSCAR", "more/deep/POSCAR"])

    def test_what_cannot_be_read_is_said(self):
        with Server(self.data) as server:
            broken = self.send(server, b"no zip at all", "file_name=x.zip").json["upload_id"]
            data = self.wait(server, broken)
            self.assertEqual((data["process_status"], len(data["errors"])), ("FAILURE", 1))
            self.assertNotIn(self.data, json.dumps(data))
            partly = self.send(
                server, packed({"a/POSCAR": poscar(1), "b.cif": "data_x\n_cell_length_a 1\nloop_\n"}), "file_name=y.zip")
            data = self.wait(server, partly.json["upload_id"])
            self.assertEqual((data["process_status"], data["entries"]), ("SUCCESS", 1))

    def test_an_empty_file_is_a_file(self):
        with Server(self.data) as server:
            sent = server.ask("/api/v1/uploads?file_name=empty", b"", self.login("ben"), method="POST")
            upload = sent.json["upload_id"]
            self.assertEqual(self.wait(server, upload)["process_status"], "SUCCESS")
            files = server.query(
                {"uploads": {upload: {"files": {"m_request": {"depth": 1}}}}}, self.login("ben")).json
            self.assertIn("empty", files["uploads"][upload]["files"])

    def test_a_file_and_a_folder_have_not_one_place(self):
        with Server(self.data) as server:
            upload = self.send(server, packed({"a/x.archive.json": "{}"}), "file_name=x.zip").json["upload_id"]
            self.wait(server, upload)
            sent = server.ask(
                f"/api/v1/uploads/{upload}/raw/?file_name=a", b"text", self.login("ben"), method="PUT")
            self.assertEqual(sent.status, 200, sent.body)
            data = self.wait(server, upload)
            self.assertEqual(data["errors"], ["a: there is a folder of this name already"])
            self.assertEqual(data["entries"], 1)

    def test_edited_references_stay_when_a_file_comes_again(self):
        with Server(self.data) as server:
            upload = self.send(server, poscar(1).encode(), "file_name=POSCAR").json["upload_id"]
            self.wait(server, upload)
            path = f"/api/v1/uploads/{upload}"
            edit = {"metadata": {"references": ["https://mine.example"], "datasets": ["Mine"]}}
            self.assertEqual(server.ask(f"{path}/edit", edit, self.login("ben")).status, 200)
            sent = server.ask(
                f"{path}/raw/?file_name=POSCAR", poscar(2).encode(), self.login("ben"), method="PUT")
            self.assertEqual(sent.status, 200, sent.body)
            self.wait(server, upload)
            query = {"upload_id": upload, "references": "https://mine.example"}
            found = server.ask("/api/v1/entries/query", {"owner": "user", "query": query}, self.login("ben")).json
            self.assertEqual(
                [[item["dataset_name"] for item in entry["datasets"]] for entry in found["data"]], [["Mine"]])

    def test_what_no_job_works_on_can_be_changed(self):
        with Server(self.data) as server:
            edited = server.ask(
                "/api/v1/uploads/upl-idle/edit", {"metadata": {"upload_name": "Idle"}}, self.login("ada"))
            self.assertEqual(edited.status, 200, edited.body)
            sent = server.ask(
                "/api/v1/uploads/upl-idle/raw/?file_name=POSCAR", poscar(1).encode(), self.login("ada"), method="PUT")
            self.assertEqual(sent.status, 200, sent.body)
            self.assertEqual(self.wait(server, "upl-idle", "ada")["process_status"], "SUCCESS")

    def test_a_client_that_goes_away_leaves_nothing(self):
        with Server(self.data) as server:
            host, port = server.origin.removeprefix("http://").split(":")
            token = self.login("ben")["Authorization"]
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(
                    (f"POST /api/v1/uploads?file_name=a.zip HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
                     "Content-Length: 10000000\r\n\r\n").encode() + b"x" * 3_000_000)
                self.eventually(lambda: self.incoming() != [])
            self.nothing_comes()
            own = server.ask("/api/v1/uploads?is_owned=true&is_published=false", headers=self.login("ben"))
            self.assertEqual(own.json["data"], [])
            self.assertEqual(server.ask("/-/ready").status, 200)

    def test_who_waits_for_leave_to_send_gets_it(self):
        with Server(self.data) as server:
            host, port = server.origin.removeprefix("http://").split(":")
            body = poscar(1).encode()
            head = (f"POST /api/v1/uploads?file_name=POSCAR HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                    f"Authorization: {self.login('ben')['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n")
            with socket.create_connection((host, int(port)), timeout=30) as connection:
                # Twice on one connection: the first answer has ended when the second request comes.
                for _ in range(2):
                    connection.sendall(head.encode())
                    self.assertEqual(connection.recv(1000), b"HTTP/1.1 100 Continue\r\n\r\n")
                    connection.sendall(body)
                    answer = b""
                    while b'"upload_id"' not in answer or not answer.endswith(b"}"):
                        answer += connection.recv(65536)
                    self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer[:200])

    def test_more_than_a_body_may_have_is_streamed(self):
        with Server(self.data) as server:
            files = {"a/POSCAR": poscar(1), "noise.bin": os.urandom(24 << 20)}
            before = server.resident_bytes()
            upload = self.send(server, packed(files), "file_name=big.zip").json["upload_id"]
            self.assertLess(server.resident_bytes() - before, 24 << 20)
            self.assertEqual(self.wait(server, upload)["entries"], 1)

    def test_limits_hold(self):
        with Server(
            self.data, "--set", "limits.upload_bytes=100000", "--set", "limits.unpublished_uploads=1"
        ) as server:
            large = self.send(server, b"x" * 200_000, "file_name=x.bin")
            self.assertEqual((large.status, large.json["code"]), (413, "limits.upload_bytes"))
            self.nothing_comes()
            self.assertEqual(self.send(server, poscar(1).encode(), "file_name=POSCAR", "eve").status, 200)
            second = self.send(server, poscar(1).encode(), "file_name=POSCAR", "eve")
            self.assertEqual(second.status, 400)
            self.assertIn("Limit of unpublished uploads", second.json["detail"])

    def test_a_killed_server_is_no_loss(self):
        count = 1_500
        body = packed({f"{number}/POSCAR": poscar(number) for number in range(count)})
        with Server(self.data) as server:
            first = self.send(server, body, "upload_name=Many&file_name=many.zip&publish_directly=true").json["upload_id"]
            second = self.send(server, poscar(1).encode(), "file_name=POSCAR").json["upload_id"]
            time.sleep(0.7)
            state = server.ask(f"/api/v1/uploads/{first}", headers=self.login("ben")).json["data"]
            self.assertTrue(state["process_running"], state)
            # Nothing of it shows before all of it does.
            self.assertEqual((state["entries"], state["published"]), (0, False))
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
        self.assertEqual(self.incoming(), sorted([first, second]))
        with Server(self.data) as server:
            data = self.wait(server, first, seconds=180)
            self.assertEqual((data["process_status"], data["entries"], data["published"]), ("SUCCESS", count, True))
            self.assertEqual(self.wait(server, second)["entries"], 1)
            self.nothing_comes()
        self.assertEqual(command("verify", "--data", self.data).returncode, 0)

    def test_a_delete_ends_the_work(self):
        body = packed({f"{number}/POSCAR": poscar(number) for number in range(1_500)})
        with Server(self.data) as server:
            upload = self.send(server, body, "file_name=many.zip").json["upload_id"]
            time.sleep(0.7)
            gone = server.ask(f"/api/v1/uploads/{upload}", headers=self.login("ben"), method="DELETE")
            self.assertEqual(gone.status, 200, gone.body)
            self.assertEqual(server.ask(f"/api/v1/uploads/{upload}").status, 404)
            self.nothing_comes()
            other = self.send(server, poscar(1).encode(), "file_name=POSCAR").json["upload_id"]
            self.assertEqual(self.wait(server, other)["entries"], 1)
            self.assertFalse((pathlib.Path(self.data) / "uploads" / upload[:2] / upload).exists())


class UploadCommands(unittest.TestCase):
    def setUp(self):
        self.data = fixture_data()
        self.addCleanup(shutil.rmtree, self.data)

    def run_command(self, *arguments, code=0):
        done = command(*arguments, "--data", self.data)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def show(self, upload):
        return json.loads(self.run_command("upload", "show", upload, "--json").stdout)

    def test_uploads_are_listed_and_shown(self):
        listed = json.loads(self.run_command("upload", "list", "--json").stdout)
        self.assertEqual(
            [upload["upload_id"] for upload in listed], ["upl-lab", "upl-draft", "upl-sealed", "upl-open", "upl-idle"])
        own = self.run_command("upload", "list", "--author", "ada", "--unpublished").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in own], ["upl-draft", "upl-idle"])
        self.assertIn("upload_name: Lab collection", self.run_command("upload", "show", "upl-lab").stdout)
        self.assertIn("there is no upload none", self.run_command("upload", "show", "none", code=1).stderr)
        self.assertIn("nobody", self.run_command("upload", "list", "--author", "nobody", code=1).stderr)

    def test_an_upload_is_edited_shared_published_and_deleted(self):
        self.run_command("upload", "edit", "upl-draft", "--name", "New", "--description", "all of it")
        self.run_command("upload", "share", "upl-draft", "--coauthor", "eve", "--reviewer-group", "g-films")
        self.run_command("upload", "unshare", "upl-draft", "--coauthor", "ben", "--reviewer", "u-cyd")
        data = self.show("upl-draft")
        self.assertEqual(
            [data[key] for key in ("upload_name", "description", "coauthors", "reviewers", "reviewer_groups")],
            ["New", "all of it", ["u-eve"], [], ["g-films"]])
        self.assertIn(
            "nobody", self.run_command("upload", "share", "upl-draft", "--coauthor", "nobody", code=1).stderr)
        self.run_command("upload", "share", "upl-draft", code=64)
        self.run_command("upload", "publish", "upl-draft", "--embargo", "6")
        self.assertEqual(self.show("upl-draft")["embargo_length"], 6)
        self.run_command("upload", "publish", "upl-draft")
        self.run_command("upload", "lift-embargo", "upl-draft")
        self.assertIn("not embargoed", self.run_command("upload", "lift-embargo", "upl-draft", code=1).stderr)
        # Published in 2024, for twelve months.
        self.assertEqual(
            self.run_command("upload", "lift-embargo", "--expired").stdout, "everybody can read upl-sealed\n")
        self.assertEqual(self.run_command("upload", "lift-embargo", "--expired").stdout, "")
        self.run_command("upload", "lift-embargo", code=64)
        self.run_command("upload", "lift-embargo", "upl-sealed", "--expired", code=64)
        self.run_command("upload", "delete", "upl-draft")
        self.run_command("upload", "show", "upl-draft", code=1)
        self.run_command("verify")

    def test_datasets_are_made_and_changed(self):
        made = self.run_command("dataset", "create", "Mine", "ent-sample", "--owner", "ada").stdout.strip()
        self.run_command("dataset", "add", "Mine", "ent-measure")
        self.run_command("dataset", "remove", made, "ent-sample")
        shown = json.loads(self.run_command("dataset", "show", "Mine", "--json").stdout)
        self.assertEqual((shown["dataset_id"], shown["user_id"], shown["entries"]), (made, "u-ada", ["ent-measure"]))
        self.assertIn(made, self.run_command("dataset", "list").stdout)
        self.assertIn("ent-none", self.run_command("dataset", "add", made, "ent-none", code=1).stderr)
        self.assertIn("DOI", self.run_command("dataset", "delete", "ds-one", code=1).stderr)
        self.run_command("dataset", "delete", made)
        self.assertIn("no dataset", self.run_command("dataset", "show", made, code=1).stderr)
        self.assertIn("--owner", self.run_command("dataset", "create", "Nobody's", code=1).stderr)


if __name__ == "__main__":
    unittest.main()
