"""Rows of the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

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
