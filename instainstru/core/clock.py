"""The one clock of the entry points. Below them, time is an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told: ContextVar[datetime | None] = ContextVar("now", default=None)


def now() -> datetime:
    """Now in UTC, or what the test clock of this request says."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Make now() answer an instant inside the block."""
    token = _told.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)
