"""A sign of life of beat, queue and worker together: the beat asks for it, a worker gives it."""

from datetime import datetime, timedelta

from django.core.cache import cache

from instainstru.core.measure import measure_operation

KEY = "heartbeat"
KEPT = timedelta(days=1)


@measure_operation
def beat(*, now: datetime) -> None:
    """Note that a worker did its work now. With Redis dead nothing is noted."""
    cache.set(KEY, now, timeout=KEPT.total_seconds())


@measure_operation
def last() -> datetime | None:
    """When a worker last did its work; None when none ever did, or when nobody can tell."""
    noted: datetime | None = cache.get(KEY)
    return noted
