"""Rows of the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Min, Q, QuerySet, TextField, Value, When

from instainstru.core.models import OutboxMessage

WAITING: dict[str, Any] = {"delivered_at": None, "given_up_at": None}
GIVEN_UP: dict[str, Any] = {"delivered_at": None, "given_up_at__isnull": False}


def lock_next(*, now: datetime) -> OutboxMessage | None:
    """Lock the message that is due longest, passing over those that another worker is taking."""
    due = OutboxMessage.objects.filter(**WAITING, due_at__lte=now)
    return due.select_for_update(skip_locked=True).order_by("due_at", "id").first()


def post_once(messages: Sequence[OutboxMessage]) -> None:
    """Insert messages; one whose key is there already is left out."""
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)


def known(*, keys: Sequence[str]) -> set[str]:
    """The keys of these that a message has."""
    return set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))


def record(message: OutboxMessage, **facts: Any) -> bool:
    """Keep what came of a try. False, and nothing kept, if the message was delivered or given up meanwhile."""
    return bool(OutboxMessage.objects.filter(pk=message.pk, **WAITING).update(**facts))


def record_delivered(message: OutboxMessage, *, now: datetime) -> bool:
    """The same for a message that has left. A confidential one is emptied: nobody finds a way in among old letters."""
    kept = Case(When(confidential=True, then=Value("")), default="body", output_field=TextField())
    return record(message, delivered_at=now, last_error="", body=kept)


def waiting() -> tuple[int, datetime | None]:
    """How many messages have not left yet, and when the oldest of them was posted."""
    found = OutboxMessage.objects.filter(**WAITING).aggregate(messages=Count("pk"), oldest=Min("created_at"))
    return found["messages"], found["oldest"]


def given_up() -> QuerySet[OutboxMessage]:
    """The messages that were given up, the oldest first."""
    return OutboxMessage.objects.filter(**GIVEN_UP).order_by("id")


def begin_again(*, keys: Sequence[str] | None, now: datetime) -> int:
    """Have messages that were given up tried as if they were new, all or those of the keys; how many that was."""
    found = given_up() if keys is None else given_up().filter(key__in=keys)
    return found.update(given_up_at=None, attempts=0, due_at=now)


def about(*, reference: str) -> list[OutboxMessage]:
    """Messages that carry this reference, the first posted first."""
    return list(OutboxMessage.objects.filter(reference=reference).order_by("id"))


def _to(recipients: Collection[str], since: datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(recipient__in=recipients, created_at__gte=since)


def to(*, recipients: Collection[str], since: datetime) -> list[OutboxMessage]:
    """The messages to these addresses from an instant on, the first posted first."""
    return list(_to(recipients, since).order_by("id"))


def forget(*, recipients: Collection[str], since: datetime) -> None:
    """Delete the messages to these addresses from an instant on."""
    _to(recipients, since).delete()


def keep_short(*, references: Collection[str]) -> None:
    """Delete the messages with these references that were delivered; the others are emptied once they have left."""
    about = OutboxMessage.objects.filter(reference__in=references)
    about.filter(delivered_at__isnull=False).delete()
    about.update(confidential=True)


def remove_old(*, before: datetime, confidential_before: datetime) -> int:
    """Delete messages that were delivered or given up before an instant, confidential ones another; how many."""
    done = Q(delivered_at__lt=before) | Q(given_up_at__lt=before)
    done |= Q(confidential=True) & (Q(delivered_at__lt=confidential_before) | Q(given_up_at__lt=confidential_before))
    return OutboxMessage.objects.filter(done).delete()[0]
