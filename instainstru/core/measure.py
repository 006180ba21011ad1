"""Durations and outcomes of what the product does."""

import functools
import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from prometheus_client import Histogram

from instainstru.core import policy
from instainstru.core.errors import DomainError

log = logging.getLogger(__name__)

OK, ERROR = "ok", "error"  # every other outcome is the code of a rule that said no
DURATION_NAME = "instainstru_operation_seconds"
# Seconds, from one statement to more than anybody waits for. Percentiles are read from here: right to a bucket's width.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
DURATION = Histogram(DURATION_NAME, "Service operations by outcome", ["operation", "outcome"], buckets=BUCKETS)


P = ParamSpec("P")
R = TypeVar("R")


def measure_operation(function: Callable[P, R]) -> Callable[P, R]:
    """Count each call of a service function by outcome, and log a slow one with its arguments' types, never values."""
    return _measured(function, logs_slow=True)


def measure_bulk(function: Callable[P, R]) -> Callable[P, R]:
    """The same for work that takes its time by design, which nobody needs to be told of."""
    return _measured(function, logs_slow=False)


def _measured(function: Callable[P, R], *, logs_slow: bool) -> Callable[P, R]:
    operation = f"{function.__module__}.{function.__name__}"

    @functools.wraps(function)
    def measured(*args: P.args, **kwargs: P.kwargs) -> R:
        began = time.perf_counter()
        outcome = OK
        try:
            return function(*args, **kwargs)
        except DomainError as refused:
            outcome = refused.code
            raise
        except BaseException:
            outcome = ERROR
            raise
        finally:
            took = time.perf_counter() - began
            DURATION.labels(operation, outcome).observe(took)
            if logs_slow and took * 1000 > policy.SLOW_OPERATION_MS:
                shapes = {name: _shape(value) for name, value in kwargs.items()}
                log.warning("slow operation %s: %.0f ms, %s, %s", operation, took * 1000, outcome, shapes)

    return measured


def _shape(value: object) -> str:
    many = f"[{len(value)}]" if isinstance(value, list | tuple | set | dict) else ""
    return f"{type(value).__name__}{many}"
