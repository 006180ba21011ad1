"""Tables of the core."""

from instainstru.core.models.outbox import OutboxMessage

__all__ = ["OutboxMessage"]
