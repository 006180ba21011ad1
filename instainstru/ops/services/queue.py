"""The queue between web and workers: what waits in it, and how its tasks went.

A web process sees neither a worker's memory nor, on another machine, its files. So workers count their tasks in Redis,
whose loss resets these counts as a restart would.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from celery import current_app
from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from instainstru.core.measure import measure_operation

log = logging.getLogger(__name__)

ANSWERS_WITHIN = 0.25  # seconds for a try of the broker, of which there are two
# Seconds: from what only looks whether there is something to do, to the time limit.
EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
LONGER, SUM = "+Inf", "sum"


@dataclass(frozen=True)
class Durations:
    """The runs of one task that ended in one state: how many took up to so many seconds, and all their seconds."""

    task: str
    state: str
    edges: list[tuple[str, int]]
    seconds: float


@measure_operation
def note(*, task: str, state: str, seconds: float) -> None:
    """Count one run of a task. Without Redis it is not counted: the work itself is done."""
    edge = next((str(edge) for edge in EDGES if seconds <= edge), LONGER)
    try:
        with get_redis_connection("default").pipeline(transaction=False) as both:
            both.hincrby(_key(), f"{task}|{state}|{edge}", 1)
            both.hincrbyfloat(_key(), f"{task}|{state}|{SUM}", seconds)
            both.execute()
    except (RedisError, OSError):
        log.warning("a run of a task was not counted: Redis does not answer")


@measure_operation
def durations() -> list[Durations]:
    """Of every task, how long its runs took, on all machines. Raises RedisError."""
    found: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for name, value in get_redis_connection("default").hgetall(_key()).items():
        task, state, edge = name.decode().split("|")
        found[task, state][edge] = float(value)
    return [Durations(*of, _cumulated(counts), counts.get(SUM, 0.0)) for of, counts in sorted(found.items())]


@measure_operation
def ping() -> None:
    """Return once the broker has answered. Raises OperationalError."""
    with _broker():
        pass


@measure_operation
def waiting() -> dict[str, int]:
    """How many messages wait in each queue. Raises OperationalError or RedisError."""
    with _broker() as broker:
        return {name: int(broker.llen(name)) for name in sorted(current_app.amqp.queues)}


@contextmanager
def _broker() -> Iterator[Any]:
    """The broker's own client, which knows the prefix of this database's queues."""
    with current_app.connection_for_read() as connection:
        waits = {"socket_connect_timeout": ANSWERS_WITHIN, "socket_timeout": ANSWERS_WITHIN}
        connection.transport_options = {**connection.transport_options, **waits}
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=2 * ANSWERS_WITHIN)
        yield connection.default_channel.client


def _key() -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}tasks"


def _cumulated(counts: Mapping[str, float]) -> list[tuple[str, int]]:
    names = [*map(str, EDGES), LONGER]
    counted: Iterable[int] = accumulate(int(counts.get(name, 0)) for name in names)
    return list(zip(names, counted, strict=True))
