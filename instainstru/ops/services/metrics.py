"""What Prometheus reads: the counts of all web processes, and what is looked up when it asks.

Looked up is whatever a web process cannot count: the outbox and the database in PostgreSQL, the queue and the workers
in Redis. Every web server says the same of these: a query over several takes `max`, never `sum`.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from kombu.exceptions import OperationalError
from prometheus_client import REGISTRY, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from instainstru.core import measure
from instainstru.core.measure import measure_operation
from instainstru.core.services import heartbeat, outbox
from instainstru.ops.repositories import database
from instainstru.ops.services import queue

BOOKING = "bookings.services.booking.book_lesson"
NO_ANSWER = (DatabaseError, RedisError, OperationalError, OSError)


class _Snapshot(Collector):
    """Metrics as they are now, for the writer of Prometheus' text."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """The same metrics each time."""
        return self.metrics


@measure_operation
def exposition(*, now: datetime) -> bytes:
    """Everything, in Prometheus' text. A part that does not answer is said to be down, and leaves the rest as it is."""
    counts = list(counted())
    return generate_latest(_Snapshot([*counts, bookings(counts), *_looked_up(now)]))


def counted() -> Iterable[Metric]:
    """What all web processes of this machine have counted; where they share no folder, what this one has."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        found: Iterable[Metric] = MultiProcessCollector(None).collect()  # type: ignore[no-untyped-call]
        return found
    return REGISTRY.collect()


def bookings(counts: Iterable[Metric]) -> Metric:
    """Lessons booked, and refused by the rule that said no: what is counted of the operation, by another name."""
    found = CounterMetricFamily("instainstru_bookings", "Tries to book, by what came of them", labels=["outcome"])
    for metric in counts:
        if metric.name == measure.DURATION_NAME:
            for sample in metric.samples:
                if sample.name.endswith("_count") and sample.labels["operation"] == BOOKING:
                    outcome = sample.labels["outcome"]
                    found.add_metric(["made" if outcome == measure.OK else outcome], sample.value)
    return found


def _looked_up(now: datetime) -> Iterable[Metric]:
    up = GaugeMetricFamily("instainstru_part_up", "Whether a part answered when it was asked", labels=["part"])
    for part, look in (("database", partial(_database, now)), ("broker", _queues), ("cache", partial(_workers, now))):
        try:
            yield from list(look())
        except NO_ANSWER:
            up.add_metric([part], 0)
        else:
            up.add_metric([part], 1)
    yield up
    yield from _disk()


def _database(now: datetime) -> Iterable[Metric]:
    letters = outbox.backlog(now=now)
    yield _gauge("outbox_waiting_letters", "Letters that have not left yet", letters.letters)
    yield _gauge("outbox_oldest_seconds", "Age of the oldest letter that has not left yet", letters.oldest_seconds)
    yield _gauge("outbox_given_up_letters", "Letters that were given up after their tries", letters.given_up)
    connected = database.connections()
    states = {"active": connected.active, "idle": connected.idle, "idle_in_transaction": connected.idle_in_transaction}
    yield _gauges("database_connections", "Connections to this database, of all processes", "state", states)
    yield _gauge("database_connections_most", "Connections that the server allows", connected.most)
    load = database.load()
    yield _gauge("database_size_bytes", "Size of this database", load.size_bytes)
    yield _gauge("database_longest_transaction_seconds", "Age of the oldest open transaction", load.longest_seconds)
    ended = {"commit": load.commits, "rollback": load.rollbacks}
    yield _counters("database_transactions", "Transactions by how they ended", "end", ended)
    read = {"cache": load.blocks_in_cache, "disk": load.blocks_read}
    yield _counters("database_blocks", "Blocks by where PostgreSQL found them", "found", read)
    yield _counters("database_deadlocks", "Deadlocks that PostgreSQL broke", "", {"": load.deadlocks})


def _queues() -> Iterable[Metric]:
    yield _gauges("queue_messages", "Messages that no worker has taken yet", "queue", queue.waiting())


def _workers(now: datetime) -> Iterable[Metric]:
    tasks = HistogramMetricFamily("instainstru_task_seconds", "Tasks by how they ended", labels=["task", "state"])
    for one in queue.durations():
        tasks.add_metric([one.task, one.state], buckets=one.edges, sum_value=one.seconds)
    yield tasks
    if last := heartbeat.last():
        age = (now - last).total_seconds()
        yield _gauge("worker_heartbeat_age_seconds", "Time since a worker last gave a sign of life", age)


def _disk() -> Iterable[Metric]:
    """Of the disk that photos are kept on; the folder is made with the first of them."""
    folder = next(place for place in (Path(settings.MEDIA_ROOT), *Path(settings.MEDIA_ROOT).parents) if place.exists())
    space = shutil.disk_usage(folder)
    yield _gauge("disk_size_bytes", "Size of the disk that photos are kept on", space.total)
    yield _gauge("disk_free_bytes", "What is left of it", space.free)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"instainstru_{name}", meaning, value)


def _gauges(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    return _labelled(GaugeMetricFamily(f"instainstru_{name}", meaning, labels=[label]), values)


def _counters(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    return _labelled(CounterMetricFamily(f"instainstru_{name}", meaning, labels=[label] if label else []), values)


def _labelled(family: CounterMetricFamily | GaugeMetricFamily, values: Mapping[str, float]) -> Metric:
    for label, value in values.items():
        family.add_metric([label] if label else [], value)
    return family
