"""The import as a process: what it prints, what hostile files do to it, and what a kill leaves."""
import json
import os
import pathlib
import random
import shlex
import shutil
import subprocess
import tempfile
import time
import unittest
import zipfile

import rutile
from rutile import command

CRYSTALS = pathlib.Path(os.environ.get("RUTILE_CRYSTALS", "/usr/share/avogadro2/crystals"))
KILLS = int(os.environ.get("RUTILE_KILLS", "10"))
ENTRIES = 2_000


def saved(data):
    """Everything that a data directory holds, times aside; nothing where it has no records yet."""
    if not pathlib.Path(data, "rutile.sqlite").exists():
        return None
    done = command("bundle", "save", "-", "--data", data)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    bundle = json.loads(done.stdout)
    return without_times(bundle) if bundle.get("uploads") else None


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items()
                if not key.endswith("_time") and key != "created"}
    return [without_times(item) for item in value] if isinstance(value, list) else value


class Importing(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-import-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = self.folder / "data"
        self.source = self.folder / "things"
        self.source.mkdir()

    def load(self, *arguments, **named):
        return command("import", self.source, "--data", self.data, *arguments, **named)

    def test_the_real_crystals_are_imported(self):
        self.assertTrue(CRYSTALS.is_dir(), f"{CRYSTALS} is missing: install libavogadro-data or set RUTILE_CRYSTALS")
        start = time.monotonic()
        done = command("import", CRYSTALS, "--data", self.data, "--json", "--publish", timeout=600)
        seconds = time.monotonic() - start
        self.assertEqual(done.returncode, 3, done.stderr)
        report = json.loads(done.stdout)["uploads"][0]
        print(f"{report['entries']['added']} crystals in {seconds:.1f} s; skipped:")
        for file in report["skipped"]:
            print(f"  {file['path']}: {file['reason']}")
        self.assertGreaterEqual(report["entries"]["added"], 500)
        self.assertTrue(report["published"])
        self.assertEqual(command("verify", "--data", self.data, "--deep").returncode, 0)
        again = json.loads(command("import", CRYSTALS, "--data", self.data, "--json").stdout)["uploads"][0]
        self.assertEqual(again["result"], "unchanged")

    def test_text_says_what_was_done_and_how_to_publish(self):
        (self.source / "a.archive.json").write_text('{"data": {"x": 1}}')
        done = self.load()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("1 file, entries: 1 added.", done.stdout)
        publish = done.stdout.splitlines()[-1].split()
        self.assertEqual(publish[:3], ["rutile", "upload", "publish"])
        self.assertIn("is published", command(*publish[1:], "--data", self.data).stdout)
        self.assertIn("is published already", command(*publish[1:], "--data", self.data).stdout)
        self.assertIn("there is no upload nope", command("upload", "publish", "nope", "--data", self.data).stderr)
        done = self.load("--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_bad_files_cost_themselves_only(self):
        (self.source / "good.archive.yaml").write_text("data: {x: 1}\n")
        (self.source / "deep.archive.yaml").write_text("a: " + "[" * 300_000)
        (self.source / "bad.archive.json").write_text('{\n"a" 1}')
        (self.source / "nan.cif").write_text("data_x\n_cell_length_a nan\n")
        (self.source / "POSCAR").write_text("x\n1\n")
        done = self.load()
        self.assertEqual(done.returncode, 3)
        self.assertIn("entries: 1 added", done.stdout)
        for text in ("skipped bad.archive.json, line 2: ", "skipped deep.archive.yaml", "skipped nan.cif, line 2: ",
                     "skipped POSCAR, line 3: the file ends before lattice vector a"):
            self.assertIn(text, done.stderr)
        done = self.load("--strict", "--upload-name", "other")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Nothing was imported", done.stderr)
        self.assertEqual(len(saved(self.data)["uploads"]), 1)

    def test_zip_and_tar_files_are_unpacked(self):
        (self.source / "in").mkdir()
        (self.source / "in/a.archive.json").write_text('{"data": {"x": 1}}')
        for form in ("zip", "gztar"):
            packed = shutil.make_archive(str(self.folder / f"packed-{form}"), form, self.source)
            done = command("import", packed, "--data", self.data, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["uploads"][0]["entries"]["added"], 1)
            done = command("import", packed, "--data", self.data, "--json")
            self.assertEqual(json.loads(done.stdout)["uploads"][0]["result"], "unchanged")
        self.assertEqual(command("verify", "--data", self.data).stdout.splitlines()[-1], "clean")

    def test_what_does_not_exist_is_named(self):
        done = command("import", self.folder / "none", "--data", self.data)
        self.assertEqual(done.returncode, 1)
        self.assertIn("none: no such file or folder", done.stderr)
        done = self.load("--author", "nobody")
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no user 'nobody'", done.stderr)


class TellingPeople(unittest.TestCase):
    """What commands say of odd files, names and flags."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-import-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = self.folder / "data"

    def write(self, path, text=b"{}"):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
        return path

    def test_names_that_say_nothing_or_twice_are_wrong_use(self):
        path = self.write("x.archive.json")
        for flags in (["--upload-name", ""], ["--upload", "u", "--upload-name", "n"]):
            done = command("import", path, "--data", self.data, *flags)
            self.assertEqual(done.returncode, 64, done.stderr)
        self.assertFalse(self.data.exists())

    def test_a_damaged_file_keeps_no_other_out(self):
        self.write("good/x.archive.json")
        bad = self.write("bad.zip", b"no zip")
        for flags in ([], ["--json"]):
            done = command("import", bad, self.folder / "good", "--data", self.data, *flags)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("bad.zip", done.stdout if flags else done.stderr)
            self.assertIn("good", done.stdout)
        self.assertEqual(command("import", bad, "--data", self.data).returncode, 1)

    def test_a_path_may_have_a_line_feed(self):
        path = self.folder / "a\nb" / "x.zip"
        path.parent.mkdir()
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("x.archive.json", "{}")
        done = command("import", path, "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 added", done.stdout)

    def test_names_do_not_command_the_terminal(self):
        self.write("in/a\x1b[31m.txt")
        self.write("in/b.txt")
        done = command("import", self.folder / "in", "--data", self.data)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("skipped a\\u{1b}[31m.txt", done.stderr)
        self.assertNotIn("\x1b", done.stderr + done.stdout)

    def test_the_hint_how_to_publish_works_as_printed(self):
        self.data = self.folder / "the data"
        done = command("import", self.write("x.archive.json"), "--data", self.data)
        words = shlex.split(done.stdout.splitlines()[-1])
        self.assertEqual(words[:3], ["rutile", "upload", "publish"])
        done = command(*words[1:])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is published", done.stdout)

    def test_an_empty_archive_file_is_named_by_its_own_path_only(self):
        self.write("in/x.msg", b"")
        done = command("import", self.folder / "in", "--data", self.data)
        self.assertIn("skipped x.msg: the file is empty", done.stderr)
        self.assertNotIn(str(self.data), done.stderr)

    def test_a_converted_archive_replaces_no_file_unasked(self):
        source = rutile.SHARED / "cases/archive/samples/v1_short_ids.msg"
        copy = self.write("in.msg", source.read_bytes())
        out = self.folder / "out.msg"
        self.assertEqual(command("archive", "convert", copy, out).returncode, 0)
        written = out.read_bytes()
        os.link(copy, self.folder / "link.msg")
        for target, flags, reason in (
                (out, [], "it exists already"), (copy, ["--replace"], "it is the file that is read"),
                (self.folder / "link.msg", ["--replace"], "it is the file that is read"),
                ("/dev/null", ["--replace"], "it is no file"), (self.folder, [], "it is no file")):
            done = command("archive", "convert", copy, target, *flags)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(reason, done.stderr)
        self.assertEqual((out.read_bytes(), copy.read_bytes()), (written, source.read_bytes()))
        self.assertEqual(command("archive", "convert", out, copy, "--replace").returncode, 0)

    def test_what_gives_no_entries_makes_no_upload(self):
        (self.folder / "empty").mkdir()
        with zipfile.ZipFile(self.folder / "empty.zip", "w"):
            pass
        with zipfile.ZipFile(self.folder / "bad.zip", "w") as packed:
            packed.writestr("../evil", "x")
        self.write("notes.txt", b"1 2 3\nhello\n")
        for name in ("empty", "empty.zip", "bad.zip", "notes.txt"):
            done = command("import", self.folder / name, "--data", self.data, "--publish")
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertRegex(done.stderr, "(?m)^  skipped ")
        self.assertEqual(command("upload", "list", "--json", "--data", self.data).stdout.strip(), "[]")

    def test_a_pipe_is_no_archive(self):
        os.mkfifo(self.folder / "pipe")
        done = command("archive", "info", self.folder / "pipe", timeout=20)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, "^rutile archive: .*not a regular file")

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_a_data_directory_that_cannot_be_written_to_can_be_read(self):
        done = command("import", self.write("x.archive.json"), "--data", self.data, "--upload", "up" + 20 * "0")
        self.assertEqual(done.returncode, 0, done.stderr)
        saved = command("bundle", "save", "-", "--data", self.data).stdout
        nobody = 65534
        os.chmod(self.folder, 0o755)
        for path in [self.data, *self.data.rglob("*")]:
            os.chown(path, nobody, nobody)
            path.chmod(0o500 if path.is_dir() else 0o400)

        def run(*arguments):
            return subprocess.run(
                [rutile.PROGRAM, *arguments, "--data", self.data], user=nobody, group=nobody, capture_output=True,
                text=True, timeout=120)

        done = run("verify", "--deep")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines()[-1], "clean")
        self.assertEqual(run("bundle", "save", "-").stdout, saved)
        done = run("upload", "publish", "up" + 20 * "0")
        self.assertEqual((done.returncode, done.stderr), (1, "rutile upload: the records cannot be written to\n"))
        (self.data / "rutile.sqlite").chmod(0)
        done = run("import", self.folder / "x.archive.json")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Permission denied", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_what_cannot_be_read_keeps_nothing_else_out(self):
        nobody = 65534
        for name in ("ok", "secret", "closed/in"):
            self.write(f"in/{name}.archive.json")
        self.data.mkdir()
        os.chmod(self.folder, 0o755)
        os.chown(self.data, nobody, nobody)

        def load():
            return subprocess.run(
                [rutile.PROGRAM, "import", self.folder / "in", "--data", self.data, "--json"], user=nobody, group=nobody,
                capture_output=True, text=True, timeout=120)

        done = load()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.write("in/ok.archive.json", b'{"data": {}}')
        self.write("in/secret.archive.json", b'{"data": {}}')
        (self.folder / "in/secret.archive.json").chmod(0)
        (self.folder / "in/closed").chmod(0)
        done = load()
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        report = json.loads(done.stdout)["uploads"][0]
        self.assertEqual([file["path"] for file in report["skipped"]], ["secret.archive.json", "closed"])
        self.assertEqual(report["entries"], {"added": 0, "updated": 1, "unchanged": 0, "removed": 0})
        self.assertEqual(report["removed"], [])


class Killing(unittest.TestCase):
    """kill -9 at any moment leaves the old state or the new one, and a rerun ends as if nothing had happened."""

    def write(self, folder, version):
        folder.mkdir(exist_ok=True)
        for number in range(ENTRIES):
            # A tenth of the files are different in each version, the last ones come and go.
            value = version if number % 10 == 0 else 0
            path = folder / f"{number:04}.archive.json"
            text = json.dumps({"data": {"name": f"sample {number}", "value": value, "list": list(range(20))}})
            if number < ENTRIES - 5 * version:
                path.write_text(text)
            elif path.exists():
                path.unlink()

    def test_a_kill_leaves_the_old_state_or_the_new_one(self):
        seed = int(os.environ.get("RUTILE_SEED", str(random.SystemRandom().randrange(1 << 32))))
        print(f"{KILLS} kills, RUTILE_SEED={seed}")
        chance = random.Random(seed)
        with tempfile.TemporaryDirectory(prefix="rutile-kill-") as name:
            folder = pathlib.Path(name)
            source = folder / "things"
            states, seconds, kept = [None], [], [None]
            # The states of undisturbed imports: nothing, a first version, a second one on top of it.
            data = folder / "undisturbed"
            for version in (0, 1):
                self.write(source, version)
                start = time.monotonic()
                done = command("import", source, "--data", data, timeout=600)
                seconds.append(time.monotonic() - start)
                self.assertEqual(done.returncode, 0, done.stderr)
                states.append(saved(data))
                kept.append(folder / f"kept-{version}")
                shutil.copytree(data, kept[-1])
            self.assertNotEqual(states[1], states[2])
            results = [0, 0]
            for round in range(KILLS):
                version = round % 2
                self.write(source, version)
                data = folder / "disturbed"
                if kept[version]:
                    shutil.copytree(kept[version], data)
                results[self.disturb(source, data, states[version], states[version + 1],
                                     chance.uniform(0, 1.05 * seconds[version]))] += 1
                shutil.rmtree(data)
            print(f"{results[0]} left the old state, {results[1]} the new one")

    def disturb(self, source, data, old, new, delay):
        process = subprocess.Popen(
            [rutile.PROGRAM, "import", source, "--data", data, "--quiet"], stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        if pathlib.Path(data, "rutile.sqlite").exists():
            done = command("verify", "--data", data, "--deep")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        state = saved(data)
        self.assertIn(state, (old, new), f"neither the old nor the new state after {delay} s")
        done = command("import", source, "--data", data, timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(saved(data), new, f"a rerun after a kill at {delay} s ended otherwise")
        done = command("verify", "--data", data)
        self.assertEqual(done.stdout.splitlines()[-1], "clean")
        self.assertNotIn(".tmp", done.stdout)
        return int(state == new)
