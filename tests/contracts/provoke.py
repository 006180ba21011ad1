"""What provokes the answers: the same few clumsy requests at every operation, and the telling ones by name.

A request is a real one, through every middleware. Each is undone, so that none sees what another did.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import psycopg
from django.core.cache import caches
from django.db import connection, transaction
from django.test import override_settings
from redis.exceptions import RedisError
from rest_framework.test import APIClient

from bookings.models import Booking
from instainstru.core import clock
from instainstru.core.limits import Taken
from instructors.models import Service
from tests.contracts.schema import Operation
from tests.factories import PASSWORD

Answer = Any  # Django's test client adds to responses what no type knows


@dataclass
class World:
    """Clients by the name of their person, and one of everything to ask about."""

    clients: dict[str, APIClient]
    service: Service
    lesson: Booking
    paths: dict[str, Any]
    wrong: dict[str, str] = field(
        default_factory=lambda: {
            "slug": "nobody",
            "reference": "LS-22222-22222",
            "id": "999999999",
            "monday": "9999-12-27",
        }
    )

    def call(self, operation: Operation, who: str, **changes: Any) -> Answer:
        """An answer to an operation's usual request, with something changed. What it did is undone."""
        row = {"id": self.service.pk} if operation.path.startswith("/api/me/services/") else {}
        path = operation.path.format_map(self.paths | row | changes.pop("at", {}))
        query = changes.pop("query", None) or usual_query(operation)
        body = changes.pop("body", None)
        if body is None and operation.content():
            body = self.usual_body(operation)
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        for alias in caches:
            caches[alias].clear()
        with transaction.atomic():
            answer = self.clients[who].generic(
                operation.method.upper(),
                path + (f"?{urlencode(query)}" if query else ""),
                raw,  # type: ignore[arg-type]  # its stubs know text only
                content_type=changes.pop("content_type", "application/json" if raw else ""),
                **changes,
            )
            transaction.set_rollback(True)
        return answer

    def usual_body(self, operation: Operation) -> Any:
        """A body that works: by name, else the operation's own worked example."""
        if operation.name in BODIES:
            return BODIES[operation.name](self)
        return next(iter(operation.examples()), {})


def usual_query(operation: Operation) -> dict[str, Any]:
    """What an operation must be asked with: the first value that it names."""
    return {
        parameter["name"]: QUERIES.get(parameter["name"]) or parameter["schema"].get("enum", ["1"])[0]
        for parameter in operation.parameters("query")
        if parameter.get("required")
    }


def clumsy(world: World, operation: Operation) -> Iterator[Answer]:
    """What every operation is asked alike: by everybody, for what is not there, in words that mean nothing."""
    for who in world.clients:
        yield world.call(operation, who)
    with limits_that_say(Taken(ahead=60_000_000, came=600, back=60_000_000, wait=1_000_000)):
        yield world.call(operation, "ana", body=b"")  # it is not read
    yield from _elsewhere(world, operation)
    if operation.method in ("post", "put", "patch"):
        yield from _garbled(world, operation)


def _elsewhere(world: World, operation: Operation) -> Iterator[Answer]:
    for parameter in operation.parameters("path"):
        for who in ("sam", "ana"):
            yield world.call(operation, who, at={parameter["name"]: world.wrong[parameter["name"]]})
    if any(parameter["name"] == "page" for parameter in operation.parameters("query")):
        yield world.call(operation, "ana", query={**usual_query(operation), "page": 99})
    if named := operation.parameters("query"):
        nonsense = dict.fromkeys((one["name"] for one in named if not one["name"].startswith("page")), "\ufffd" * 1000)
        if nonsense:
            yield world.call(operation, "ana", query=nonsense)


def _garbled(world: World, operation: Operation) -> Iterator[Answer]:
    for who in ("sam", "ana"):
        yield world.call(operation, who, body={"nonsense": 1})
    yield world.call(operation, "ana", body=b"nonsense")
    yield world.call(operation, "ana", body=b"a=1", content_type="text/plain")
    yield world.call(operation, "ana", body=b" " * 2_000_000)


@contextmanager
def held(world: World) -> Iterator[None]:
    """Everybody's calendar in another's hands, and the patience of a moment."""
    with (
        psycopg.connect(**connection.get_connection_params(), autocommit=True) as other,
        mock.patch("instructors.repositories.calendar.LOCK_TIMEOUT", "10ms"),
    ):
        ids = [world.service.instructor_id, world.lesson.student_id]
        other.execute("SELECT pg_advisory_lock(k) FROM unnest(%s::bigint[]) AS k", [ids])
        yield


