"""Rows of the outbox."""

from datetime import datetime

from instainstru.core.models import OutboxMessage


def claim_due(*, limit: int, now: datetime) -> list[OutboxMessage]:
    """Lock up to `limit` messages that are due, oldest first, passing over those another worker holds."""
    return list(
        OutboxMessage.objects.select_for_update(skip_locked=True)
        .filter(delivered_at=None, given_up_at=None, due_at__lte=now)
        .order_by("due_at", "id")[:limit]
    )
