"""Failures on purpose: what stands below the site is slow, full, away or comes back, and people are told so."""

import errno
import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, transaction
from django.test import Client
from PIL import Image

from instainstru.servers import Child, Owned, Wanted, owned, postgres, process, valkey
from instainstru.servers.folder import REPOSITORY
from instructors.models import InstructorProfile, Subject
from instructors.services import photos, setup
from tests.integration.test_supervisor import clean_environ, free_port, within
from tests.support.site import HOST, serving

PAGE, API = "/instructors/", "/api/catalog/"  # both read the subjects
MANAGE = [sys.executable, str(REPOSITORY / "manage.py")]


def asked(port: int, path: str) -> tuple[int, dict[str, str], str, float]:
    """Status, headers and text of an answer, and how many seconds it took."""
    began = time.monotonic()
    http = HTTPConnection(HOST, port, timeout=30)
    try:
        http.request("GET", path)
        answer = http.getresponse()
        return answer.status, dict(answer.headers), answer.read().decode(), time.monotonic() - began
    finally:
        http.close()


@contextmanager
def table_locked() -> Iterator[None]:
    """Nobody reads the subjects while the block lasts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Subject._meta.db_table} IN ACCESS EXCLUSIVE MODE")
        yield


# A slow database


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("setting", ["statement_timeout=500ms", "lock_timeout=500ms"])
def test_a_statement_that_takes_too_long_is_refused_as_busy(setting: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HURRY", setting)
    with serving(tmp_path, "tests.support.wsgi_hurried") as port:
        assert asked(port, API)[0] == 200
        with table_locked():
            status, headers, text, took = asked(port, "/api/catalog/?fresh=1")
            assert (status, headers["Retry-After"], json.loads(text)["error"]["code"]) == (503, "1", "busy")
            status, headers, page, _ = asked(port, "/subjects/")
            assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "1", "no-store")
        assert took < 5
        assert "Our database is pausing." in page
        assert "Traceback" not in page + text
        assert asked(port, API)[0] == 200
        assert asked(port, "/subjects/")[0] == 200


# No connection free


@pytest.mark.django_db(transaction=True)
def test_with_no_connection_free_one_is_told_soon_to_come_back(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HURRY", "lock_timeout=0")
    with serving(tmp_path, "tests.support.wsgi_hurried") as port:
        answers: list[tuple[int, dict[str, str], str, float]] = []
        threads = [threading.Thread(target=lambda: answers.append(asked(port, "/subjects/"))) for _ in range(8)]
        with table_locked():
            for thread in threads:
                thread.start()
            assert within(15, lambda: len(answers) >= 6)  # two workers keep one each waiting at the table
            refused = list(answers)
        for thread in threads:
            thread.join()
        assert {status for status, *_ in refused} == {503}
        assert {headers["Retry-After"] for _, headers, _, _ in refused} == {"1"}
        assert {status for status, *_ in answers} == {200, 503}
        assert asked(port, "/subjects/")[0] == 200


# A full disk


@pytest.fixture
def face() -> bytes:
    """A picture."""
    file = BytesIO()
    Image.new("RGB", (400, 400), "red").save(file, "JPEG")
    return file.getvalue()


class FullDisk(FileSystemStorage):
    """Takes half of the second file."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Raise what the operating system does."""
        saved = super().save(name, content, max_length)
        if len(list(Path(self.location).rglob("*.webp"))) > 1:
            path = Path(self.path(saved))
            path.write_bytes(path.read_bytes()[:100])
            raise OSError(errno.ENOSPC, "No space left on device")
        return saved


