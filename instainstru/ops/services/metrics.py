"""What Prometheus reads: the counts of all web processes, and gauges looked up when it asks."""

import os
from collections.abc import Iterable
from datetime import datetime

from prometheus_client import REGISTRY, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from instainstru.core.measure import measure_operation
from instainstru.core.services import heartbeat, outbox


class _Snapshot(Collector):
    """Metrics as they are now, for the writer of Prometheus' text."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """The same metrics each time."""
        return self.metrics


@measure_operation
def exposition(*, now: datetime) -> bytes:
    """Everything, in Prometheus' text. Outbox and worker are looked up: web processes count nothing of theirs."""
    return generate_latest(_Snapshot([*counted(), *_looked_up(now)]))


def counted() -> Iterable[Metric]:
    """What all web processes of this machine have counted; where they share no folder, what this one has."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        found: Iterable[Metric] = MultiProcessCollector(None).collect()  # type: ignore[no-untyped-call]
        return found
    return REGISTRY.collect()


def _looked_up(now: datetime) -> Iterable[Metric]:
    waiting = outbox.backlog(now=now)
    yield _gauge("outbox_waiting_letters", "Letters that have not left yet", waiting.letters)
    yield _gauge("outbox_oldest_seconds", "Age of the oldest letter that has not left yet", waiting.oldest_seconds)
    yield _gauge("outbox_given_up_letters", "Letters that were given up after their tries", waiting.given_up)
    if last := heartbeat.last():
        age = (now - last).total_seconds()
        yield _gauge("worker_heartbeat_age_seconds", "Time since a worker last gave a sign of life", age)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"instainstru_{name}", meaning, value)
