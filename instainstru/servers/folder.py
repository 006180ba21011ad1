"""Where state lives on this machine, and the addresses that follow from it. Starts nothing."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from instainstru.servers.process import ServerProblem

REPOSITORY = Path(__file__).resolve().parents[2]
POSTGRES_PORT = 5432  # only names the socket's file; nothing listens on TCP
LONGEST_SOCKET_PATH = 107  # what the kernel's sockaddr_un holds, less the closing zero


def state_folder(environ: MutableMapping[str, str]) -> Path:
    """The one folder for everything that lasts: STATE_FOLDER, or .state in the repository.

    Each run of pytest has a folder of its own inside it. Its name is put into environ, so that the run's workers and
    whatever its tests start find the same one.
    """
    folder = Path(environ.get("STATE_FOLDER") or REPOSITORY / ".state").expanduser().absolute()
    if "PYTEST_VERSION" in environ:
        run = environ.setdefault("INSTAINSTRU_TEST_RUN", secrets.token_hex(4))
        return folder / f"test-{run}"
    return folder


def make_private(folder: Path) -> Path:
    """Makes the folder, if missing, for its owner alone; a folder that cannot be written to is a ServerProblem."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ServerProblem(f"The folder {folder} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ServerProblem(f"The folder {folder} is not writable.")
    return folder


def socket_folder(state: Path) -> Path:
    """The folder of the servers' sockets: in the state folder, or in the temporary one if that path will not do."""
    near = state / "sockets"
    is_short = len(os.fsencode(near / f".s.PGSQL.{POSTGRES_PORT}")) <= LONGEST_SOCKET_PATH
    if is_short and "," not in str(near):  # PostgreSQL takes a comma for the end of a name
        return near
    name = hashlib.sha256(os.fsencode(state)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"instainstru-{os.geteuid()}-{name}"


def make_socket_folder(state: Path) -> Path:
    """Makes the folder of the sockets. PostgreSQL trusts whoever can reach its socket, so nobody else may enter."""
    folder = make_private(socket_folder(state))
    # The temporary folder is everyone's: somebody may have put a link or a folder of their own where ours should be.
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise ServerProblem(f"The folder {folder} belongs to someone else.")
    folder.chmod(0o700)
    return folder


def postgres_url(state: Path, name: str) -> str:
    """The address of a database of the embedded cluster."""
    return f"postgres://postgres@/{name}?host={quote(str(socket_folder(state)))}&port={POSTGRES_PORT}"


def valkey_socket(state: Path) -> Path:
    """The socket that the embedded Valkey listens on."""
    return socket_folder(state) / "valkey.sock"


def embedded_redis_url(state: Path, environ: Mapping[str, str] = os.environ) -> str:
    """The embedded Valkey's database for cache and sessions; each test worker has its own, so it may empty it."""
    return f"unix://{quote(str(valkey_socket(state)))}?db={2 * _test_worker(environ)}"


def is_embedded_redis(state: Path, redis_url: str) -> bool:
    """Whether this is an address of the embedded Valkey."""
    return redis_url.startswith(f"unix://{quote(str(valkey_socket(state)))}?")


def redis_url(state: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Where cache and sessions are: REDIS_URL or the embedded Valkey. Under pytest always the latter."""
    given = "" if "PYTEST_VERSION" in environ else environ.get("REDIS_URL", "")
    return given or embedded_redis_url(state, environ)


def broker_url(redis_url: str) -> str:
    """Where Celery's queue is when the cache is at redis_url: the same server, for a socket its next database.

    Emptying the cache of the embedded Valkey empties its database, which must not be the queue's.
    """
    url = urlsplit(redis_url)
    if url.scheme != "unix":
        return redis_url
    return f"redis+socket://{url.path}?virtual_host={int(parse_qs(url.query)['db'][0]) + 1}"


def secret_key(state: Path) -> str:
    """The key that development signs with: made once, readable by its owner alone. Production is given its own."""
    path = make_private(state) / "secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=state) as draft:  # made with mode 0600
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            # A link appears whole or not at all, and never over the key of a process that was quicker.
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


def _test_worker(environ: Mapping[str, str]) -> int:
    """0 outside tests and in a run without workers, otherwise the worker's number from 1."""
    if "PYTEST_VERSION" not in environ:
        return 0
    worker = environ.get("PYTEST_XDIST_WORKER", "")
    return int(worker.removeprefix("gw")) + 1 if worker else 0
