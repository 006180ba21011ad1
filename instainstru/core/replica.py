"""Reading from a replica: pages that may be a moment behind, except for who has just changed something.

Without REPLICA_DATABASE_URL there is one database, and all of this does nothing.
"""

import functools
import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponseBase
from rest_framework.views import APIView

from instainstru.core import policy

REPLICA = "replica"
SUPPLY = "instructors"  # the app whose tables search and catalogue read
SAFE = ("GET", "HEAD", "OPTIONS")
log = logging.getLogger(__name__)

_reading_from: ContextVar[str] = ContextVar("reading_from", default=DEFAULT_DB_ALIAS)
View = TypeVar("View", bound=Callable[..., Any])


def reading_from() -> str:
    """The alias of the database that reads of this request go to."""
    return _reading_from.get()


def connection_to_read() -> BaseDatabaseWrapper:
    """The connection for a repository that reads by SQL of its own."""
    return connections[reading_from()]


@contextmanager
def from_primary() -> Iterator[None]:
    """Read from the primary what is going to be kept, and must not be older than the change that asked for it."""
    before = _reading_from.set(DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        _reading_from.reset(before)


class ReadsMayLag:
    """Django's router: reads of the supply go where the view said, everything else to the primary.

    Sessions and people do not lag: who has just signed in is not shown a page for guests.
    """

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The replica inside a view that may lag."""
        return reading_from() if model._meta.app_label == SUPPLY else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Both are one database, seen at two moments."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """A replica follows by itself."""
        return db == DEFAULT_DB_ALIAS


def may_lag(view: View) -> View:
    """Let a GET of this view read from the replica, if there is one and its reader has not just written.

    A replica that fails is read around: the view is run again on the primary.
    """

    @functools.wraps(view)
    def reading(*args: Any, **kwargs: Any) -> Any:
        request = args[1] if isinstance(args[0], APIView) else args[0]
        if REPLICA not in connections.settings or request.method not in SAFE or has_just_written(request):
            return view(*args, **kwargs)
        before = _reading_from.set(REPLICA)
        try:
            return view(*args, **kwargs)
        except OperationalError:
            log.warning("the replica fails: reading from the primary")
        finally:
            _reading_from.reset(before)
        return view(*args, **kwargs)

    return reading  # type: ignore[return-value]


class OwnWritesFirst:
    """Notes who has changed something: for a while that person reads from the primary, and so sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and note a write."""
        response = self.get_response(request)
        if REPLICA in connections.settings and request.method not in SAFE and response.status_code < 400:
            for key in _keys(request):
                cache.set(key, 1, policy.PRIMARY_AFTER_WRITE_SECONDS)
        return response


def has_just_written(request: HttpRequest) -> bool:
    """Whether this session or token has changed something a moment ago."""
    return bool(cache.get_many(_keys(request)))


def _keys(request: HttpRequest) -> list[str]:
    """A name for each thing that says who this is; none for guests, who own nothing that they could miss.

    A session that has just been made is known by the cookie that the answer will set.
    """
    session = getattr(request, "session", None)
    cookies = {request.COOKIES.get(settings.SESSION_COOKIE_NAME), session.session_key if session else None}
    held = [*cookies, request.headers.get("Authorization")]
    return [f"wrote:{hashlib.sha256(one.encode()).hexdigest()}" for one in held if one]
