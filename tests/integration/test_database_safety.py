"""PROD asks for its name at a real terminal; tests reach their own database only, whatever the environment says."""

import os
import pty
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from instainstru.servers.folder import REPOSITORY
from tests.integration.test_supervisor import clean_environ

MANAGE = [sys.executable, str(REPOSITORY / "manage.py")]
NOBODY_LISTENS = "postgres://me:s3cret@127.0.0.1:1/lessons"  # so whoever gets this far fails to connect
SAID = "PROD lessons at 127.0.0.1:1"


def typed(command: list[str], answer: str, *, folder: Path, **environ: str) -> tuple[int, str]:
    """Runs a command at a terminal of its own where one line is typed: its code, and all that the terminal showed."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        environ = clean_environ() | {"STATE_FOLDER": str(folder), "NO_COLOR": "1"} | environ
        process = subprocess.Popen(command, env=environ, stdin=theirs, stdout=theirs, stderr=theirs, cwd=REPOSITORY)
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        shown = b""
        with suppress(OSError):  # the other end is closed
            while more := terminal.read(4096):
                shown += more
        return process.wait(60), shown.decode()


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ("lessons", "connection failed"),
        ("lesson", f"This command may write to {SAID}, and 'lesson' is not its name: refused."),
        ("", f"This command may write to {SAID}, and '' is not its name: refused."),
    ],
)
def test_prod_asks_at_the_terminal_for_its_name(tmp_path: Path, answer: str, end: str) -> None:
    environ = {"USE_PROD_DATABASE": "true", "PROD_DATABASE_URL": NOBODY_LISTENS}
    code, shown = typed([*MANAGE, "migrate"], answer, folder=tmp_path, **environ)
    assert code == 1
    assert f"This command may write to {SAID}. Type the database's name to go on: " in shown
    assert end in shown
    assert "s3cret" not in shown


def test_without_a_terminal_prod_wants_its_name_in_the_environment(tmp_path: Path) -> None:
    def call(**environ: str) -> str:
        prod = {"USE_PROD_DATABASE": "true", "PROD_DATABASE_URL": NOBODY_LISTENS, "STATE_FOLDER": str(tmp_path)}
        command = [*MANAGE, "migrate"]
        done = subprocess.run(
            command,
            env=clean_environ() | prod | environ,
            input="lessons\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        return done.stderr

    assert call() == f"This command may write, and the database is {SAID}: confirm it with CONFIRM_PROD_DATABASE.\n"
    assert "is not its name: refused." in call(CONFIRM_PROD_DATABASE="other")
    assert "connection failed" in call(CONFIRM_PROD_DATABASE="lessons")


@pytest.fixture
def decoy() -> Iterator[tuple[int, list[object]]]:
    """A port where production would be, and who has come to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    visitor, address = server.accept()
                    came.append(address)
                    visitor.close()

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], came


def test_tests_reach_their_own_database_only_in_the_most_hostile_environment(tmp_path: Path, decoy) -> None:
    port, came = decoy
    service = tmp_path / "services"
    service.write_text(f"[prod]\nhost=127.0.0.1\nhostaddr=127.0.0.1\nport={port}\ndbname=lessons\n")
    address = f"postgres://me@127.0.0.1:{port}/lessons"
    hostile = {
        "SITE_MODE": "prod",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "testserver",
        "SITE_ADDRESS": "https://instainstru.example",
        "USE_PROD_DATABASE": "true",
        "USE_STG_DATABASE": "true",
        "CONFIRM_PROD_DATABASE": "lessons",
        "DATABASE_URL": address,
        "INT_DATABASE_URL": address,
        "PROD_DATABASE_URL": address,
        "REPLICA_DATABASE_URL": address,
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "PGHOST": "127.0.0.1",
        "PGHOSTADDR": "127.0.0.1",
        "PGPORT": str(port),
        "PGDATABASE": "lessons",
        "PGSERVICE": "prod",
        "PGSERVICEFILE": str(service),
        "STATE_FOLDER": str(tmp_path / "state"),
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--output", str(tmp_path / "out")]
    done = subprocess.run(
        [*command, "tests/integration/test_tokens.py"],
        env=clean_environ() | hostile,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "database: TEST test_main (embedded)" in done.stdout
    assert done.returncode == 0, done.stdout[-2000:]
    assert came == []
