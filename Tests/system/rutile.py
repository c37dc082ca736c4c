"""The program under test: runs commands, starts servers on free ports, asks them, stops them by process id."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("RUTILE_SHARED", ROOT.parent / "shared"))
PROGRAM = pathlib.Path(os.environ.get("PROGRAM", ROOT / ".build/release/rutile"))
FIXTURE = SHARED / "cases/graph/fixture.json"


def command(*arguments, environment=None, input=None, timeout=120):
    """Runs one command to its end."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, text=True, input=input, timeout=timeout,
        env={**os.environ, **(environment or {})})


def fixture_data():
    """A new data directory that holds the fixture."""
    folder = tempfile.mkdtemp(prefix="rutile-test-")
    loaded = command("bundle", "load", FIXTURE, "--data", folder)
    if loaded.returncode != 0:
        shutil.rmtree(folder)
        raise AssertionError(f"the fixture does not load: {loaded.stderr}")
    return folder


class Answer:
    """Status, header fields and body of one answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """A server over a data directory, from `with` to its end."""

    def __init__(self, data, *flags):
        self.data = data
        self.flags = flags

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--port", "0", *self.flags],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("Rutile serves "):
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no server: {line!r} {self.log_text()}")
        self.address = line.removeprefix("Rutile serves ").split(" from ")[0]
        self.origin = "/".join(self.address.split("/")[:3])
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def ask(self, path, body=None, headers=None, method=None, timeout=60):
        """The answer to one request; `body` is bytes, or anything that JSON can say."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        request = urllib.request.Request(
            self.origin + path, body, {"Content-Type": "application/json", **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return Answer(response)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error)

    def query(self, body, headers=None):
        """The answer to a graph request."""
        return self.ask("/api/v1/graph/query", body, headers)

    def log_text(self):
        """What the server has logged so far."""
        position = self.log.tell()
        self.log.seek(0)
        text = self.log.read().decode()
        self.log.seek(position)
        return text

    def resident_bytes(self):
        """Resident memory as the server itself says it."""
        lines = self.ask("/-/metrics").body.decode().splitlines()
        return int(next(line for line in lines if line.startswith("process_resident_memory_bytes ")).split()[1])

    def stop(self, timeout=12):
        """Asks the server to stop; gives its exit status and the seconds that it took."""
        start = time.monotonic()
        self.process.terminate()
        return self.process.wait(timeout), time.monotonic() - start
