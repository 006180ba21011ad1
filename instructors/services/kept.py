"""What is kept in the cache until the data behind it changes.

Each part of the data has a version, and what is worked out from it is kept under that version. Whoever changes the
data calls `changed` in the same transaction: once it commits, the version is another, and nobody meets what was
kept before.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction

from instainstru.core.replica import from_primary

T = TypeVar("T")

LONGEST_SECONDS = 600  # for changes made past the services: by hand, or while the cache was away


class Part(StrEnum):
    """What changes together, for everybody. What changes for one person is a part by a name of its own."""

    CATALOGUE = "catalogue"  # categories, subjects, boroughs and neighbourhoods
    OFFERS = "offers"  # who teaches what


def kept(name: str, *parts: str, work_out: Callable[[], T]) -> T:
    """What is kept under a name, or else worked out now and kept, until one of these parts changes."""
    # The versions are read first: what is older than a change is kept under the version before it.
    key = ":".join([name, *(_version(part) for part in parts)])
    found: T | None = cache.get(key)
    if found is None:
        with from_primary():
            found = work_out()
        cache.set(key, found, LONGEST_SECONDS)
    return found


def changed(part: str) -> None:
    """Let go, once this transaction commits, of all that is kept of a part."""
    transaction.on_commit(lambda: cache.set(_key(part), uuid4().hex, None))


def _version(part: str) -> str:
    return str(cache.get_or_set(_key(part), lambda: uuid4().hex, None))


def _key(part: str) -> str:
    return f"version:{part}"
