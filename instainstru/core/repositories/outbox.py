"""Rows of the outbox."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Min

from instainstru.core.models import OutboxMessage


def claim_due(*, limit: int, now: datetime) -> list[OutboxMessage]:
    """Lock up to `limit` messages that are due, oldest first, passing over those another worker holds."""
    return list(
        OutboxMessage.objects.select_for_update(skip_locked=True)
        .filter(delivered_at=None, given_up_at=None, due_at__lte=now)
        .order_by("due_at", "id")[:limit]
    )


def post_once(messages: Sequence[OutboxMessage]) -> None:
    """Insert messages; one whose key is there already is left out."""
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)


def record_try(message: OutboxMessage) -> None:
    """Keep what came of a try."""
    message.save(update_fields=["attempts", "last_error", "due_at", "delivered_at", "given_up_at"])


def waiting() -> tuple[int, datetime | None]:
    """How many messages have not left yet, and when the oldest of them was posted."""
    found = OutboxMessage.objects.filter(delivered_at=None, given_up_at=None).aggregate(
        messages=Count("pk"), oldest=Min("created_at")
    )
    return found["messages"], found["oldest"]


def given_up() -> int:
    """How many messages were given up."""
    return OutboxMessage.objects.filter(given_up_at__isnull=False).count()


def about(*, reference: str) -> list[OutboxMessage]:
    """Messages that carry this reference, the first posted first."""
    return list(OutboxMessage.objects.filter(reference=reference).order_by("id"))
