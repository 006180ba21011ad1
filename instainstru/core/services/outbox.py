"""Mail leaves by the outbox: posted in the transaction, delivered after it, at least once."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from kombu.exceptions import OperationalError

from instainstru.core.measure import measure_operation
from instainstru.core.models import OutboxMessage
from instainstru.core.repositories import outbox as repository

log = logging.getLogger(__name__)

BATCH = 50
TRIES = 8
FIRST_WAIT = timedelta(seconds=30)


@dataclass(frozen=True)
class Backlog:
    """What the outbox still holds: letters to leave, the age of the oldest of them, letters given up."""

    letters: int
    oldest_seconds: float
    given_up: int


@dataclass(frozen=True)
class Letter:
    """One mail to one person. `key` names what happened and to whom it is told, and is used once."""

    key: str
    recipient: str
    subject: str
    body: str
    reference: str = ""


@measure_operation
def post(*, letters: Sequence[Letter]) -> None:
    """Write letters into the outbox of the running transaction; a worker is told when it commits.

    A letter whose key is there already is left out. With the broker down the sweep delivers it later.
    """
    repository.post_once([OutboxMessage(**vars(letter)) for letter in letters])
    transaction.on_commit(_tell_a_worker)


def _tell_a_worker() -> None:
    try:
        current_app.send_task("core.deliver_outbox", retry=False)
    except OperationalError:
        log.warning("the broker is away: the sweep will deliver what was posted")


@measure_operation
def deliver_due(*, now: datetime) -> int:
    """Deliver what is due and answer how many letters left.

    Each is sent in a transaction of its own that holds its row: a worker that dies gives it back. One that
    fails waits twice as long each time, and is given up after its tries.
    """
    delivered = 0
    for _ in range(BATCH):
        with transaction.atomic():
            due = repository.claim_due(limit=1, now=now)
            if not due:
                break
            delivered += _deliver(due[0], now=now)
    return delivered


@measure_operation
def backlog(*, now: datetime) -> Backlog:
    """How much has not left, and for how long."""
    letters, oldest = repository.waiting()
    age = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    return Backlog(letters=letters, oldest_seconds=age, given_up=repository.given_up())


@measure_operation
def about(*, reference: str) -> list[OutboxMessage]:
    """The letters that speak of a lesson, in the order they were posted."""
    return repository.about(reference=reference)


def _deliver(message: OutboxMessage, *, now: datetime) -> bool:
    message.attempts += 1
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        headers={"X-Outbox-Key": message.key, "Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (OSError, ValueError) as failed:  # SMTP's and the network's errors; and what cannot be put into a mail
        message.last_error = f"{type(failed).__name__}: {failed}"[:300]
        if message.attempts >= TRIES:
            message.given_up_at = now
        else:
            # Jitter spreads the tries of letters that failed together.
            wait = FIRST_WAIT * 2 ** (message.attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311
            message.due_at = now + wait
        repository.record_try(message)
        return False
    message.delivered_at = now
    message.last_error = ""
    repository.record_try(message)
    return True
