"""The site under gunicorn with its two workers, on the database of the test that starts it."""

import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from instainstru.servers.folder import REPOSITORY
from instainstru.servers.process import start

HOST = "127.0.0.1"


@contextmanager
def serving(
    folder: Path,
    application: str = "instainstru.wsgi",
    *,
    settings: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Runs it while the block lasts, with its log in the folder, and gives its port.

    `settings` are variables on top of the test's own; `headers` are what it takes to get an answer then.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    # A process that pytest starts inherits the variables by which settings find this worker's database.
    environ = os.environ | {"HOST": HOST, "PORT": str(port), "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
    environ |= settings or {}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:instainstru.gunicorn_conf", application]
    nothing = os.open(os.devnull, os.O_RDONLY)  # in the place of a lock: there are no servers to keep
    site = start(
        "site",
        command,
        log=folder / "site.log",
        lock=nothing,
        stop_signal=signal.SIGINT,  # without waiting for connections that a browser would keep open
        environ=environ,
        folder=REPOSITORY,
    )
    try:
        site.wait_until(lambda: _answers(port, headers or {}))
        yield port
    finally:
        site.stop()
        os.close(nothing)


def _answers(port: int, headers: Mapping[str, str]) -> bool:
    connection = HTTPConnection(HOST, port, timeout=20)
    try:
        connection.request("GET", "/api/neighborhoods/?page_size=1", headers=dict(headers))
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
