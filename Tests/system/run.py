"""Runs the tests of this folder. The last line is "N passed, N failed"; golden cases count one each."""
import pathlib
import re
import shutil
import subprocess
import sys
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


def main():
    passed = failed = 0
    try:
        passed, failed = golden_graph_cases()
    except Exception as error:
        print(f"golden cases: {error}")
        failed = 1
    folder = str(pathlib.Path(__file__).parent)
    first = run(unittest.defaultTestLoader.discover(folder))
    total, bad = first.testsRun, len(first.unexpectedSuccesses)
    again = sorted(set(names(first)))
    if again:
        # Servers, clients and browsers share the machine with whatever else it does. What fails twice has failed.
        print(f"\n== once more: {', '.join(again)}", flush=True)
        second = run(unittest.defaultTestLoader.loadTestsFromNames(again))
        bad += len(second.failures) + len(second.errors) + len(second.unexpectedSuccesses)
    passed, failed = passed + max(0, total - bad), failed + bad
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