@contextmanager
def limits_that_say(taken: Any) -> Iterator[None]:
    """Requests are counted, and this comes of it: how far ahead one is and how long to wait, or an error."""
    answer = {"side_effect": taken} if isinstance(taken, Exception) else {"return_value": taken}
    with (
        override_settings(RATE_LIMITS=True),
        mock.patch("instainstru.core.repositories.limits.take_shared", **answer),
        mock.patch("instainstru.core.services.limits.shared.away_until", 0.0),
    ):
        yield


def booking_of(world: World, **changes: Any) -> dict[str, Any]:
    """A lesson tomorrow at 6 PM, online."""
    body = {"service": world.service.pk, "booking_date": "2027-03-02", "start_time": "18:00", "duration_minutes": 60}
    return {**body, "place": "online"} | changes


def version_of(world: World) -> str:
    """The version of Ana's week."""
    return str(world.clients["ana"].get("/api/me/availability/hours/").json()["version"])


WEEK = "/api/me/availability/weeks/{monday}/"
SERVICE = "/api/me/services/{id}/"
QUERIES = {"place": "online", "service": "piano", "q": "piano"}

BODIES: dict[str, Callable[[World], Any]] = {
    "POST /api/auth/token/": lambda world: {"email": "sam@example.com", "password": PASSWORD},
    "POST /api/me/close/": lambda world: {"password": PASSWORD},
    "POST /api/bookings/": booking_of,
    "POST /api/bookings/{reference}/cancel/": lambda world: {},
    "POST /api/bookings/{reference}/complete/": lambda world: {},
    "PUT /api/me/availability/hours/": lambda world: {"version": version_of(world), "days": []},
    f"PUT {WEEK}": lambda world: {"version": version_of(world), "days": []},
    f"POST {WEEK}copy/": lambda world: {"version": version_of(world)},
    f"POST {WEEK}apply/": lambda world: {"version": version_of(world), "from": "2027-03-08", "to": "2027-03-14"},
    "POST /api/me/time-off/": lambda world: {
        "starts_at": "2027-03-02T00:00:00-05:00",
        "ends_at": "2027-03-03T00:00:00-05:00",
    },
}


def wrong_passwords(world: World, operation: Operation) -> Iterator[Answer]:
    """One, then too many of them, and one that nobody can count."""
    body = {"email": "sam@example.com", "password": "wrong"}
    yield world.call(operation, "guest", body=body)
    for _ in range(6):
        answer = world.clients["guest"].post(operation.path, body)
    yield answer
    with limits_that_say(RedisError()):
        yield world.call(operation, "guest", body=body)


def closes(world: World, operation: Operation) -> Iterator[Answer]:
    """With a wrong password, then too many of them; during a lesson, and while others have the calendars."""
    yield world.call(operation, "sam", body={"password": "wrong"})
    with clock.at(world.lesson.span.start):
        yield world.call(operation, "sam")
    with held(world):
        yield world.call(operation, "sam")
    for _ in range(6):
        answer = world.clients["sam"].post(operation.path, {"password": "wrong"})
    yield answer


def bookings(world: World, operation: Operation) -> Iterator[Answer]:
    """Every way to be refused."""
    home = {"place": "student_place", "address": "1 Main Street", "neighborhood": "park-slope"}
    for changes in (
        home,
        {"duration_minutes": 120},
        {"booking_date": "2027-03-01", "start_time": "12:15"},
        {"booking_date": "2027-07-01"},
        {"start_time": "23:00"},
        {**home, "neighborhood": "astoria-central"},
        {"start_time": "18:07"},
        {"start_time": "15:30"},
    ):
        for who in ("sam", "stranger"):
            yield world.call(operation, who, body=booking_of(world, **changes))
    with held(world):
        yield world.call(operation, "sam")


def cancels(world: World, operation: Operation) -> Iterator[Answer]:
    """Of a lesson that does not stand, and of one in another's hands."""
    cancelled = world.paths["cancelled"]
    yield world.call(operation, "sam", at={"reference": cancelled})
    with held(world):
        yield world.call(operation, "sam")


def completes(world: World, operation: Operation) -> Iterator[Answer]:
    """Of a lesson that is over, of one that was cancelled, and while another has the calendar."""
    for name in ("given", "cancelled"):
        yield world.call(operation, "ana", at={"reference": world.paths[name]})
    with held(world):
        yield world.call(operation, "ana", at={"reference": world.paths["given"]})


