"""How fast the product's operations are, over all web processes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from instainstru.core import measure
from instainstru.core.measure import measure_operation
from instainstru.ops.repositories import database
from instainstru.ops.repositories.database import Statement
from instainstru.ops.services import metrics

SLOWEST = 10
PERCENTILES = (50, 95, 99)


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


@dataclass
class _Counts:
    outcomes: dict[str, int] = field(default_factory=dict)
    edges: defaultdict[float, float] = field(default_factory=lambda: defaultdict(float))  # calls up to so many seconds


@measure_operation
def by_operation() -> list[Speed]:
    """Every operation that was called, the slowest (by its 95th percentile) first."""
    speeds = [_speed(operation, counts) for operation, counts in _counted().items()]
    return sorted(speeds, key=lambda speed: (-speed.p95_ms, speed.operation))


@measure_operation
def slow_statements() -> list[Statement] | None:
    """The statements that take longest on average; None where the database keeps no count of them."""
    return database.slowest_statements(SLOWEST)


def _counted() -> dict[str, _Counts]:
    found: defaultdict[str, _Counts] = defaultdict(_Counts)
    samples = [s for metric in metrics.counted() if metric.name == measure.DURATION_NAME for s in metric.samples]
    for sample in samples:
        counts = found[sample.labels["operation"]]
        if sample.name.endswith("_bucket"):
            counts.edges[float(sample.labels["le"])] += sample.value
        elif sample.name.endswith("_count"):
            counts.outcomes[sample.labels["outcome"]] = int(sample.value)
    return found


def _speed(operation: str, counts: _Counts) -> Speed:
    outcomes = counts.outcomes
    at = [round(percentile(share, counts.edges) * 1000, 2) for share in PERCENTILES]
    return Speed(
        operation=operation,
        count=sum(outcomes.values()),
        errors=outcomes.get(measure.ERROR, 0),
        refused={outcome: n for outcome, n in outcomes.items() if outcome not in (measure.OK, measure.ERROR)},
        p50_ms=at[0],
        p95_ms=at[1],
        p99_ms=at[2],
    )


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
