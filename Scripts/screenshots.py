"""Writes a picture of every page to docs/pictures, at both widths, in light and in dark: <page>-<width>-<scheme>.png.

    make screenshots              all pages
    make screenshots PAGES=entry  some of them

Servers over the demo crystals are started for it, on free ports of this machine; nothing else is asked for anything.
"""
import contextlib
import io
import json
import pathlib
import shutil
import sys
import tempfile
import time
import urllib.parse
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/system"))

from browser import NARROW, PASSWORD, WIDE, browser, check_clean, pages_over, wait  # noqa: E402
from rutile import Server, command  # noqa: E402
from test_gateway import FLAGS  # noqa: E402
from test_optimade import crystals, imported  # noqa: E402

PICTURES = ROOT / "docs/pictures"
KEEPER = "keeper"

GRAPH = {"search": {
    "m_request": {"query": {"query": {"results.material.elements": ["Ti", "O"]}}, "pagination": {"page_size": 3}},
    "*": {"entry": {"mainfile_path": "*", "archive": {"results": {"material": {
        "chemical_formula_reduced": "*", "symmetry": {"space_group_symbol": "*"}}}}}}}}


@contextlib.contextmanager
def served(folder, name):
    """A server over the crystals of `folder`, with an administrator."""
    data = imported(folder, name)
    try:
        done = command("user", "add", KEEPER, "--admin", "--data", data, input=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
        with Server(data, *FLAGS, "--set", "gateway.check_minutes=0") as server:
            yield server
    finally:
        shutil.rmtree(data)


def login(server):
    """A token of the administrator."""
    form = urllib.parse.urlencode({"grant_type": "password", "username": KEEPER, "password": PASSWORD}).encode()
    answer = server.ask("/api/v1/auth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
    return answer.json["access_token"]


def sent(server, token, name, files):
    """The id of a new upload of the files, when it was processed."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        for path, content in files.items():
            file.writestr(path, content)
    query = urllib.parse.urlencode({"upload_name": name, "file_name": "files.zip"})
    who = {"Authorization": f"Bearer {token}"}
    upload = server.ask(
        f"/api/v1/uploads?{query}", body.getvalue(), {**who, "Content-Type": "application/zip"}).json["upload_id"]
    while server.ask(f"/api/v1/uploads/{upload}", headers=who).json["data"]["process_running"]:
        time.sleep(0.1)
    return upload


def entry_of(server, mainfile):
    """The id of the entry of a file."""
    body = {"query": {"mainfile": mainfile}, "required": {"include": ["entry_id"]}}
    return server.ask("/api/v1/entries/query", body).json["data"][0]["entry_id"]


def views(server, token):
    """What is looked at: the name of each picture, the address, and an element that is there when the page is ready."""
    folder = pathlib.Path(crystals())
    files = {path.name: path.read_bytes() for path in sorted((folder / "titanates").glob("*.cif"))}
    upload = sent(server, token, "Titanates", {**files, "broken.cif": b"data_x\n_cell_length_a 1\nloop_\n"})
    published = sent(server, token, "Clays", {path.name: path.read_bytes() for path in (folder / "clays").glob("*.cif")})
    who = {"Authorization": f"Bearer {token}"}
    server.ask(f"/api/v1/uploads/{published}/action/publish?embargo_length=6", headers=who, method="POST")
    zeolite = next((folder / "zeolites").glob("*.cif"))
    sent(server, token, "Zeolites", {zeolite.name: zeolite.read_bytes()})
    quartz = entry_of(server, "oxides/SiO2-Quartz-alpha.cif")

    def address(page, **query):
        return page + ("?" + urllib.parse.urlencode(query) if query else "")

    return {
        "start": (address(""), ".facts dd"),
        "explore": (address("explore", filter='elements HAS "Ti" AND elements HAS "O"'), ".table td"),
        "entry": (address("entry", id=quartz), "canvas, figure svg, main img"),
        "graph": (address("graph", request=json.dumps(GRAPH)), "main textarea, main [contenteditable]"),
        "federated": (
            address("federated", databases="oxides,halides,asleep", filter="nelements=2", sort="nsites"),
            ".merged[aria-busy=false] td"),
        "my-data": (address("my-data"), ".table td"),
        "upload": (address("my-data", upload=upload), ".table td"),
        "reference": (address("reference", route="POST /api/v1/entries/query"), ".route"),
        "status": (address("status", every=1), ".facts-row"),
    }


def prepare(driver, name):
    """What is done on a page before its picture is taken."""
    if name == "graph":
        button = next((item for item in driver.find_elements("css selector", "main button") if item.text.startswith("Run")), None)
        if button:
            button.click()
    if name == "reference":
        button = driver.find_element("css selector", ".trial button.primary")
        driver.execute_script("arguments[0].click()", button)
        wait(driver, lambda it: it.find_elements("css selector", ".answer .outcome"))
    if name == "status":
        time.sleep(8)


def pictures(base, token, chosen):
    """Takes the pictures of the chosen views."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size in (WIDE, NARROW):
        for scheme in ("light", "dark"):
            with browser(size, scheme) as driver:
                driver.get(base)
                driver.execute_script("sessionStorage.setItem('rutile-token', arguments[0])", token)
                for name, (address, ready) in chosen.items():
                    driver.get(base + address)
                    wait(driver, lambda it: any(item.is_displayed() for item in it.find_elements("css selector", ready)), 30, name)
                    prepare(driver, name)
                    wait(driver, lambda it: not any(item.is_displayed() for item in it.find_elements("css selector", ".busy")), 30)
                    # Pictures, drawings and fonts are there a moment later.
                    time.sleep(0.7)
                    check_clean(driver)
                    file = PICTURES / f"{name}-{size[0]}-{scheme}.png"
                    driver.save_screenshot(str(file))
                    print(file.relative_to(ROOT), flush=True)


def main(names):
    folder = crystals()
    with served(folder, "Avogadro crystals") as server, served(f"{folder}/oxides", "Oxides") as oxides, \
            served(f"{folder}/halides", "Halides") as halides, pages_over(server) as base:
        token = login(server)
        who = {"Authorization": f"Bearer {token}"}
        # One that nobody is behind: a page has to say so.
        asleep = "http://127.0.0.1:9/optimade"
        for name, address in (
                ("oxides", f"{oxides.origin}/optimade"), ("halides", f"{halides.origin}/optimade"), ("asleep", asleep)):
            answer = server.ask(
                "/gateway/v1/databases", {"id": name, "name": name.capitalize(), "base_url": address}, who)
            assert answer.status == 200, answer.body
        all_views = views(server, token)
        unknown = [name for name in names if name not in all_views]
        if unknown:
            sys.exit(f"there is no page {', '.join(unknown)}: {', '.join(all_views)}")
        pictures(base, token, {name: view for name, view in all_views.items() if not names or name in names})


if __name__ == "__main__":
    main(sys.argv[1:])
