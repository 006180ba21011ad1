"""Workers are killed in a loop while they deliver: no letter is lost, each is recorded once.

With more letters it is a drill, told in docs/runbooks/drills.md:
DRILL_LETTERS=10000 .venv/bin/pytest -s tests/integration/test_outbox_kill.py
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from instainstru.celery import app
from instainstru.core.models import OutboxMessage
from instainstru.core.services import outbox
from instainstru.core.services.outbox import Letter
from instainstru.servers.folder import REPOSITORY

pytestmark = pytest.mark.django_db(transaction=True)

LETTERS = int(os.environ.get("DRILL_LETTERS", "300"))
EVERY = (0.3, 1.5)  # seconds between two kills
WHOLE_WORKER = 12  # every so many kills it is the whole worker, not one of its processes
SWEEP = 1.0  # seconds: the beat's part, which is played by the test
PATIENCE = 120 + LETTERS / 10  # seconds


@dataclass
class Worker:
    """A worker of two processes that keeps what it sends in a file, started again whenever it was killed."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    killed: Counter[str] = field(default_factory=Counter)

    @property
    def record(self) -> Path:
        """The key of every letter that reached the transport, one a line."""
        return self.folder / "record"

    @property
    def log(self) -> Path:
        """What the worker says since it was last started."""
        return self.folder / "worker.log"

    def start(self) -> None:
        """Have it run."""
        command = [sys.executable, "-m", "celery", "-A", "tests.support.impatient", "worker", "--concurrency=2"]
        environ = os.environ | {
            "EMAIL_BACKEND": "tests.support.recording.Backend",
            "RECORD": str(self.record),
            "RECORD_SECONDS": "0.03" if LETTERS <= 1000 else "0.005",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--queues=mail", "--without-mingle", "--without-gossip", "--loglevel=INFO"],
                cwd=REPOSITORY,
                env=environ,
                stdout=log,
                stderr=log,
            )

    def children(self) -> list[int]:
        """Its pool."""
        assert self.process
        with suppress(FileNotFoundError):
            return [
                int(pid)
                for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            ]
        return []

    def kill(self) -> None:
        """End one of its processes, or now and then all of it, without a word."""
        assert self.process
        if self.process.poll() is not None:  # killed before its pool was up, it ends: its supervisor starts it again
            self.killed["at its start"] += 1
            self.start()
        if "ready." not in self.log.read_text() or not (children := self.children()):
            return
        if sum(self.killed.values()) % WHOLE_WORKER == WHOLE_WORKER - 1:
            self.process.kill()
            self.process.wait()
            self.killed["worker"] += 1
            self.start()
            return
        with suppress(ProcessLookupError):
            os.kill(random.choice(children), signal.SIGKILL)
            self.killed["process"] += 1

    def stop(self) -> None:
        """End it for good."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    """A worker on an empty queue."""
    with app.connection_for_read() as broker:
        broker.default_channel.queue_purge("mail")
    ours = Worker(tmp_path)
    ours.record.touch()
    ours.start()
    yield ours
    ours.stop()


def waiting() -> bool:
    return OutboxMessage.objects.filter(delivered_at=None).exists()


def test_no_letter_is_lost_however_often_workers_are_killed(worker: Worker) -> None:
    keys = [f"drill-{n}" for n in range(LETTERS)]
    for start in range(0, LETTERS, 10):
        some = keys[start : start + 10]
        outbox.post(letters=[Letter(key, "sam@example.com", "Booked", "Hello Sam") for key in some])

    began = swept = time.monotonic()
    while waiting():
        assert time.monotonic() - began < PATIENCE, worker.log.read_text()[-3000:]
        time.sleep(random.uniform(*EVERY))
        worker.kill()
        if time.monotonic() - swept > SWEEP:
            swept = time.monotonic()
            app.send_task("core.deliver_outbox", expires=25)
    took = time.monotonic() - began

    sent = Counter(worker.record.read_text().split())
    assert set(sent) == set(keys)  # each reached the transport at least once
    assert OutboxMessage.objects.count() == LETTERS
    assert not OutboxMessage.objects.filter(given_up_at__isnull=False).exists()
    assert worker.killed["process"] >= 5
    again = sum(sent.values()) - LETTERS
    print(f"\n{LETTERS} letters in {took:.0f} s, killed: {dict(worker.killed)}, sent again: {again}")  # noqa: T201
