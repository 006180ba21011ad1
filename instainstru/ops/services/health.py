"""Whether the site is well: each part that it stands on is asked, and none may keep the answer waiting."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django_redis import get_redis_connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from instainstru.core.measure import measure_operation
from instainstru.core.services import heartbeat
from instainstru.ops.repositories import database
from instainstru.ops.services import queue

FINE = "ok"
SILENT_FOR = timedelta(seconds=90)  # three beats
NAMED = 5
NO_ANSWER = (DatabaseError, RedisError, OperationalError, OSError)


@dataclass(frozen=True)
class Part:
    """One part of the site, what it says (the world reads it: no addresses), and how long it took to say it."""

    name: str
    says: str
    took_ms: float

    @property
    def ok(self) -> bool:
        """Whether it does its work."""
        return self.says == FINE


@measure_operation
def examine(*, now: datetime) -> list[Part]:
    """Ask every part. What does not answer is a part that says so: this raises nothing."""
    rows, cache = _ask("database", _database), _ask("cache", _cache)
    return [
        rows,
        _ask("migrations", _migrations, on=rows),
        cache,
        _ask("broker", _broker),
        _ask("worker", lambda: _worker(now), on=cache),
    ]


def _ask(name: str, question: Callable[[], str], *, on: Part | None = None) -> Part:
    """Ask one part, unless what it stands `on` has not answered: that wait was long enough."""
    if on is not None and not on.ok:
        return Part(name, f"not known without the {on.name}", 0)
    began = time.perf_counter()
    try:
        says = question()
    except NO_ANSWER:
        says = "no answer"
    return Part(name, says, round((time.perf_counter() - began) * 1000, 1))


def _database() -> str:
    database.ping()
    return FINE


def _migrations() -> str:
    missing = database.unapplied_migrations()
    more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
    return f"not applied: {', '.join(missing[:NAMED])}{more}" if missing else FINE


def _cache() -> str:
    get_redis_connection("default").ping()
    return FINE


def _broker() -> str:
    queue.ping()
    return FINE


def _worker(now: datetime) -> str:
    last = heartbeat.last()
    if last is None:
        return "no sign of life"
    silent = now - last
    return FINE if silent <= SILENT_FOR else f"last sign of life {silent.total_seconds():.0f} s ago"
