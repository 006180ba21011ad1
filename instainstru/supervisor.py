"""The whole site in one command: PostgreSQL, Valkey, a worker with the beat, the web server, and flower beside them.

One process starts them in order and stops them in reverse order. They cannot outlive it, however it ends, and it does
not go on when one of them has ended.
"""

import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from instainstru.databases import Database
from instainstru.servers import Child, Owned, ServerProblem, Wanted, is_embedded_redis, owned, postgres
from instainstru.servers.folder import REPOSITORY
from instainstru.servers.process import start

HOST = "127.0.0.1"
LOOK_EVERY = 0.5  # seconds
SIGN_INS = """\
  ana@example.com     teaches piano
  sam@example.com     student
  stella@example.com  staff
  password of all three: Lesson-2026!"""


@dataclass(frozen=True)
class Site:
    """What the site needs to know to start: where its data and its state are, and the environment of its processes."""

    database: Database
    redis_url: str
    state: Path
    environ: Mapping[str, str]


def run(site: Site) -> None:
    """Runs the site until Ctrl-C or SIGTERM. A child that ends by itself ends everything, as a ServerProblem."""
    port = _port(site.environ)
    # Signals are heard only inside: a second Ctrl-C must not cut short the stopping of what the first one stops.
    with ExitStack() as stack, _stopped_by_signals():
        servers = _start_servers(site, stack, port=port)
        children = [*servers.children, *_start_processes(site, stack, port=port, lock=servers.lock)]
        _say(f"\n{_start_flower(site, stack, lock=servers.lock)}")
        _say(f"The site answers at http://{HOST}:{port}\n{SIGN_INS}\nLogs: {site.state / 'logs'}. Ctrl-C ends it.")
        _watch(children)
    _say("Stopped.")


def _start_servers(site: Site, stack: ExitStack, *, port: int) -> Owned:
    """Starts the servers and makes the database ready. The port is looked at first: later costs a person's time."""
    wanted = Wanted(postgres=site.database.embedded, valkey=is_embedded_redis(site.state, site.redis_url))
    _say("Starting PostgreSQL and Valkey")
    servers = stack.enter_context(owned(site.state, wanted, command="manage.py run"))
    _check_free(port)
    if site.database.embedded:
        postgres.create_database(site.state, site.database.name)
    _say("Preparing the database")
    call_command("prep_db", yes=True)
    connections.close_all()  # the children have their own; this process needs none from here on
    return servers


def _start_processes(site: Site, stack: ExitStack, *, port: int, lock: int) -> Iterator[Child]:
    """Starts the worker, then the web server, and waits until that answers."""
    _say("Starting worker and web server")
    beat = ["-B", "-s", str(site.state / "beat-schedule")]
    worker = ["celery", "-A", "instainstru.worker", "worker", *beat, "-E", "--concurrency=2", "--loglevel=INFO"]
    for name, command in (("worker", worker), ("web", ["gunicorn", "-c", "python:instainstru.gunicorn_conf"])):
        child = _start(name, command, site, stack, port=port, lock=lock)
        yield child
    child.wait_until(lambda: _answers(port))


def _start_flower(site: Site, stack: ExitStack, *, lock: int) -> str:
    """Starts what shows the queue, and says where. Nobody waits for it, and the site does without it."""
    port = _port(site.environ, name="FLOWER_PORT", default="5555")
    try:
        _check_free(port)
    except ServerProblem:
        return f"Flower is not started: port {port} is in use (FLOWER_PORT= chooses another)."
    flower = ["celery", "-A", "instainstru", "flower", f"--address={HOST}", f"--port={port}"]
    _start("flower", flower, site, stack, port=port, lock=lock)
    return f"The queue is shown at http://{HOST}:{port}"


def _start(name: str, command: list[str], site: Site, stack: ExitStack, *, port: int, lock: int) -> Child:
    ours = {"USE_STG_DATABASE": "true", "HOST": HOST, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    child = start(
        name,
        [sys.executable, "-m", *command],
        log=site.state / "logs" / f"{name}.log",
        lock=lock,
        environ={**site.environ, **ours, "INSTAINSTRU_PROCESS": name},
        folder=REPOSITORY,  # where the site's modules are found
    )
    stack.callback(child.stop)
    return child


def _watch(children: list[Child]) -> None:
    while True:
        for child in children:
            if how := child.ended():
                raise ServerProblem(f"{how} Everything else was stopped.")
        time.sleep(LOOK_EVERY)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Ends the block quietly on Ctrl-C, SIGTERM or a closed terminal; afterwards these are ignored."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    reasons = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for reason in reasons:
        signal.signal(reason, stop)
    try:
        yield
    except KeyboardInterrupt:
        _say("\nStopping")
    finally:
        for reason in reasons:
            signal.signal(reason, signal.SIG_IGN)


def _port(environ: Mapping[str, str], *, name: str = "PORT", default: str = "8000") -> int:
    text = environ.get(name) or default
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ServerProblem(f"{name} is a number from 1 to 65535, but here it is {text!r}.")
    return int(text)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a port just left is free
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise ServerProblem(f"Port {port} cannot be used ({why}): choose another with PORT=.") from error


def _answers(port: int) -> bool:
    """Whether the first page comes; a page that fails is an answer too, and its log says more."""
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 600
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _say(text: str) -> None:
    print(text, flush=True)