def test_a_photo_on_a_full_disk_leaves_no_half_file_and_says_so(ana, face, settings, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": f"{__name__}.FullDisk", "OPTIONS": {"location": str(tmp_path)}}
    }
    profile = setup.begin_to_teach(person=ana)
    with pytest.raises(photos.NotKept):
        photos.put(instructor_id=profile.pk, content=face)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert InstructorProfile.objects.get(pk=profile.pk).photo == ""

    browser = Client()
    browser.force_login(ana)
    sent = BytesIO(face)
    sent.name = "face.jpg"
    answer = browser.post("/teaching/setup/photo/", {"photo": sent})
    assert answer.status_code in {422, 503}
    assert "We cannot keep a photo right now, so nothing was changed." in answer.text
    assert "Traceback" not in answer.text
    assert default_storage.listdir("photos")[1] == []


# Servers that die and come back


PEOPLE = """
import json
from datetime import UTC, datetime
from accounts.services import tokens
from tests.factories import UserFactory, teaching
now = datetime.now(UTC)
service = teaching(UserFactory.create(), now=now)
students = [UserFactory.create() for _ in range(6)]
print(json.dumps({"service": service.pk, "tokens": [tokens.issue(person=one, now=now).token for one in students]}))
"""
COUNTS = """
import json
from datetime import UTC, datetime
from bookings.models import Booking, BookingTie
from instainstru.core.models import OutboxMessage
from instructors.models import CalendarEntry
from instainstru.celery import app
from instructors.services import horizon
now = datetime.now(UTC)
app.send_task("core.deliver_outbox")  # the beat's part
print(json.dumps({
    "references": list(Booking.objects.values_list("reference", flat=True)),
    "entries": CalendarEntry.objects.filter(kind="lesson").count(),
    "ties": BookingTie.objects.count(),
    "letters": OutboxMessage.objects.filter(key__startswith="confirmed").count(),
    "undelivered": OutboxMessage.objects.filter(delivered_at=None).count(),
    "drifts": sum(horizon.compare(instructor_id=pk, now=now) is not None for pk in horizon.everybody()),
}))
"""


@dataclass
class Site:
    """A site of its own, with servers that may be killed, and whose web server is started once."""

    state: Path
    servers: Owned
    database: Child
    cache: Child
    port: int
    worker: Child | None = None
    people: dict[str, Any] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        """As a person's terminal has it: this is not the database of the tests."""
        ours = {"STATE_FOLDER": str(self.state), "PORT": str(self.port), "HOST": HOST, "RATE_LIMITS": "off"}
        return clean_environ() | ours

    def shell(self, code: str) -> dict[str, Any]:
        """What a few lines print, as JSON."""
        command = [*MANAGE, "shell", "-v0", "-c", code]
        done = subprocess.run(command, env=self.environ, cwd=REPOSITORY, capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout))

    def start(self, name: str, *command: str) -> Child:
        """One of its processes."""
        return process.start(
            name,
            [sys.executable, "-m", *command],
            log=self.state / "logs" / f"{name}.log",
            lock=self.servers.lock,
            environ=self.environ | {"INSTAINSTRU_PROCESS": name},
            folder=REPOSITORY,
        )

    def keep_working(self) -> None:
        """Start the worker, or start it again: one that loses Redis with tasks in its hands may end."""
        if self.worker is None or self.worker.ended():
            self.worker = self.start("worker", "celery", "-A", "tests.support.impatient", "worker", "--concurrency=1")

    def answers(self) -> bool:
        """Whether a page comes."""
        try:
            return asked(self.port, PAGE)[0] == 200
        except OSError:
            return False

    def book(self, token: int, days: int, hour: int) -> tuple[int, str]:
        """Press one time: the status, and the reference if it was granted."""
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86_400 * days))
        body = {"service": self.people["service"], "booking_date": day, "start_time": f"{hour:02}:00"}
        headers = {"Authorization": f"Bearer {self.people['tokens'][token]}", "Content-Type": "application/json"}
        http = HTTPConnection(HOST, self.port, timeout=30)
        try:
            http.request(
                "POST", "/api/bookings/", json.dumps(body | {"duration_minutes": 60, "place": "online"}), headers
            )
            answer = http.getresponse()
            return answer.status, json.loads(answer.read()).get("reference", "")
        finally:
            http.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """It answers, somebody teaches, six are about to book, and a worker delivers what they are told."""
    state = tmp_path_factory.mktemp("site") / "state"
    with owned(state, Wanted(), command="a test") as servers:
        postgres.create_database(state, "instainstru_int")
        database, cache = servers.children
        ours = Site(state, servers, database, cache, free_port())
        subprocess.run([*MANAGE, "prep_db", "--migrate", "--seed-system"], env=ours.environ, cwd=REPOSITORY, check=True)
        ours.people = ours.shell(PEOPLE)
        ours.keep_working()
        web = ours.start("web", "gunicorn", "-c", "python:instainstru.gunicorn_conf")
        try:
            web.wait_until(ours.answers)
            yield ours
        finally:
            for child in (web, ours.worker, ours.cache, ours.database):
                if child is not None:
                    child.stop()


