"""What each web process notes when it has answered: how, and what its pool of connections is doing."""

from prometheus_client import Counter, Gauge

from instainstru.core.measure import measure_operation
from instainstru.ops.repositories import database

ANSWERS = Counter("instainstru_responses", "Answers as they left, whatever answered", ["status"])
# Each process says how it is; those that are alive are added up.
POOL = Gauge("instainstru_pool_connections", "Connections in the pools", ["state"], multiprocess_mode="livesum")
POOL_MOST = Gauge(
    "instainstru_pool_connections_most", "Connections that the pools may open", multiprocess_mode="livesum"
)
WAITING = Gauge("instainstru_pool_waiting_requests", "Requests that wait for one", multiprocess_mode="livesum")
TIMEOUTS = Gauge(
    "instainstru_pool_timeouts",
    "Requests that got none in time, since the processes started",
    multiprocess_mode="livesum",
)
OPEN, FREE = POOL.labels("open"), POOL.labels("free")


@measure_operation
def note(*, status: int) -> None:
    """Count one answer."""
    ANSWERS.labels(str(status)).inc()
    if pool := database.pool():
        OPEN.set(pool.size)
        FREE.set(pool.available)
        POOL_MOST.set(pool.max)
        WAITING.set(pool.waiting)
        TIMEOUTS.set(pool.timeouts)
