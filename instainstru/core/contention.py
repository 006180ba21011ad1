"""Work under locks: in one transaction, tried once more when a lock was not had, then refused as busy.

And what to say when the database cannot do a thing now: it is restarting, too slow, or has no connection free.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import psycopg
from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected, ExclusionViolation, LockNotAvailable, UniqueViolation

from instainstru.core.errors import Busy, Pausing

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 2


def under_lock(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function in a transaction of its own; on a deadlock or lock timeout try once more, then raise Busy."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TRIES):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as lost:
                if not isinstance(lost.__cause__, DeadlockDetected | LockNotAvailable):
                    raise
        raise Busy

    return run


def violates(refused: IntegrityError, constraint: str) -> bool:
    """Whether PostgreSQL refused a row for this exclusion or unique constraint."""
    cause = refused.__cause__
    return isinstance(cause, ExclusionViolation | UniqueViolation) and cause.diag.constraint_name == constraint


def pausing(failed: BaseException | None) -> Pausing | None:
    """What to refuse with when PostgreSQL could not do it now, and may in a moment; None for every other failure.

    It is restarting, cut a statement short (statement_timeout, lock_timeout), or the pool had no connection to give.
    """
    for_now = isinstance(failed, OperationalError) and isinstance(failed.__cause__, psycopg.OperationalError)
    return Pausing() if for_now else None
