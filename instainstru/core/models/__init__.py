"""Tables of the core."""

from instainstru.core.models.audit import PERSONAL, audited
from instainstru.core.models.outbox import OutboxMessage

__all__ = ["PERSONAL", "OutboxMessage", "audited"]