def earned(world: World, operation: Operation) -> Iterator[Answer]:
    """In months of which one was cancelled late; and in none."""
    for month in ("2027-03", "2027-3x", "0001-01", "9999-12"):
        yield world.call(operation, "ana", query={"month": month})


def hours(world: World, operation: Operation) -> Iterator[Answer]:
    """Without a version, with an old one, by its header, and while another has the calendar."""
    days = [{"weekday": 0, "hours": [["09:00", "12:00"], ["14:00", "00:00"]]}]
    yield world.call(operation, "ana", body={"days": days})
    yield world.call(operation, "ana", body={"days": days, "version": "old"})
    yield world.call(operation, "ana", body={"days": days}, headers={"If-Match": f'"{version_of(world)}"'})
    yield world.call(operation, "ana", body={"days": [{"weekday": 0, "hours": [["12:00", "09:00"]]}]})
    with held(world):
        yield world.call(operation, "ana")


def weeks(world: World, operation: Operation) -> Iterator[Answer]:
    """Without a version, with an old one, by its header, of an impossible day, and while another has the calendar."""
    body = {name: value for name, value in world.usual_body(operation).items() if name != "version"}
    yield world.call(operation, "ana", body=body)
    yield world.call(operation, "ana", body={**body, "version": "old"})
    yield world.call(operation, "ana", body=body, headers={"If-Match": f'"{version_of(world)}"'})
    yield world.call(operation, "ana", at={"monday": "2027-03-02"})
    yield world.call(operation, "ana", at={"monday": "2027-02-30"})
    with held(world):
        yield world.call(operation, "ana")


def while_held(world: World, operation: Operation) -> Iterator[Answer]:
    """While another has the calendar."""
    with held(world):
        yield world.call(operation, "ana")


def services(world: World, operation: Operation) -> Iterator[Answer]:
    """At prices and places that cannot be, of a subject that is none or hers already, and while another has it."""
    usual = world.usual_body(operation)
    for changes in (
        {"places": [{"place": "online", "hourly_cents": 100}]},
        {"lengths": [31]},
        {"subject": "alchemy"},
        {"subject": "piano"},
    ):
        yield world.call(operation, "ana", body=usual | changes)
    yield from while_held(world, operation)


def profile(world: World, operation: Operation) -> Iterator[Answer]:
    """With a neighborhood that is none, without those that her lessons need, and while another has the calendar."""
    wrong: tuple[dict[str, Any], ...] = (
        {"neighborhoods": ["atlantis"]},
        {"neighborhoods": []},
        {"place_neighborhood": None},
    )
    for changes in wrong:
        yield world.call(operation, "ana", body=changes)
    yield from while_held(world, operation)


def lists(world: World, operation: Operation) -> Iterator[Answer]:
    """With more than fits a page."""
    yield world.call(operation, "ana", query={"page_size": 1})


def without_redis(world: World, operation: Operation) -> Iterator[Answer]:
    """When Redis gives no answer."""
    dead = mock.Mock(**{"info.side_effect": RedisError})
    with mock.patch("instainstru.ops.services.servers.get_redis_connection", return_value=dead):
        yield world.call(operation, "stella")


TELLING: dict[str, Callable[[World, Operation], Iterator[Answer]]] = {
    "POST /api/auth/token/": wrong_passwords,
    "POST /api/me/close/": closes,
    "POST /api/bookings/": bookings,
    "GET /api/bookings/": lists,
    "GET /api/neighborhoods/": lists,
    "POST /api/bookings/{reference}/cancel/": cancels,
    "POST /api/bookings/{reference}/complete/": completes,
    "GET /api/me/lessons/": lists,
    "GET /api/me/earnings/": earned,
    "PUT /api/me/availability/hours/": hours,
    f"GET {WEEK}": lambda world, operation: iter([world.call(operation, "ana", at={"monday": "2027-02-30"})]),
    f"PUT {WEEK}": weeks,
    f"POST {WEEK}copy/": weeks,
    f"POST {WEEK}apply/": weeks,
    "PATCH /api/me/instructor-profile/": profile,
    "GET /api/me/services/": lists,
    "POST /api/me/services/": services,
    f"PATCH {SERVICE}": services,
    f"DELETE {SERVICE}": while_held,
    "POST /api/me/time-off/": while_held,
    "DELETE /api/me/time-off/{id}/": while_held,
    "GET /api/redis/stats": without_redis,
}


def answers(world: World, operation: Operation) -> Iterator[Answer]:
    """All that one operation is made to answer."""
    yield from clumsy(world, operation)
    if operation.name in TELLING:
        yield from TELLING[operation.name](world, operation)
