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

DURATION = Histogram("instainstru_operation_seconds", "Service operations by outcome", ["operation", "outcome"])


P = ParamSpec("P")
R = TypeVar("R")


def measure_operation(function: Callable[P, R]) -> Callable[P, R]:
    """Count each call of a service function by outcome, and log a slow one with its arguments' types, never values."""
    operation = f"{function.__module__}.{function.__name__}"

    @functools.wraps(function)
    def measured(*args: P.args, **kwargs: P.kwargs) -> R:
        began = time.perf_counter()
        outcome = "ok"
        try:
            return function(*args, **kwargs)
        except DomainError as refused:
            outcome = refused.code
            raise
        except BaseException:
            outcome = "error"
            raise
        finally:
            took = time.perf_counter() - began
            DURATION.labels(operation, outcome).observe(took)
            if took * 1000 > policy.SLOW_OPERATION_MS:
                shapes = {name: type(value).__name__ for name, value in kwargs.items()}
                log.warning("slow operation %s: %.0f ms, %s, %s", operation, took * 1000, outcome, shapes)

    measured.is_measured = True  # type: ignore[attr-defined]  # a test asks every service for this mark
    return measured
