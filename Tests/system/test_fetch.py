"""`rutile fetch` against a server that fails as NOMAD does, and killed at random moments."""
import csv
import io
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from nomad_stub import Stub, entry_id
from rutile import PROGRAM, command, on_terminal

SEED = int(os.environ.get("RUTILE_SEED", "0")) or random.randrange(1 << 30)


def fetch(stub, *arguments, **options):
    return command("fetch", "--url", stub.address, "--rate", "0", *arguments, **options)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


class Fetch(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-test-"))
        self.output = self.folder / "out.jsonl"
        self.addCleanup(shutil.rmtree, self.folder)

    def left(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_archives_are_lines_in_the_order_of_the_list(self):
        with Stub(25) as stub:
            done = fetch(stub, "--page-size", 10, "--query", '{"n": 1}', "--required", '{"results": "*"}', "--owner", "public")
            self.assertEqual(done.returncode, 0, done.stderr)
            found = lines(done.stdout)
            self.assertEqual([line["entry_id"] for line in found], [entry_id(number) for number in range(25)])
            self.assertEqual(found[3]["upload_id"], "upload-0")
            self.assertEqual(found[3]["archive"], stub.archive(entry_id(3))["archive"])
            path, body = stub.requests[0]
            self.assertEqual((body["owner"], body["query"]), ("public", {"n": 1}))
            self.assertEqual(next(body for path, body in stub.requests if "archive" in path)["required"], {"results": "*"})

    def test_a_server_that_fails_as_NOMAD_does_gives_every_archive_once(self):
        faults = [503, None, 500, 500, None, "cut", None, "fewer", "shuffled", None, 429, None, 504, None]
        with Stub(60, fault=lambda number, path, body: faults[number % len(faults)] if number > 1 else None) as stub:
            done = fetch(stub, "--batch-size", 10, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([line["entry_id"] for line in lines(done.stdout)], [entry_id(number) for number in range(60)])
        self.assertIn("again in", done.stderr)

    def test_what_cannot_be_had_is_listed_and_tried_again(self):
        bare = {entry_id(7)}
        with Stub(20, bare=bare) as stub:
            done = fetch(stub, "--output", self.output)
            self.assertEqual(done.returncode, 3)
            self.assertIn(entry_id(7), done.stderr)
            self.assertIn("--resume", done.stderr)
            self.assertEqual(len(lines(self.output.read_text())), 19)
            stub.bare.clear()
            done = fetch(stub, "--output", self.output, "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        ids = [line["entry_id"] for line in lines(self.output.read_text())]
        self.assertEqual(sorted(ids), [entry_id(number) for number in range(20)])
        self.assertEqual(self.left(), ["out.jsonl"])

    def test_a_download_that_is_killed_again_and_again_is_as_an_undisturbed_one(self):
        count, wanted = 3_000, 20
        chance = random.Random(SEED)
        undisturbed = self.folder / "undisturbed.jsonl"
        with Stub(count) as stub:
            self.assertEqual(fetch(stub, "--output", undisturbed).returncode, 0)
        arguments = ["--rate", "0", "--batch-size", "10", "--page-size", "100", "--concurrency", "2", "--quiet"]
        kills = 0
        with Stub(count, latency=0.06) as stub:
            begun = [PROGRAM, "fetch", "--url", stub.address, "--output", str(self.output), *arguments, "--resume"]
            while kills < wanted:
                process = subprocess.Popen(begun, stderr=subprocess.PIPE, text=True)
                time.sleep(chance.uniform(0.02, 0.6))
                self.assertIsNone(process.poll(), f"it ended before it was killed {wanted} times, seed {SEED}")
                process.send_signal(signal.SIGKILL)
                process.communicate()
                kills += 1
            stub.latency = 0
            done = subprocess.run(begun, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.output.read_bytes(), undisturbed.read_bytes(), f"seed {SEED}")
        self.assertEqual(self.left(), ["out.jsonl", "undisturbed.jsonl"])

    def test_a_run_that_is_killed_while_the_file_is_written_leaves_nothing_in_the_way(self):
        for form in ("archive", "csv"):
            output = self.folder / f"out.{form}"
            arguments = ["--format", form, "--output", output, "--quiet"]
            with Stub(3_000, size=2_000) as stub:
                process = subprocess.Popen(
                    [PROGRAM, "fetch", "--url", stub.address, "--rate", "0", *map(str, arguments)], stderr=subprocess.PIPE)
                while process.poll() is None:
                    if any(name.endswith(".tmp") for name in self.left()):
                        process.kill()
                process.communicate()
                self.assertEqual(process.returncode, -signal.SIGKILL, "it was not seen writing")
                self.assertEqual(self.left(), [f"out.{form}{end}" for end in (".partial", ".state", ".tmp")])
                done = fetch(stub, *arguments, "--resume")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.left(), [output.name])
            output.unlink()

    def test_a_file_with_the_name_of_an_unfinished_one_is_kept(self):
        other = self.folder / "out.jsonl.tmp"
        other.write_text("mine")
        with Stub(3) as stub:
            done = fetch(stub, "--output", self.output)
        self.assertEqual(done.returncode, 2)
        self.assertIn("out.jsonl.tmp", done.stderr)
        self.assertEqual(other.read_text(), "mine")

    def test_an_archive_that_is_no_JSON_fails_alone_and_at_once(self):
        with Stub(20) as stub:
            original = stub.archive
            def archive(name):
                return {**original(name), "archive": {"x": float("nan")}} if name == entry_id(7) else original(name)
            stub.archive = archive
            done = fetch(stub, "--output", self.output)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertNotIn("again in", done.stderr)
            self.assertIn(f"{entry_id(7)}: {stub.address}/api/v1/entries/archive/query", done.stderr)
            self.assertIn("NaN", done.stderr)
            self.assertEqual(
                [line["entry_id"] for line in lines(self.output.read_text())],
                [entry_id(number) for number in range(20) if number != 7])
            stub.archive = original
            self.assertEqual(fetch(stub, "--output", self.output, "--resume").returncode, 0)

    def test_what_is_no_JSON_is_not_asked_for_again(self):
        with Stub(20, fault=lambda *_: "html") as stub:
            for arguments in (["--count"], ["--output", self.output]):
                done = fetch(stub, *arguments)
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"{stub.address}/api/v1/entries/query answered with something that is no JSON", done.stderr)
                self.assertIn("(text/html), which begins “<html>login</html>”", done.stderr)
            self.assertEqual(len(stub.requests), 2)
        self.assertEqual(self.left(), [])

    def test_pages_that_repeat_give_each_archive_once_and_an_error(self):
        with Stub(23, fault=lambda number, *_: "first") as stub:
            done = fetch(stub, "--page-size", 5)
        self.assertEqual(done.returncode, 1)
        self.assertEqual([line["entry_id"] for line in lines(done.stdout)], [entry_id(number) for number in range(5)])
        self.assertIn(f"“{entry_id(0)}” comes after “{entry_id(4)}”", done.stderr)

    def test_entries_that_are_on_no_page_are_told(self):
        with Stub(23, fault=lambda number, *_: "lost" if number else None) as stub:
            for arguments in ([], ["--resume"]):
                done = fetch(stub, "--page-size", 5, "--output", self.output, *arguments)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertEqual(len(lines(self.output.read_text())), 5)
                self.assertIn("23 entries match, but 18 of them are on none of its pages", done.stderr)

    def test_values_may_begin_with_a_dash(self):
        with Stub(3) as stub:
            self.assertEqual(fetch(stub, "--after", "-6reGxSehf3kpfqC0WL8FKnNWk60", "--dry-run").returncode, 0)
        for option in ("--rate", "--results-max"):
            done = command("fetch", option, "-1")
            self.assertEqual(done.returncode, 64)
            self.assertIn(f"{option} must not be negative", done.stderr)
        for words in (["raw"], ["dataset", "delete"], ["dataset", "add", "Mine"], ["token", "issue", "--user"]):
            # Which complaint the parser has depends on the letter.
            for id in ("-6reGxSehf3kpfqC0WL8FKnNWk60", "-0T3dKCj_CL3wq3YOaWQuRyjoRD-"):
                done = command(*words, id)
                self.assertEqual(done.returncode, 64)
                self.assertIn(f"“{id}” is read as options: write -- before it", done.stderr)
                self.assertEqual(done.stdout, "")
        self.assertEqual(command("raw", "-h").returncode, 0)
        done = command("raw", "--url", "http://127.0.0.1:9", "--", "-6reGxSehf3kpfqC0WL8FKnNWk60")
        self.assertEqual(done.returncode, 1)

    def test_a_server_that_goes_away_leaves_what_was_downloaded(self):
        gone = []
        with Stub(200, fault=lambda number, path, body: 400 if gone and path.endswith("archive/query") else None) as stub:
            original = stub.archives
            def archives(body, fault):
                if len(stub.requests) > 8:
                    gone.append(True)
                return original(body, fault)
            stub.archives = archives
            done = fetch(stub, "--output", self.output, "--batch-size", 10, "--concurrency", 1)
            self.assertIn(done.returncode, (1, 3), done.stderr)
            self.assertIn("--resume", done.stderr)
            gone.clear()
            stub.archives = original
            done = fetch(stub, "--output", self.output, "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        ids = [line["entry_id"] for line in lines(self.output.read_text())]
        self.assertEqual(sorted(ids), [entry_id(number) for number in range(200)])

    def test_nothing_of_an_earlier_run_is_overwritten_or_mixed(self):
        with Stub(30) as stub:
            (self.folder / "out.jsonl.partial").write_text("{}\n")
            done = fetch(stub, "--output", self.output)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--resume", done.stderr)
            (self.folder / "out.jsonl.partial").unlink()
            stub.bare.add(entry_id(3))
            self.assertEqual(fetch(stub, "--output", self.output).returncode, 3)
            done = fetch(stub, "--output", self.output, "--resume", "--required", '{"run": "*"}')
            self.assertEqual(done.returncode, 2)
            self.assertIn("required", done.stderr)

    def test_a_file_that_nobody_says_what_it_is_of_is_kept(self):
        self.output.write_text('{"unrelated":1}\n')
        with Stub(30) as stub:
            done = fetch(stub, "--output", self.output, "--resume")
            self.assertEqual(done.returncode, 2)
            self.assertIn("nothing that --resume could go on with", done.stderr)
            self.assertFalse(stub.requests)
            self.assertEqual(self.output.read_text(), '{"unrelated":1}\n')
            self.assertEqual(fetch(stub, "--output", self.output).returncode, 0)
        self.assertEqual(len(lines(self.output.read_text())), 30)
        self.assertEqual(self.left(), ["out.jsonl"])

    def test_a_complete_download_is_not_repeated(self):
        state = self.folder / "out.jsonl.state"
        with Stub(30, bare={entry_id(3)}) as stub:
            self.assertEqual(fetch(stub, "--output", self.output).returncode, 3)
            # As if it had been killed between its last two steps.
            state.write_text(json.dumps({**json.loads(state.read_text()), "complete": True}))
            (self.folder / "out.jsonl.partial").unlink()
            before = len(stub.requests)
            done = fetch(stub, "--output", self.output, "--resume")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("is complete", done.stderr)
            self.assertEqual(len(stub.requests), before)
        self.assertEqual(self.left(), ["out.jsonl"])

    def test_other_formats_hold_the_same(self):
        with Stub(12) as stub:
            expected = [stub.archive(entry_id(number)) for number in range(12)]
            done = fetch(stub, "--format", "json")
            self.assertEqual([line["archive"] for line in json.loads(done.stdout)], [one["archive"] for one in expected])
            done = fetch(stub, "--format", "csv")
            rows = list(csv.DictReader(io.StringIO(done.stdout)))
            self.assertEqual(len(rows), 12)
            self.assertEqual(rows[4]["entry_id"], entry_id(4))
            self.assertEqual(float(rows[4]["run.0.energy"]), 4 * 1.5e-19)
            self.assertEqual(rows[4]["results.material.name"], 'a "4", b')
            self.assertEqual(rows[4]["results.material.elements"], '["O","Ti"]')
            packed = self.folder / "out.msg"
            self.assertEqual(fetch(stub, "--format", "archive", "--output", packed).returncode, 0)
            done = command("archive", "cat", packed, entry_id(5))
            self.assertEqual(json.loads(done.stdout), expected[5]["archive"])
        self.assertEqual(self.left(), ["out.msg"])

    def test_progress_shows_no_rate_in_the_first_second(self):
        with Stub(30, latency=0.3) as stub:
            status, shown = on_terminal(
                "fetch", "--url", stub.address, "--rate", "0", "--batch-size", "5", "--concurrency", "1")
            self.assertEqual(status, 0)
        frames = [frame for frame in shown.split("\r\x1b[K") if "archives" in frame and "[" in frame]
        self.assertTrue(frames[0].endswith("1 of 30 archives"), frames)
        self.assertRegex(frames[-1], r" of 30 archives, \d+ per second, \d+ s left")

    def test_counts_and_plans_download_nothing(self):
        with Stub(42) as stub:
            self.assertEqual(fetch(stub, "--count").stdout, "42\n")
            done = fetch(stub, "--dry-run", "--results-max", 10, "--required", "{}")
            self.assertIn("42 entries match, 10 would be downloaded", done.stdout)
            self.assertIn('required: "*"', done.stdout)
            self.assertFalse([path for path, _ in stub.requests if "archive" in path])

    def test_only_files_are_replaced(self):
        pipe, folder = self.folder / "pipe", self.folder / "folder"
        os.mkfifo(pipe)
        folder.mkdir()
        with Stub(3) as stub:
            for place in (pipe, folder):
                done = fetch(stub, "--output", place)
                self.assertEqual(done.returncode, 2)
                self.assertIn("is no file", done.stderr)
            self.assertEqual(fetch(stub, "--output", "").returncode, 64)
            self.assertFalse(stub.requests)
            self.assertTrue(pipe.is_fifo())
            link = self.folder / "link"
            link.symlink_to("out.jsonl")
            self.output.write_text("old")
            self.assertEqual(fetch(stub, "--output", link).returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertEqual(len(lines(self.output.read_text())), 3)
        self.assertEqual(self.left(), ["folder", "link", "out.jsonl", "pipe"])

    def test_two_downloads_do_not_write_one_file(self):
        with Stub(400, latency=0.2) as stub:
            first = subprocess.Popen(
                [PROGRAM, "fetch", "--url", stub.address, "--rate", "0", "--batch-size", "10", "--concurrency", "1",
                 "--output", self.output, "--quiet"], stderr=subprocess.PIPE, text=True)
            state = self.folder / "out.jsonl.state"
            for _ in range(100):
                if state.exists():
                    break
                time.sleep(0.05)
            done = fetch(stub, "--output", self.output, "--resume")
            self.assertEqual(done.returncode, 1)
            self.assertIn("another process", done.stderr)
            stub.latency = 0
            self.assertEqual(first.communicate(timeout=60)[1], "")
        self.assertEqual(first.returncode, 0)
        self.assertEqual(
            [line["entry_id"] for line in lines(self.output.read_text())], [entry_id(number) for number in range(400)])

    def test_a_full_disk_is_told_and_the_download_goes_on_later(self):
        with Stub(200, size=1_000) as stub:
            done = subprocess.run(
                ["bash", "-c", 'ulimit -f 40; exec "$@"', "bash", PROGRAM, "fetch", "--url", stub.address, "--rate", "0",
                 "--output", str(self.output), "--quiet"], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn("File too large", done.stderr)
            self.assertIn("--resume", done.stderr)
            self.assertEqual(fetch(stub, "--output", self.output, "--resume").returncode, 0)
        self.assertEqual(
            [line["entry_id"] for line in lines(self.output.read_text())], [entry_id(number) for number in range(200)])
        self.assertEqual(self.left(), ["out.jsonl"])

    def test_a_damaged_state_is_refused(self):
        state, partial = self.folder / "out.jsonl.state", self.folder / "out.jsonl.partial"
        with Stub(30, bare={entry_id(3)}) as stub:
            self.assertEqual(fetch(stub, "--output", self.output).returncode, 3)
            good = json.loads(state.read_text())
            for change in (
                {"bytes": -1}, {"count": -1}, {"count": 2**63 - 1}, {"open": {**good["open"], "listed": -(2**63)}},
                {"open": {**good["open"], "uploads": [["u", -5]]}}, {"open": []},
            ):
                state.write_text(json.dumps({**good, **change}))
                done = fetch(stub, "--output", self.output, "--resume")
                self.assertEqual(done.returncode, 2, change)
                self.assertIn("cannot be read", done.stderr)
            state.write_text("{")
            self.assertEqual(fetch(stub, "--output", self.output, "--resume").returncode, 2)
            state.write_text(json.dumps({**good, "complete": True}))
            partial.unlink()
            self.output.unlink()
            done = fetch(stub, "--output", self.output, "--resume")
            self.assertEqual(done.returncode, 2)
            self.assertIn("gone", done.stderr)

    def test_directives_need_no_quotes(self):
        for given in ("*", '"*"', "{}", "include-resolved"):
            with Stub(1) as stub:
                self.assertEqual(fetch(stub, "--required", given).returncode, 0)
                sent = next(body["required"] for path, body in stub.requests if "archive" in path)
                self.assertEqual(sent, "include-resolved" if given == "include-resolved" else "*")

    def test_results_max_and_after_choose_a_part(self):
        with Stub(42) as stub:
            done = fetch(stub, "--results-max", 5, "--after", entry_id(9))
            self.assertEqual([line["entry_id"] for line in lines(done.stdout)], [entry_id(n) for n in range(10, 15)])

    def test_the_password_comes_from_the_environment_or_standard_input(self):
        with Stub(3, token="token-of-alice") as stub:
            done = fetch(stub, "--username", "alice", environment={"RUTILE_PASSWORD": "secret"})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(lines(done.stdout)), 3)
            done = fetch(stub, "--username", "alice", input="secret\n")
            self.assertEqual(done.returncode, 0, done.stderr)
            done = fetch(stub, "--username", "alice", input="wrong\n")
            self.assertEqual(done.returncode, 1)
            self.assertIn("password", done.stderr)
            self.assertEqual(fetch(stub, "--token", "token-of-alice").returncode, 0)
            self.assertEqual(fetch(stub, environment={"RUTILE_TOKEN": "token-of-alice"}).returncode, 0)
            done = fetch(stub)
            self.assertEqual(done.returncode, 1)
            self.assertIn("login", done.stderr)

    def test_errors_say_what_to_do(self):
        done = command("fetch", "--url", "http://127.0.0.1:9")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Is the server running", done.stderr)
        self.assertEqual(command("fetch", "--url", "nomad").returncode, 2)
        done = command("fetch", "--query", '{"a": }')
        self.assertEqual(done.returncode, 2)
        self.assertIn("--query", done.stderr)
        self.assertIn("column 7", done.stderr)
        self.assertEqual(command("fetch", "--page-size", "0").returncode, 64)
        with Stub(3, fault=lambda *_: 422) as stub:
            self.assertEqual(fetch(stub).returncode, 2)

    def test_the_address_may_come_from_the_environment(self):
        with Stub(3) as stub:
            done = command("fetch", "--count", environment={"RUTILE_URL": stub.address + "/api"})
            self.assertEqual(done.stdout, "3\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