def pressed(site: Site, until: Callable[[], bool], first_day: int) -> list[tuple[int, str]]:
    """Four who book one hour after the other, as fast as they can, until something is so."""
    found: list[tuple[int, str]] = []

    def press(token: int) -> None:
        for number in range(10_000):
            if until():
                return
            found.append(site.book(token, first_day + number % 80, 9 + 3 * token))
            time.sleep(0.02)

    threads = [threading.Thread(target=press, args=(token,)) for token in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_postgresql_restarts_under_load_and_nothing_is_half_written(site: Site) -> None:
    """It is ended at once, as by a crash, so that it recovers from its log. The web server is left alone."""
    seen: list[tuple[int, str]] = []
    came_back = threading.Event()
    calm = 0.0

    def is_calm() -> bool:
        return came_back.is_set() and time.monotonic() > calm

    load = threading.Thread(target=lambda: seen.extend(pressed(site, is_calm, first_day=2)))
    load.start()
    try:
        time.sleep(3)
        site.database.process.send_signal(signal.SIGQUIT)
        site.database.process.wait()
        time.sleep(2)
        site.database = postgres.launch(site.state, lock=site.servers.lock, disposable=False)
    finally:
        calm = time.monotonic() + 4
        came_back.set()
        load.join()
    statuses = Counter(status for status, _ in seen)
    assert set(statuses) <= {201, 409, 500, 503}, statuses
    assert statuses[201], statuses
    assert statuses[503], statuses
    assert within(10, site.answers)
    assert site.book(4, 85, 15)[0] == 201  # by themselves

    found = site.shell(COUNTS)
    granted = {reference for status, reference in seen if status == 201}
    assert granted <= set(found["references"])  # what was granted is there
    lessons = len(found["references"])
    assert lessons <= len(granted) + 1 + statuses[503] + statuses[500]
    assert (found["entries"], found["ties"], found["letters"]) == (lessons, 2 * lessons, 2 * lessons)
    assert found["drifts"] == 0
    print(f"\nPostgreSQL restarted: {dict(statuses)}, lessons {lessons}, granted {len(granted) + 1}")  # noqa: T201


def test_redis_is_killed_and_comes_back_and_booking_goes_on(site: Site) -> None:
    site.cache.process.kill()
    site.cache.process.wait()
    try:
        began = time.monotonic()
        assert site.book(5, 86, 10)[0] == 201
        assert site.book(5, 86, 12)[0] == 201
        assert site.answers()
        assert asked(site.port, "/health/lite")[0] == 200
        status, _, said, _ = asked(site.port, "/health")
        assert (status, "cache" in said) == (503, True)
        assert time.monotonic() - began < 20
    finally:
        site.cache = valkey.launch(site.state, lock=site.servers.lock, disposable=True)
    assert within(10, site.answers)
    assert site.book(5, 86, 14)[0] == 201  # a worker hears of this one, and takes up the others

    def all_is_delivered() -> bool:
        site.keep_working()
        return int(site.shell(COUNTS)["undelivered"]) == 0

    assert within(90, all_is_delivered)
