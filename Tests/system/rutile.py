"""The program under test: runs commands, starts servers on free ports, asks them, stops them by process id."""
import contextlib
import fcntl
import json
import os
import pathlib
import pty
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
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


def on_terminal(*arguments, columns=80):
    """Runs one command whose errors go to a terminal: its exit status, and all that the terminal got."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=terminal)
    os.close(terminal)
    shown = b""
    # Reading fails when nobody holds the other end any more.
    with contextlib.suppress(OSError):
        while piece := os.read(main, 4_096):
            shown += piece
    os.close(main)
    return process.wait(60), shown.decode()


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


class Demo:
    """`make run` of this checkout over a data directory, from `with` to its end, in a process group of its own."""

    def __init__(self, data, port=0):
        # `make test` hands its own flags and variables down.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        self.environment = {**inherited, "RUTILE_DATA": str(data), "PORT": str(port)}

    def __enter__(self):
        self.start = time.monotonic()
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            ["make", "--no-print-directory", "run"], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=self.output, stderr=subprocess.STDOUT, start_new_session=True)
        return self

    def __exit__(self, *_):
        if self.running():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.output.close()

    def text(self):
        """What it has printed so far; reading does not move the place where the processes write."""
        return os.pread(self.output.fileno(), 1 << 20, 0).decode()

    def serving(self, timeout=60):
        """Waits until it says that it serves, and gives the seconds since the start."""
        while "\nCtrl-C stops.\n" not in self.text():
            if self.process.poll() is not None or time.monotonic() - self.start > timeout:
                raise AssertionError(f"it does not serve: {self.text()}")
            time.sleep(0.02)
        return time.monotonic() - self.start

    def running(self):
        """Its processes that have not ended."""
        stats = {}
        for file in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                stats[int(file.parent.name)] = file.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended since it was listed
        return [id for id, (state, _, group, *_) in stats.items() if int(group) == self.process.pid and state != "Z"]

    def interrupt(self, timeout=12):
        """Does what Ctrl-C in a terminal does; gives the processes that are left after it."""
        os.killpg(self.process.pid, signal.SIGINT)
        end = time.monotonic() + timeout
        self.process.wait(timeout)
        while (left := self.running()) and time.monotonic() < end:
            time.sleep(0.05)
        return left
