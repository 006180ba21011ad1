"""Saving a full week: seven days change, and what is free then is found by search when it returns.

Beside it the bare SQL of the same change: rows of single days and free spans deleted and inserted, and a commit.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import tokens
from bench.report import Line, timed
from instainstru.core import clock
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, midnight
from instructors.models import DatedHours, FreeSpan, Service
from instructors.services import weeks
from tests.factories import UserFactory, teaching

NOON = datetime(2027, 3, 1, 12, tzinfo=NEW_YORK)
MONDAY = date(2027, 3, 8)
DAYS = [MONDAY + timedelta(days=n) for n in range(7)]
MORNINGS, EVENINGS = ((6 * 60, 8 * 60), (9 * 60, 12 * 60)), ((18 * 60, 22 * 60),)
FIRST_START = {MORNINGS: "06:00", EVENINGS: "18:00"}
Hours = tuple[tuple[int, int], ...]


def measure(*, repeat: int) -> list[Line]:
    """A week of mornings and one of evenings, by turns: through the service, over the API, and by bare SQL."""
    with clock.at(NOON), an_instructor() as service, bare_connection() as bare:
        person = service.instructor_id
        rows = {hours: written(person, hours) for hours in (MORNINGS, EVENINGS)}
        put = over_the_api(service.instructor.user)
        lines = []
        for name, save in (("weeks.save, 7 days", partial(save_week, person)), ("PUT …/weeks/, 7 days", put)):
            runs, bares = [], []
            for number in range(repeat + 3):  # the first three warm up
                before, after = (MORNINGS, EVENINGS) if number % 2 else (EVENINGS, MORNINGS)
                rewrite(bare, person, rows[before])
                took = timed(partial(save, after))
                check_searchable(after)
                rewrite(bare, person, rows[before])
                bare_took = timed(partial(rewrite, bare, person, rows[after]))
                if number >= 3:
                    runs.append(took)
                    bares.append(bare_took)
            lines.append(Line(name, runs, bares, f"{statements(person, save)} statements, begin and commit counted"))
    return lines


@contextmanager
def an_instructor() -> Iterator[Service]:
    """Somebody who teaches piano online from 9 to 9, for as long as it takes."""
    User.objects.filter(email="bench@example.com").delete()
    person = UserFactory.create(first_name="Bench", email="bench@example.com")
    try:
        yield teaching(person, now=NOON, prices={Place.ONLINE: 6000})
    finally:
        person.delete()


@contextmanager
def bare_connection() -> Iterator[psycopg.Connection[Any]]:
    """A connection of psycopg's own, with the same settings."""
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "host", "port") if name in parameters}
    with psycopg.connect(**wanted) as bare:
        yield bare


@dataclass(frozen=True)
class Rows:
    """What a week is in the tables."""

    dated: list[tuple[date, int | None, int | None]]
    free: list[tuple[bool, datetime, datetime]]


def version_of(person: int) -> str:
    """The version of the week as it is."""
    return weeks.read(instructor_id=person, monday=MONDAY, now=NOON).version


def save_week(person: int, hours: Hours) -> None:
    """Save seven days of the same hours, at the version that they replace."""
    versions = [VERSIONS[hours]] if hours in VERSIONS else [version_of(person)]
    weeks.save(instructor_id=person, monday=MONDAY, days=dict.fromkeys(DAYS, hours), versions=versions, now=NOON)


VERSIONS: dict[Hours, str] = {}  # the version that is there before these hours are saved, as a page would know it


def written(person: int, hours: Hours) -> Rows:
    """What a save of these hours leaves in the tables."""
    save_week(person, hours)
    other = EVENINGS if hours == MORNINGS else MORNINGS
    VERSIONS[other] = version_of(person)
    dated = DatedHours.objects.filter(instructor=person, day__in=DAYS).values_list("day", "opens", "closes")
    free = FreeSpan.objects.filter(
        instructor=person, starts_at__gte=midnight(DAYS[0]), starts_at__lt=midnight(DAYS[-1] + timedelta(days=1))
    )
    return Rows(list(dated), list(free.values_list("travel", "starts_at", "ends_at")))


def rewrite(bare: psycopg.Connection[Any], person: int, rows: Rows) -> None:
    """The same change with nothing around it: two deletes, two inserts, a commit."""
    bare.execute("DELETE FROM instructors_datedhours WHERE instructor_id = %s AND day = ANY(%s)", [person, DAYS])
    bare.execute(
        "INSERT INTO instructors_datedhours (instructor_id, day, opens, closes)"
        " SELECT %s, * FROM unnest(%s::date[], %s::smallint[], %s::smallint[])",
        [person, *([row[column] for row in rows.dated] for column in range(3))],
    )
    bare.execute(
        "DELETE FROM instructors_freespan WHERE instructor_id = %s AND starts_at >= %s AND starts_at < %s",
        [person, midnight(DAYS[0]), midnight(DAYS[-1] + timedelta(days=1))],
    )
    bare.execute(
        "INSERT INTO instructors_freespan (instructor_id, travel, starts_at, ends_at)"
        " SELECT %s, * FROM unnest(%s::boolean[], %s::timestamptz[], %s::timestamptz[])",
        [person, *([row[column] for row in rows.free] for column in range(3))],
    )
    bare.commit()


def over_the_api(person: User) -> Callable[[Hours], None]:
    """The same save as a program does it, through the whole of the site but the network."""
    token = tokens.issue(person=person, now=datetime.now(UTC)).token
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def put(hours: Hours) -> None:
        clocks = [[f"{opens // 60:02}:00", f"{closes // 60:02}:00"] for opens, closes in hours]
        body = json.dumps({"days": [{"date": day.isoformat(), "hours": clocks} for day in DAYS]})
        answer = client.put(
            f"/api/me/availability/weeks/{MONDAY}/",
            body,
            content_type="application/json",
            headers={"If-Match": f'"{VERSIONS[hours]}"'},
        )
        if answer.status_code != 200:
            raise RuntimeError(answer.content)

    return put


def check_searchable(hours: Hours) -> None:
    """Search must find each of the new days, at its first hour. Raises RuntimeError."""
    client = Client()
    for day in (DAYS[0], DAYS[-1]):
        asked = {"service": "piano", "date": day.isoformat(), "after": "00:00", "minutes": "60"}
        answer = client.get("/api/instructors/search", asked)
        times = [found["next_times"] for found in answer.json()["results"] if found["name"].startswith("Bench")]
        if not times or not times[0][0].startswith(f"{day}T{FIRST_START[hours]}"):
            raise RuntimeError(f"Search does not find what was saved: {times}")


def statements(person: int, save: Callable[[Hours], None]) -> int:
    """How many statements one save costs."""
    now_there = version_of(person)
    hours = MORNINGS if VERSIONS[MORNINGS] == now_there else EVENINGS
    with CaptureQueriesContext(connection) as run:
        save(hours)
    return len(run)
