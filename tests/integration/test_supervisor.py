"""The whole site in one command: it starts, it says what is wrong, and nothing of it outlives it."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from instainstru.servers import Wanted, owned, postgres, running
from instainstru.servers.folder import REPOSITORY

MANAGE = [sys.executable, str(REPOSITORY / "manage.py")]
UP_WITHIN = 120.0  # seconds: a cold start beside other tests
GONE_WITHIN = 20.0  # a killed site is gone within one second on an idle machine; how busy this one is, nobody knows


class Installation:
    """A fresh installation in a folder and on a port of its own, used as from a terminal, not as part of this test."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.port, self.flower_port = free_port(), free_port()
        self.mark = secrets.token_hex(8)  # in the environment of every process that comes from here

    def start(self, *command: str, **environ: str) -> subprocess.Popen[str]:
        """Starts a management command."""
        clean = clean_environ()
        ports = {"PORT": str(self.port), "FLOWER_PORT": str(self.flower_port)}
        ours = {"STATE_FOLDER": str(self.state), "MARK": self.mark, **ports}
        return subprocess.Popen(
            [*MANAGE, *command],
            env=clean | ours | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *command: str, **environ: str) -> tuple[int, str, str]:
        """Runs a management command to its end: its code and what it wrote to stdout and stderr."""
        process = self.start(*command, **environ)
        out, err = process.communicate(timeout=UP_WITHIN)
        return process.returncode, out, err

    def run(self) -> tuple[subprocess.Popen[str], str]:
        """Starts the site and returns, with what it printed, when it says that it answers."""
        site = self.start("run")
        assert site.stdout
        printed = ""
        for line in site.stdout:
            printed += line
            if "Ctrl-C ends it" in line:
                return site, printed
        raise AssertionError(f"The site did not start: {printed} {site.communicate()[1]}")

    def processes(self) -> dict[int, str]:
        """Every living process that comes from here, with its command."""
        found = {}
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdecimal() and self._is_ours(folder):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # gone meanwhile, or somebody else's
        return found

    def _is_ours(self, process: Path) -> bool:
        """By the environment it started with; servers write over theirs, but hold the lock."""
        if f"MARK={self.mark}".encode() in (process / "environ").read_bytes():
            return True
        return any(file.readlink() == self.state / "servers.lock" for file in (process / "fd").iterdir())

    def page(self) -> int:
        """The status of the first page."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            return connection.getresponse().status
        finally:
            connection.close()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Whatever a failing test leaves running is killed."""
    fresh = Installation(tmp_path / "state")
    yield fresh
    for pid in fresh.processes():
        os.kill(pid, signal.SIGKILL)


def clean_environ() -> dict[str, str]:
    """This environment without what makes a process a part of this test, or leads it to somebody's own servers."""
    ours = re.compile("PYTEST|INSTAINSTRU|DATABASE|SITE_MODE|REDIS|RESEND|SENTRY")
    return {name: value for name, value in os.environ.items() if not ours.search(name)}


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_site_starts_is_killed_starts_again_with_its_data_and_stops(installation: Installation) -> None:
    site, printed = installation.run()
    assert f"http://127.0.0.1:{installation.port}" in printed
    assert "ana@example.com" in printed
    assert installation.page() < 500
    commands = " ".join(installation.processes().values())
    assert all(name in commands for name in ("bin/postgres", "valkey-server", "celery", "gunicorn", "flower"))
    assert f"The queue is shown at http://127.0.0.1:{installation.flower_port}" in printed

    # A command typed beside it finds its servers; a second site does not start.
    add_group = "from django.contrib.auth.models import Group; print(Group.objects.get_or_create(name='kept')[1])"
    assert installation.call("shell", "-v0", "-c", add_group, USE_STG_DATABASE="true")[:2] == (0, "True\n")
    code, _, err = installation.call("run")
    assert code == 1
    assert f"already run by manage.py run (process {site.pid}): stop that first." in err

    site.kill()
    site.communicate()
    assert within(GONE_WITHIN, lambda: not installation.processes()), installation.processes()

    # A command typed on its own has servers for its own life, and the data is there.
    assert installation.call("shell", "-v0", "-c", add_group, USE_STG_DATABASE="true")[:2] == (0, "False\n")
    assert not installation.processes()

    with socket.create_server(("127.0.0.1", installation.flower_port)):
        again, printed = installation.run()
    assert f"Flower is not started: port {installation.flower_port} is in use" in printed
    assert installation.page() < 500
    again.send_signal(signal.SIGINT)
    rest, _ = again.communicate(timeout=30)
    assert (again.returncode, rest.split()[-1]) == (0, "Stopped.")
    assert not installation.processes()


