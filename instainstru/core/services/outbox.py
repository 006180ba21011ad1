"""Mail leaves by the outbox: posted in the transaction, delivered after it, at least once."""

import logging
import random
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from instainstru.core import policy
from instainstru.core.measure import measure_bulk, measure_operation
from instainstru.core.models import OutboxMessage
from instainstru.core.repositories import outbox as repository
from instainstru.core.services import transport
from instainstru.core.services.transport import NotSent

log = logging.getLogger(__name__)

BATCH = 50
TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
# How long a letter is nobody else's once it was taken: longer than any transport may keep us waiting. A worker that
# died gives its letter back by this.
LEASE = timedelta(minutes=2)
WORKS_FOR = timedelta(seconds=60)  # then no further letter is taken: the task has an end well before its time limit
NOBODYS = ".invalid"  # no such address can be, says RFC 2606
DIED = "Whoever tried it did not come back."


@dataclass(frozen=True)
class Backlog:
    """What the outbox still holds: letters to leave, the age of the oldest of them, letters given up."""

    letters: int
    oldest_seconds: float
    given_up: int


@dataclass(frozen=True)
class Letter:
    """One mail to one person. `key` names what happened and to whom it is told, and is used once.

    A confidential one holds a way in: staff cannot read it, and its words are dropped when it has left. One that was
    given up keeps them, to be tried again, until it is pruned.
    """

    key: str
    recipient: str
    subject: str
    body: str
    reference: str = ""
    confidential: bool = False


@measure_operation
def post(*, letters: Sequence[Letter]) -> None:
    """Write letters into the outbox of the running transaction; a worker is told when it commits.

    A letter whose key is there already is left out, as is one to an address under .invalid: who has left has such a
    one. With the broker down the sweep delivers it later.
    """
    real = [letter for letter in letters if not letter.recipient.endswith(NOBODYS)]
    repository.post_once([OutboxMessage(**vars(letter)) for letter in real])
    transaction.on_commit(_tell_a_worker)


@measure_operation
def posted(*, keys: Sequence[str]) -> set[str]:
    """Which of these keys are there already."""
    return repository.known(keys=keys)


def _tell_a_worker() -> None:
    try:
        current_app.send_task("core.deliver_outbox", retry=False)
    except OperationalError:
        log.warning("the broker is away: the sweep will deliver what was posted")


@measure_bulk
def deliver_due(*, now: datetime) -> int:
    """Deliver what is due, a batch at most, and answer how many letters left.

    No transaction waits for the transport: a letter is taken for the time of a lease, then sent, then recorded. One
    that fails waits twice as long each time and is given up after its tries; one refused for good is given up at once.
    """
    began, delivered, worked = time.monotonic(), 0, timedelta()
    for _ in range(BATCH):
        message = _take(now=now + worked)
        if message is None:
            return delivered
        delivered += _deliver(message, now=now + worked)
        worked = timedelta(seconds=time.monotonic() - began)
        if worked > WORKS_FOR:
            break
    _tell_a_worker()  # there may be more
    return delivered


@measure_operation
def backlog(*, now: datetime) -> Backlog:
    """How much has not left, and for how long."""
    letters, oldest = repository.waiting()
    age = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    return Backlog(letters=letters, oldest_seconds=age, given_up=repository.given_up().count())


@measure_operation
def dead_letters() -> Iterable[OutboxMessage]:
    """The letters that were given up, the oldest first."""
    return repository.given_up().iterator()


@measure_operation
def redrive(*, keys: Sequence[str] | None, now: datetime) -> int:
    """Have letters that were given up tried again from now on: those of the keys, or with None all. How many."""
    again = repository.begin_again(keys=keys, now=now)
    if again:
        transaction.on_commit(_tell_a_worker)
    return again


@measure_operation
def to(*, recipients: Collection[str], since: datetime) -> list[OutboxMessage]:
    """The letters to these addresses from an instant on, in the order they were posted."""
    return repository.to(recipients=recipients, since=since)


@measure_operation
def forget(*, recipients: Collection[str], since: datetime) -> None:
    """Drop these letters, also those that have not left yet."""
    repository.forget(recipients=recipients, since=since)


@measure_operation
def keep_short(*, references: Collection[str]) -> None:
    """Keep letters with these references no longer than it takes to deliver them: what was delivered is dropped."""
    repository.keep_short(references=references)


@measure_bulk
def prune(*, now: datetime) -> int:
    """Drop letters long done with, confidential ones after a week; answers how many. Safe to run twice."""
    return repository.remove_old(
        before=now - timedelta(days=policy.LETTERS_KEPT_DAYS),
        confidential_before=now - timedelta(days=policy.CONFIDENTIAL_LETTERS_KEPT_DAYS),
    )


@measure_operation
def about(*, reference: str) -> list[OutboxMessage]:
    """The letters that speak of a lesson, in the order they were posted."""
    return repository.about(reference=reference)


def _take(*, now: datetime) -> OutboxMessage | None:
    """The next letter, for as long as a lease; the try is counted now, in case nobody comes back from it."""
    with transaction.atomic():
        message = repository.lock_next(now=now)
        if message is not None:
            message.attempts += 1
            repository.record(message, attempts=message.attempts, due_at=now + LEASE, last_error=DIED)
    return message


def _deliver(message: OutboxMessage, *, now: datetime) -> bool:
    if message.attempts > TRIES:  # the last of them was not recorded: its worker died
        repository.record(message, attempts=TRIES, given_up_at=now)
        return False
    try:
        transport.send(message)
    except NotSent as failed:
        if failed.for_good or message.attempts == TRIES:
            log.warning("letter %s is given up after %d tries", message.pk, message.attempts)
            repository.record(message, given_up_at=now, last_error=failed.reason)
        else:
            # Jitter spreads the tries of letters that failed together.
            wait = FIRST_WAIT * 2 ** (message.attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311
            repository.record(message, due_at=now + wait, last_error=failed.reason)
        return False
    repository.record_delivered(message, now=now)
    return True
