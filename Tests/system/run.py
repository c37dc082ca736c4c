"""Runs the tests of this folder. The last line is "N passed, N failed"; golden cases count one each.

    python run.py                   all
    python run.py MODULE REPORT     one module; the file REPORT says how it went

Much of a test is waiting: for a deadline, for a browser. So two modules run at once, each in a process of its own.
"""
import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from rutile import ROOT, SHARED, PROGRAM, Server, fixture_data

GRAPH = SHARED / "cases/graph"


def golden_graph_cases():
    """Replays the recorded graph requests over HTTP: how many agreed, how many did not."""
    names = [file.stem for file in (GRAPH / "cases").glob("*.json")]
    data = fixture_data()
    try:
        with Server(
            data, "--set", "visibility.user_email=public", "--set", "visibility.embargoed_metadata=public"
        ) as server:
            done = subprocess.run(
                [sys.executable, GRAPH / "run_cases.py", server.address, "--d10",
                 "--token-command", f"'{PROGRAM}' token issue --data '{data}' --user {{user}}",
                 "--different", ROOT / "Tests/RutileGraphTests/Golden-differences.txt"],
                capture_output=True, text=True, timeout=600)
        print(done.stdout + done.stderr, end="")
        counts = re.search(r"(\d+) agree, (\d+) differ on purpose, (\d+) differ", done.stdout)
        if not counts:
            return 0, len(names)
        agree, on_purpose, differ = map(int, counts.groups())
        return agree + on_purpose, differ + (len(names) - agree - on_purpose - differ)
    finally:
        shutil.rmtree(data)


def names(result):
    """What has to be tried again: the failed tests, and the classes that could not be set up."""
    for case, _ in result.failures + result.errors:
        name = getattr(case, "test_case", case).id()  # of a subtest: the test that it is part of
        # "setUpClass (module.Class)" is what unittest calls it when a class has no tests because of that.
        holder = re.fullmatch(r"setUp(?:Class|Module) \((.+)\)", name)
        yield holder[1] if holder else name


def run(suite):
    return unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)


def run_module(module, report):
    """Runs the tests of one module, and writes to the file `report` how it went."""
    result = run(unittest.defaultTestLoader.loadTestsFromName(module))
    outcome = {"run": result.testsRun, "bad": len(result.unexpectedSuccesses), "again": sorted(set(names(result)))}
    pathlib.Path(report).write_text(json.dumps(outcome), encoding="utf-8")


def outcome(module):
    """How the tests of one module went, in a process of their own. Where it ends early, all of them are tried again."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        process = subprocess.Popen(
            [sys.executable, "-u", __file__, module, report], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace")
        for line in process.stdout:
            print(line, end="", flush=True)
        process.wait()
        print(f"== {module}: {time.monotonic() - start:.0f} s", flush=True)
        if not report.exists():
            return {"run": 0, "bad": 0, "again": [module]}
        return json.loads(report.read_text(encoding="utf-8"))


def main():
    passed = failed = 0
    try:
        passed, failed = golden_graph_cases()
    except Exception as error:
        print(f"golden cases: {error}")
        failed = 1
    # Those with most to do come first, so that none of them is left to run alone at the end.
    files = sorted(pathlib.Path(__file__).parent.glob("test_*.py"), key=lambda file: -file.stat().st_size)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(outcome, [file.stem for file in files]))
    total, bad = sum(each["run"] for each in outcomes), sum(each["bad"] for each in outcomes)
    again = sorted(name for each in outcomes for name in each["again"])
    if again:
        # Servers, clients and browsers share the machine with whatever else it does. What fails twice has failed.
        print(f"\n== once more: {', '.join(again)}", flush=True)
        second = run(unittest.defaultTestLoader.loadTestsFromNames(again))
        bad += len(second.failures) + len(second.errors) + len(second.unexpectedSuccesses)
    passed, failed = passed + max(0, total - bad), failed + bad
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        run_module(*sys.argv[1:])
    else:
        main()
