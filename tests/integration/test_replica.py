"""A site that reads search and catalogue from a streaming replica: a real one, that is held back and then killed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest

from instainstru.servers import Wanted, postgres, process, running
from instainstru.servers.folder import REPOSITORY, socket_folder
from tests.integration.test_supervisor import clean_environ, free_port, within
from tests.support.site import HOST

STG = "instainstru_stg"


@dataclass
class Replicated:
    """The port of the site, and its standby."""

    port: int
    standby: process.Child
    sockets: Path

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
        """What the API answers."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        with closing(HTTPConnection(HOST, self.port, timeout=20)) as connection:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            said = answer.read()
        assert answer.status == 200, said
        return json.loads(said)

    def headline(self, token: str = "") -> str:
        """What somebody reads under Ana's name, in a list that may lag."""
        listed = self.ask("GET", "/api/instructors/", token=token)["results"]
        return str(next(one["headline"] for one in listed if one["slug"] == "ana-r"))

    def replay(self, what: str) -> None:
        """Hold the standby back, or let it go on."""
        with closing(psycopg.connect(host=str(self.sockets), port=5432, user="postgres", autocommit=True)) as standby:
            standby.execute(f"SELECT pg_wal_replay_{what}()")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicated]:
    """STG on servers of its own, a copy of the cluster that follows it, and the web server between the two."""
    state = tmp_path_factory.mktemp("replica")
    port = free_port()
    sockets = state / "s2"
    environ = {
        **clean_environ(),
        "STATE_FOLDER": str(state),
        "USE_STG_DATABASE": "true",
        "PORT": str(port),
        "REPLICA_DATABASE_URL": f"postgres://postgres@/{STG}?host={sockets}&port=5432",
    }
    with ExitStack() as stack:
        stack.enter_context(running(state, Wanted(), command="a test"))
        lock = os.open(os.devnull, os.O_RDONLY)
        stack.callback(os.close, lock)
        for command in (["migrate", "-v0"], ["load_system"], ["seed_demo", "--instructors", "1"]):
            manage = [sys.executable, "manage.py", *command]
            subprocess.run(manage, cwd=REPOSITORY, env=environ, check=True, capture_output=True)
        standby = _follow(state, sockets, lock=lock)
        stack.callback(standby.stop)
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:instainstru.gunicorn_conf"]
        web = process.start("web", gunicorn, log=state / "web.log", lock=lock, environ=environ, folder=REPOSITORY)
        stack.callback(web.stop)
        web.wait_until(lambda: _answers(port))
        yield Replicated(port, standby, sockets)


def _follow(state: Path, sockets: Path, *, lock: int) -> process.Child:
    """A standby of the cluster, as it is now and from now on."""
    data = state / "standby"
    source = ["--host", str(socket_folder(state)), "--username", "postgres", "--checkpoint=fast"]
    copy = [str(postgres.binary("pg_basebackup")), *source, "--write-recovery-conf", "--pgdata", str(data)]
    subprocess.run(copy, check=True, capture_output=True)
    sockets.mkdir(mode=0o700)
    child = process.start(
        "standby",
        [postgres.binary("postgres"), "-D", data, f"--unix_socket_directories={sockets}", "--listen_addresses="],
        log=state / "standby.log",
        lock=lock,
        before=postgres.rights_of_an_ordinary_user(),
    )
    child.wait_until(lambda: _connects(sockets))
    return child


def _connects(sockets: Path) -> bool:
    try:
        psycopg.connect(host=str(sockets), port=5432, user="postgres", dbname=STG).close()
    except psycopg.OperationalError:
        return False
    return True


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/health/lite")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_guests_may_see_what_was_and_who_changed_it_sees_what_is(site):
    ana = site.ask("POST", "/api/auth/token/", {"email": "ana@example.com", "password": "Lesson-2026!"})["token"]
    before = site.headline()
    site.replay("pause")
    try:
        site.ask("PATCH", "/api/me/instructor-profile/", {"headline": "Changed a moment ago"}, token=ana)
        assert site.headline(ana) == "Changed a moment ago"
        assert site.headline() == before  # proof that this was read from the standby
    finally:
        site.replay("resume")
    assert within(10, lambda: site.headline() == "Changed a moment ago")

    # A standby that is gone is read around.
    site.standby.process.kill()
    site.standby.process.wait()
    assert site.headline() == "Changed a moment ago"
    assert site.ask("GET", "/api/instructors/search?service=piano")["count"] == 1
