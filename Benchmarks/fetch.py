"""Downloading: our client beside NOMAD's Python client, from one server: 10,000 archives of 20 kB, three scalars of each.

  fetch.py PROGRAM [archives]            needs .venv-nomad (Scripts/python.sh nomad)
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv-nomad/bin/python"
TICK = os.sysconf("SC_CLK_TCK")
USER = "00000000-0000-0000-0000-00000000be9c"
REQUIRED = {
    "results": {
        "material": {"n_elements": "*", "chemical_formula_reduced": "*"}, "properties": {"n_calculations": "*"}}}
# The Python client asks for entries that have what it requires.
QUANTITIES = [
    "results", "results.material", "results.material.n_elements", "results.material.chemical_formula_reduced",
    "results.properties", "results.properties.n_calculations"]
PYTHON_CLIENT = """
import json, sys, time
from nomad.client.archive import ArchiveQuery
start = time.perf_counter()
query = ArchiveQuery(
    url=sys.argv[1], owner="public", required=json.loads(sys.argv[2]), results_max=int(sys.argv[3]), page_size=1000,
    batch_size=100, max_requests_per_second=1_000_000)
query.fetch()
archives = query.download(as_plain_dict=True)
print(json.dumps([len(archives), time.perf_counter() - start]))
"""


def bundle(count, path):
    """Entries with archives of some 20 kB, most of it numbers that nobody asks for."""
    with open(path, "w", encoding="utf-8") as file:
        users = [{"user_id": USER, "username": "bench", "first_name": "B", "last_name": "B", "email": "b@example.org"}]
        uploads = [{
            "upload_id": "bench-upload", "upload_name": "bench", "upload_create_time": "2024-01-01T12:00:00",
            "publish_time": "2024-02-01T00:00:00", "embargo_length": 0, "main_author": USER}]
        file.write(f'{{"users": {json.dumps(users)}, "uploads": {json.dumps(uploads)}, "entries": [\n')
        for number in range(count):
            name = f"bench-{number:06d}-xxxxxxxxxxxxxxxx"
            archive = {
                "metadata": {
                    "entry_id": name, "upload_id": "bench-upload", "entry_name": f"entry {number}", "quantities": QUANTITIES},
                "results": {
                    "material": {"n_elements": 2, "elements": ["O", "Ti"], "chemical_formula_reduced": "O2Ti"},
                    "properties": {"n_calculations": number % 100}},
                "run": [{"calculation": [{"eigenvalues": [{"energies": [number + index / 1009 for index in range(960)]}]}]}]}
            entry = {
                "entry_id": name, "upload_id": "bench-upload", "mainfile": f"{number}.out", "parser_name": "parsers/vasp",
                "entry_create_time": "2024-01-01T12:00:00", "process_status": "SUCCESS", "archive": archive}
            file.write((",\n" if number else "") + json.dumps(entry))
        file.write("\n]}\n")
        return os.path.getsize(path) / count


def measured(arguments, environment=None):
    """Wall seconds, processor seconds and MiB of peak memory of a process, and what it prints."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(arguments, stdout=output, env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        output.seek(0)
        text = output.read().decode()
    assert process.returncode == 0, (arguments, process.returncode)
    return {
        "wall_s": round(wall, 2), "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "memory_mib": round(usage.ru_maxrss / 1024)}, text


def processor(pid):
    """Seconds of processor time that the process has had."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-fetch-bench-"))
    server = None
    try:
        size = bundle(count, folder / "bundle.json")
        subprocess.run([program, "bundle", "load", folder / "bundle.json", "--data", folder / "data"], check=True,
                       stdout=subprocess.DEVNULL)
        (folder / "bundle.json").unlink()
        server = subprocess.Popen(
            [program, "serve", "--data", folder / "data", "--port", "0", "--set", "log.level=warning"],
            stdout=subprocess.PIPE, text=True)
        origin = "/".join(server.stdout.readline().split()[2].split("/")[:3])
        print(f"{count} archives of {size / 1000:.0f} kB, three scalars of each, batches of 100", flush=True)
        output = folder / "ours.jsonl"
        ours = [
            program, "fetch", "--url", origin, "--owner", "public", "--required", json.dumps(REQUIRED), "--rate", "0",
            "--batch-size", "100", "--page-size", "1000", "--quiet", "--output", output]
        measured(ours)
        output.unlink()
        before = processor(server.pid)
        mine, _ = measured(ours)
        mine["server_us_per_archive"] = round((processor(server.pid) - before) / count * 1e6, 1)
        assert output.read_bytes().count(b"\n") == count
        print(json.dumps({"client": "rutile fetch", **mine}), flush=True)
        before = processor(server.pid)
        theirs, said = measured(
            [PYTHON, "-W", "ignore", "-c", PYTHON_CLIENT, origin, json.dumps(REQUIRED), str(count)],
            {"NOMAD_CLIENT_URL": origin + "/api", "NOMAD_KEYCLOAK_SERVER_URL": origin})
        theirs["server_us_per_archive"] = round((processor(server.pid) - before) / count * 1e6, 1)
        got, alone = json.loads(said.splitlines()[-1])
        assert got == count, got
        theirs["wall_s_without_start"] = round(alone, 2)
        print(json.dumps({"client": "nomad-lab", **theirs}), flush=True)
        print(json.dumps({
            "less_time": round(theirs["wall_s"] / mine["wall_s"], 1),
            "less_time_without_start": round(alone / mine["wall_s"], 1),
            "less_memory": round(theirs["memory_mib"] / mine["memory_mib"], 1)}))
    finally:
        if server:
            server.terminate()
            server.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
