"""Counting requests: in Redis for all processes; while it is away each by itself, and strict buckets are closed."""

import logging
import time

from prometheus_client import Counter
from redis.exceptions import RedisError

from instainstru.core import policy
from instainstru.core.errors import Busy, DomainError
from instainstru.core.limits import MICROSECONDS, RATES, STRICT, Bucket, Count, Taken
from instainstru.core.measure import measure_operation
from instainstru.core.repositories import limits as repository

log = logging.getLogger(__name__)

REFUSED = Counter("instainstru_rate_limited", "Requests refused because too many came", ["bucket"])


class TooOften(DomainError):
    """More requests than a minute has room for."""

    code, status, sentence = "too_often", 429, "That was too often. Nothing was changed."

    def __init__(self, *, seconds: int) -> None:
        self.wait = seconds
        after = "a second" if seconds == 1 else f"{seconds} seconds"
        super().__init__(f"That was too often, and nothing was changed. Try again in {after}.")


class CountingPauses(Busy):
    """Tries that must be counted cannot be: Redis is away."""

    sentence = "Signing in, passwords and payments pause for a moment. Nothing was changed: try again in a few seconds."
    wait = policy.LIMITS_PAUSE_SECONDS


class _Shared:
    """Redis, asked again only some seconds after it failed: one that is silent must not cost each request its wait."""

    def __init__(self) -> None:
        self.away_until = 0.0

    def take(self, account: str, bucket: Bucket) -> Taken | None:
        """What Redis counts; None while it is away."""
        if time.monotonic() < self.away_until:
            return None
        try:
            return repository.take_shared(account, RATES[bucket])
        except (RedisError, OSError) as failed:
            self.away_until = time.monotonic() + policy.LIMITS_PAUSE_SECONDS
            log.warning("requests are counted by each process alone: Redis does not answer (%s)", type(failed).__name__)
            return None


shared = _Shared()
own = repository.OwnMemory(policy.LIMITS_REMEMBERED)


@measure_operation
def count(*, bucket: Bucket, account: str) -> Count:
    """Count a request of an account, in real time whatever a test clock says; how much is left, or how long to wait.

    Raises CountingPauses for a strict bucket while Redis is away.
    """
    named = f"limit:{bucket}:{account}"
    taken = shared.take(named, bucket)
    if taken is None and bucket in STRICT:
        raise CountingPauses
    taken = taken or own.take(named, RATES[bucket], now=int(time.monotonic() * MICROSECONDS))
    if taken.wait:
        REFUSED.labels(bucket).inc()
    return Count(bucket, taken)