def test_when_a_part_ends_the_site_says_which_and_ends(installation: Installation) -> None:
    site, _ = installation.run()
    worker = next(pid for pid, command in sorted(installation.processes().items()) if "celery" in command)
    os.kill(worker, signal.SIGKILL)
    _, err = site.communicate(timeout=30)
    log = installation.state / "logs" / "worker.log"
    assert (site.returncode, err.splitlines()[-1]) == (
        1,
        f"worker was ended by SIGKILL; see {log}. Everything else was stopped.",
    )
    assert within(GONE_WITHIN, lambda: not installation.processes()), installation.processes()


def test_a_port_in_use_is_one_sentence(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        code, _, err = installation.call("run")
    assert code == 1
    assert err.splitlines()[1:] == [
        f"Port {installation.port} cannot be used (address already in use): choose another with PORT=."
    ]
    assert not installation.processes()


def test_a_port_that_is_none_is_one_sentence(installation: Installation) -> None:
    code, _, err = installation.call("run", PORT="http")
    assert (code, err.splitlines()[1:]) == (1, ["PORT is a number from 1 to 65535, but here it is 'http'."])


def test_a_folder_that_cannot_be_used_is_one_sentence(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, out, err = installation.call("run", STATE_FOLDER=str(tmp_path / "file" / "state"))
    assert (code, out, err) == (1, "", f"The folder {tmp_path}/file/state cannot be made: Not a directory.\n")


def test_a_refused_database_is_one_sentence(installation: Installation) -> None:
    code, out, err = installation.call("migrate", USE_PROD_DATABASE="true")
    assert (code, out, err) == (1, "", "PROD is asked for, but PROD_DATABASE_URL gives no address.\n")


def test_a_command_says_its_database_on_stderr_only(installation: Installation) -> None:
    code, out, err = installation.call("check")
    assert code == 0
    assert "database:" not in out
    assert err.splitlines()[0] == "database: INT instainstru_int (embedded)"


def test_whoever_starts_the_servers_owns_them_and_others_find_them(tmp_path: Path) -> None:
    disposable = Wanted(disposable=True)
    with owned(tmp_path, disposable, command="first") as servers:
        started = [child.process for child in servers.children]
        with running(tmp_path, disposable, command="second"):
            assert disposable.answer(tmp_path)
        assert disposable.answer(tmp_path)  # the second left them alone
    assert [process.poll() is not None for process in started] == [True, True]
    assert not disposable.answer(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_runs_postgresql_where_user_namespaces_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted(valkey=False)
    state = tmp_path / "state"
    with running(state, wanted, command="with namespaces"):
        postgres.create_database(state, "kept")

    closed = tmp_path / "bin" / "unshare"
    closed.parent.mkdir()
    closed.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n")
    closed.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{closed.parent}:{os.environ['PATH']}")
        with owned(state, wanted, command="without") as servers:
            status = Path(f"/proc/{servers.children[0].process.pid}/status").read_text()
            assert re.search(r"^Uid:\s+65534\s", status, re.MULTILINE)
            assert (state / "postgres").owner() == "nobody"

    # And back again: the data goes with whoever may read it.
    with running(state, wanted, command="with namespaces"):
        assert (state / "postgres").owner() == "root"
