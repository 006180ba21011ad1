"""Mail leaves by the outbox: posted in the transaction, delivered after it, at least once, by a worker."""

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from celery import Celery
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from bookings.models import Booking
from instainstru.celery import app
from instainstru.core.models import OutboxMessage
from instainstru.core.services import outbox
from instainstru.core.services.outbox import FIRST_WAIT, TRIES, Letter
from instainstru.core.tasks import deliver_outbox
from instainstru.servers import Wanted, running
from instainstru.servers.folder import REPOSITORY, broker_url, embedded_redis_url
from tests.fixtures import book

SECOND = timedelta(seconds=1)


def letter(key: str = "confirmed:LS-1:student", **other: Any) -> Letter:
    return Letter(**{"key": key, "recipient": "sam@example.com", "subject": "Booked", "body": "Hello Sam"} | other)


def soon() -> datetime:
    """A moment at which what was just posted is due."""
    return datetime.now(UTC) + SECOND


# Posted


def test_a_letter_is_posted_whole(db):
    outbox.post(letters=[letter(reference="LS-1")])
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.subject, message.body) == ("sam@example.com", "Booked", "Hello Sam")
    assert (message.reference, message.attempts, message.delivered_at) == ("LS-1", 0, None)
    assert str(message) == message.key


def test_what_is_rolled_back_leaves_no_letter_and_tells_nobody(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as told, transaction.atomic():
        outbox.post(letters=[letter()])
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    assert told == []


def test_a_letter_whose_key_is_there_is_left_out_and_the_others_are_posted(db):
    outbox.post(letters=[letter()])
    outbox.post(letters=[letter(body="Hello again"), letter("another")])
    assert list(OutboxMessage.objects.order_by("id").values_list("body", flat=True)) == ["Hello Sam", "Hello Sam"]


# Delivered


def test_what_is_due_is_delivered_once(db, mailoutbox):
    outbox.post(letters=[letter("one"), letter("two", recipient="ana@example.com")])
    assert outbox.deliver_due(now=soon()) == 2
    assert outbox.deliver_due(now=soon()) == 0
    assert [(sent.to, sent.extra_headers["X-Outbox-Key"]) for sent in mailoutbox] == [
        (["sam@example.com"], "one"),
        (["ana@example.com"], "two"),
    ]
    assert mailoutbox[0].extra_headers["Auto-Submitted"] == "auto-generated"
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_what_is_not_due_yet_waits(db, mailoutbox):
    outbox.post(letters=[letter()])
    due = OutboxMessage.objects.get().due_at
    assert outbox.deliver_due(now=due - timedelta(microseconds=1)) == 0
    assert outbox.deliver_due(now=due) == 1


def test_the_oldest_go_first_and_a_batch_at_a_time(db, mailoutbox, monkeypatch):
    outbox.post(letters=[letter(f"{n}") for n in range(3)])
    OutboxMessage.objects.filter(key="2").update(due_at=datetime(2020, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(outbox, "BATCH", 2)
    assert outbox.deliver_due(now=soon()) == 2
    assert [sent.extra_headers["X-Outbox-Key"] for sent in mailoutbox] == ["2", "0"]
    assert outbox.deliver_due(now=soon()) == 1


@pytest.fixture
def refusing_mail_server(settings):
    """Nobody listens where mail should go."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def test_a_letter_that_fails_is_tried_again_after_growing_waits_and_given_up_in_the_end(db, refusing_mail_server):
    outbox.post(letters=[letter()])
    now = soon()
    waits = []
    for tried in range(1, TRIES):
        assert outbox.deliver_due(now=now) == 0
        message = OutboxMessage.objects.get()
        assert (message.attempts, message.given_up_at) == (tried, None)
        assert message.last_error.startswith("ConnectionRefusedError")
        waits.append(message.due_at - now)
        assert outbox.deliver_due(now=message.due_at - SECOND) == 0  # not before its time
        assert OutboxMessage.objects.get().attempts == tried
        now = message.due_at
    assert waits == sorted(waits)
    for tried, wait in enumerate(waits):
        assert FIRST_WAIT * 2**tried * 0.8 <= wait <= FIRST_WAIT * 2**tried * 1.2

    assert outbox.deliver_due(now=now) == 0
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.given_up_at, message.delivered_at) == (TRIES, now, None)
    assert outbox.deliver_due(now=now + timedelta(days=365)) == 0
    assert OutboxMessage.objects.get().attempts == TRIES


def test_a_letter_that_failed_is_delivered_when_the_mail_server_is_back(db, settings, refusing_mail_server):
    outbox.post(letters=[letter()])
    outbox.deliver_due(now=soon())
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.deliver_due(now=OutboxMessage.objects.get().due_at) == 1
    assert (len(mail.outbox), OutboxMessage.objects.get().last_error) == (1, "")


class Picky(BaseEmailBackend):
    """A mail server that does not know one address."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to == ["nobody@example.com"]:
                raise SMTPRecipientsRefused({"nobody@example.com": (550, b"No such user")})
            mail.outbox.append(message)
        return len(messages)


def test_a_letter_that_fails_does_not_hold_up_the_others(db, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    outbox.post(letters=[letter("bad", recipient="nobody@example.com"), letter("good")])
    assert outbox.deliver_due(now=soon()) == 1
    assert [sent.to for sent in mail.outbox] == [["sam@example.com"]]
    bad = OutboxMessage.objects.get(key="bad")
    assert "550" in bad.last_error
    assert (bad.attempts, bad.given_up_at is not None) == (1, True)  # nobody tries what is refused for good


@pytest.mark.parametrize("broken", [{"subject": "Booked\nBcc: all@example.com"}, {"recipient": "sam@example.com\n"}])
def test_a_letter_that_is_no_mail_does_not_hold_up_the_others(db, mailoutbox, broken):
    outbox.post(letters=[letter("bad", **broken), letter("good")])
    assert outbox.deliver_due(now=soon()) == 1
    assert [sent.extra_headers["X-Outbox-Key"] for sent in mailoutbox] == ["good"]
    bad = OutboxMessage.objects.get(key="bad")
    assert (bad.attempts, bad.given_up_at is not None) == (1, True)


class Dying(BaseEmailBackend):
    """A worker that is stopped in the middle of sending."""

    def send_messages(self, messages: Any) -> int:
        raise SystemExit


def test_a_worker_that_dies_gives_the_letter_back_when_its_lease_has_run_out(db, settings, mailoutbox):
    outbox.post(letters=[letter()])
    settings.EMAIL_BACKEND = f"{__name__}.Dying"
    now = soon()
    with pytest.raises(SystemExit):
        outbox.deliver_due(now=now)
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.last_error) == (1, outbox.DIED)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.deliver_due(now=now + outbox.LEASE - SECOND) == 0
    assert outbox.deliver_due(now=now + outbox.LEASE) == 1
    assert OutboxMessage.objects.get().last_error == ""


def test_a_letter_that_kills_whoever_tries_it_is_given_up_like_any_other(db, settings):
    outbox.post(letters=[letter()])
    settings.EMAIL_BACKEND = f"{__name__}.Dying"
    now = soon()
    for _ in range(TRIES):
        with pytest.raises(SystemExit):
            outbox.deliver_due(now=now)
        now += outbox.LEASE
    assert outbox.deliver_due(now=now) == 0
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.given_up_at, message.last_error) == (TRIES, now, outbox.DIED)


def test_nothing_is_held_in_the_database_while_a_letter_is_sent(db, settings):
    """Whoever sends has no transaction open but the test's own."""
    settings.EMAIL_BACKEND = f"{__name__}.Looking"
    outbox.post(letters=[letter()])
    around = len(connection.savepoint_ids)
    assert outbox.deliver_due(now=soon()) == 1
    assert Looking.seen == [around]


class Overtaken(BaseEmailBackend):
    """A worker that takes so long that another has delivered its letter, and then fails."""

    def send_messages(self, messages: Any) -> int:
        OutboxMessage.objects.update(delivered_at=datetime.now(UTC), last_error="")
        raise ConnectionResetError


def test_a_worker_that_was_overtaken_changes_nothing(db, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Overtaken"
    outbox.post(letters=[letter()])
    assert outbox.deliver_due(now=soon()) == 0
    message = OutboxMessage.objects.get()
    assert (message.delivered_at is not None, message.last_error) == (True, "")


class Looking(BaseEmailBackend):
    """A mail server that notes how deep in transactions it was called."""

    seen: list[int] = []

    def send_messages(self, messages: Any) -> int:
        self.seen.append(len(connection.savepoint_ids))
        return len(messages)


def test_a_batch_that_was_full_asks_for_the_next(db, mailoutbox, monkeypatch):
    told: list[int] = []
    monkeypatch.setattr(outbox, "BATCH", 2)
    monkeypatch.setattr(outbox, "_tell_a_worker", lambda: told.append(len(mailoutbox)))
    outbox.post(letters=[letter(f"{n}") for n in range(3)])
    assert (outbox.deliver_due(now=soon()), told) == (2, [2])
    assert (outbox.deliver_due(now=soon()), told) == (1, [2])


def test_who_has_worked_for_a_minute_lets_another_go_on(db, mailoutbox, monkeypatch):
    told: list[int] = []
    monkeypatch.setattr(outbox, "WORKS_FOR", timedelta(0))
    monkeypatch.setattr(outbox, "_tell_a_worker", lambda: told.append(len(mailoutbox)))
    outbox.post(letters=[letter("one"), letter("two")])
    assert (outbox.deliver_due(now=soon()), told) == (1, [1])


# Tried again


@pytest.fixture
def dead(db) -> list[str]:
    """Three letters: two that were given up, one that was not."""
    outbox.post(letters=[letter("dead-1"), letter("dead-2"), letter("alive")])
    given_up = OutboxMessage.objects.filter(key__startswith="dead")
    given_up.update(given_up_at=datetime.now(UTC), attempts=TRIES, last_error="550 No such user")
    return ["dead-1", "dead-2"]


def test_what_was_given_up_is_tried_again_as_if_it_were_new(dead, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as told:
        assert outbox.redrive(keys=["dead-2", "alive", "unknown"], now=soon()) == 1
    assert len(told) == 1
    again = OutboxMessage.objects.get(key="dead-2")
    assert (again.attempts, again.given_up_at) == (0, None)
    outbox.deliver_due(now=soon() + SECOND)
    assert {sent.extra_headers["X-Outbox-Key"] for sent in mailoutbox} == {"dead-2", "alive"}
    assert outbox.redrive(keys=["dead-2"], now=soon()) == 0  # it was delivered: nobody gets it twice


def test_all_are_tried_again(dead, mailoutbox):
    assert outbox.redrive(keys=None, now=soon()) == 2
    assert outbox.deliver_due(now=soon() + SECOND) == 3


def run(*flags: str) -> str:
    said = io.StringIO()
    call_command("outbox", *flags, stdout=said)
    return said.getvalue()


def test_the_command_lists_what_was_given_up_and_why(dead):
    for said in (run(), run("--list")):
        first, second, summary = said.splitlines()
        assert first.startswith("dead-1\t")
        assert second.endswith("\t550 No such user")
        assert summary.startswith("waiting: 1, the oldest for ")
        assert summary.endswith("given up: 2")
    assert OutboxMessage.objects.filter(given_up_at=None).count() == 1


def test_the_command_has_letters_tried_again(dead):
    assert run("--redrive", "dead-1") == "letters tried again: 1\n"
    with pytest.raises(CommandError, match="0 tried again"):
        run("--redrive", "dead-1")
    assert run("--all-dead") == "letters tried again: 1\n"
    assert run("--all-dead") == "letters tried again: 0\n"


# Two workers


class Slow(BaseEmailBackend):
    """A mail server that takes its time: until it is told."""

    sending, go_on = threading.Event(), threading.Event()
    sent: list[str] = []

    def send_messages(self, messages: Any) -> int:
        if not self.sending.is_set():
            self.sending.set()
            assert self.go_on.wait(20)
        self.sent.extend(message.extra_headers["X-Outbox-Key"] for message in messages)
        return len(messages)


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_deliver_the_same_letter(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    outbox.post(letters=[letter("one"), letter("two")])
    now = soon()
    delivered = []

    def first_worker() -> None:
        try:
            delivered.append(outbox.deliver_due(now=now))
        finally:
            connection.close()

    thread = threading.Thread(target=first_worker)
    thread.start()
    try:
        assert Slow.sending.wait(20)  # the first has "one" in its hands
        assert outbox.deliver_due(now=now) == 1
        assert Slow.sent == ["two"]
        assert outbox.deliver_due(now=now) == 0
    finally:
        Slow.go_on.set()
        thread.join()
    assert (delivered, Slow.sent) == ([1], ["two", "one"])
    assert not OutboxMessage.objects.filter(delivered_at=None).exists()


# Telling a worker


@pytest.fixture
def queue() -> Iterator[Callable[[], int]]:
    """Empties the queue of this run's Valkey and says how many messages waited in it."""
    with app.connection_for_read() as broker:
        empty = broker.default_channel.queue_purge
        empty("mail")
        yield lambda: int(empty("mail"))


def test_a_worker_is_told_when_it_is_committed_not_before(db, queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        outbox.post(letters=[letter()])
        assert queue() == 0
    assert queue() == 1


@pytest.fixture
def broker() -> Iterator[Callable[[str], None]]:
    """Has messages go to another address."""

    def use(address: str) -> None:
        other = Celery("elsewhere", broker=address)
        other.conf.broker_transport_options = app.conf.broker_transport_options
        other.set_current()

    yield use
    app.set_current()


def test_with_the_broker_away_a_booking_succeeds_and_the_sweep_delivers(
    ana_teaches_piano, sam, broker, django_capture_on_commit_callbacks, caplog, mailoutbox
):
    broker("redis://127.0.0.1:1/0")
    with django_capture_on_commit_callbacks(execute=True) as told:
        booking = book(sam, ana_teaches_piano, at="15:00")
    assert len(told) == 1
    assert "the broker is away" in caplog.text
    assert Booking.objects.filter(reference=booking.reference).exists()
    assert mailoutbox == []
    assert deliver_outbox() == 2
    assert {sent.to[0] for sent in mailoutbox} == {"ana@example.com", "sam@example.com"}


def test_a_broker_that_goes_away_in_between_is_no_error(
    db, broker, tmp_path, django_capture_on_commit_callbacks, caplog
):
    with running(tmp_path, Wanted(postgres=False, disposable=True), command="a test"):
        broker(broker_url(embedded_redis_url(tmp_path, {})))
        with django_capture_on_commit_callbacks(execute=True):
            outbox.post(letters=[letter("one")])
        assert not caplog.records
    with django_capture_on_commit_callbacks(execute=True):
        outbox.post(letters=[letter("two")])
    assert "the broker is away" in caplog.text


def test_everything_that_the_beat_calls_is_a_task_that_somebody_knows():
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
    assert "core.deliver_outbox" in {entry["task"] for entry in app.conf.beat_schedule.values()}


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_hears_of_a_letter_and_delivers_it(queue, tmp_path):
    log = (tmp_path / "worker.log").open("wb")
    command = [sys.executable, "-m", "celery", "-A", "instainstru.worker", "worker", "--pool=solo", "--loglevel=INFO"]
    environ = os.environ | {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
    worker = subprocess.Popen(command, cwd=REPOSITORY, env=environ, stdout=log, stderr=subprocess.STDOUT)
    try:
        outbox.post(letters=[letter()])
        deadline = time.monotonic() + 60
        while not OutboxMessage.objects.exclude(delivered_at=None).exists():
            assert worker.poll() is None, (tmp_path / "worker.log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "worker.log").read_text()
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait(30)
        log.close()
