"""How fast the product's operations and its views are, over all web processes."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from prometheus_client.samples import Sample

from instainstru.core import measure
from instainstru.core.measure import measure_operation
from instainstru.ops.repositories import database
from instainstru.ops.repositories.database import Statement
from instainstru.ops.services import metrics

SLOWEST = 10
PERCENTILES = (50, 95, 99)
# Of django-prometheus.
LATENCY = "django_http_requests_latency_seconds_by_view_method"
RESPONSES = "django_http_responses_total_by_status_view_method"


@dataclass(frozen=True)
class Speed:
    """One operation since the web processes started. `refused` counts by the rule that said no; errors broke."""

    operation: str
    count: int
    errors: int
    refused: dict[str, int]
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True)
class RequestSpeed:
    """One view since the web processes started, by its route's name. Errors are answers of 500 and above."""

    view: str
    count: int
    errors: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


Edges = defaultdict[float, float]  # calls that took up to so many seconds


@dataclass
class _Counts:
    outcomes: dict[str, int] = field(default_factory=dict)
    edges: Edges = field(default_factory=lambda: defaultdict(float))


@measure_operation
def by_operation() -> list[Speed]:
    """Every operation that was called, the slowest (by its 95th percentile) first."""
    speeds = [_speed(operation, counts) for operation, counts in _counted().items()]
    return sorted(speeds, key=lambda speed: (-speed.p95_ms, speed.operation))


@measure_operation
def slow_requests() -> list[RequestSpeed]:
    """The views that take longest, by their 95th percentile."""
    edges: defaultdict[str, Edges] = defaultdict(lambda: defaultdict(float))
    errors: defaultdict[str, int] = defaultdict(int)
    for sample in _samples(LATENCY, RESPONSES):
        if sample.name == f"{LATENCY}_bucket":
            edges[sample.labels["view"]][float(sample.labels["le"])] += sample.value
        elif sample.name == f"{RESPONSES}_total" and sample.labels["status"] >= "500":
            errors[sample.labels["view"]] += int(sample.value)
    speeds = [
        RequestSpeed(view, int(counts[math.inf]), errors[view], *_percentiles(counts)) for view, counts in edges.items()
    ]
    return sorted(speeds, key=lambda speed: (-speed.p95_ms, speed.view))[:SLOWEST]


@measure_operation
def slow_statements() -> list[Statement] | None:
    """The statements that take longest on average; None where the database keeps no count of them."""
    return database.slowest_statements(SLOWEST)


def _samples(*names: str) -> list[Sample]:
    return [sample for metric in metrics.counted() if metric.name in names for sample in metric.samples]


def _counted() -> dict[str, _Counts]:
    found: defaultdict[str, _Counts] = defaultdict(_Counts)
    for sample in _samples(measure.DURATION_NAME):
        counts = found[sample.labels["operation"]]
        if sample.name.endswith("_bucket"):
            counts.edges[float(sample.labels["le"])] += sample.value
        elif sample.name.endswith("_count"):
            counts.outcomes[sample.labels["outcome"]] = int(sample.value)
    return found


def _speed(operation: str, counts: _Counts) -> Speed:
    outcomes = counts.outcomes
    refused = {outcome: n for outcome, n in outcomes.items() if outcome not in (measure.OK, measure.ERROR)}
    errors = outcomes.get(measure.ERROR, 0)
    return Speed(operation, sum(outcomes.values()), errors, refused, *_percentiles(counts.edges))


def _percentiles(edges: Edges) -> tuple[float, float, float]:
    p50, p95, p99 = (round(percentile(share, edges) * 1000, 2) for share in PERCENTILES)
    return p50, p95, p99


def percentile(share: int, edges: Mapping[float, float]) -> float:
    """The duration in seconds that `share` percent of the calls stayed within, read from a histogram.

    `edges` says how many calls took up to so many seconds, the last edge being infinity. Within the bucket where
    the percentile falls, calls are taken to lie evenly, as Prometheus' histogram_quantile does: it is right to the
    width of a bucket. Beyond the last finite edge nothing is known, and that edge is the answer.
    """
    counts = [(0.0, 0.0), *sorted(edges.items())]
    wanted = counts[-1][1] * share / 100
    for (begins, below), (ends, within) in pairwise(counts):
        if within >= wanted and within > below:
            return begins if ends == float("inf") else begins + (ends - begins) * (wanted - below) / (within - below)
    return 0.0
