"""Bookable starts, read from the free spans in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Wanted:
    """A kind of lesson for which starts are wanted. `earliest` lies on the quarter hour; the window is half-open."""

    instructor_id: int
    travel: bool
    minutes: int
    earliest: datetime
    opens: datetime
    closes: datetime


# A start of the second pass through a repeated hour reads the same on the clock as the instant an hour before it.
_STARTS = """
    SELECT t FROM instructors_freespan AS free
    CROSS JOIN LATERAL generate_series(
        greatest(free.starts_at, wanted.earliest),
        free.ends_at - make_interval(mins => wanted.minutes),
        interval '15 minutes'
    ) AS t
    WHERE free.instructor_id = wanted.instructor_id AND free.travel = wanted.travel
        AND free.starts_at >= wanted.opens AND free.starts_at < wanted.closes
        AND t AT TIME ZONE 'America/New_York' <> (t - interval '1 hour') AT TIME ZONE 'America/New_York'
"""


def _arrays(wanted: Sequence[Wanted]) -> dict[str, Any]:
    return {
        "instructors": [one.instructor_id for one in wanted],
        "travel": [one.travel for one in wanted],
        "minutes": [one.minutes for one in wanted],
        "earliest": [one.earliest for one in wanted],
        "opens": [one.opens for one in wanted],
        "closes": [one.closes for one in wanted],
    }


_WANTED = """
    unnest(
        %(instructors)s::bigint[], %(travel)s::boolean[], %(minutes)s::int[],
        %(earliest)s::timestamptz[], %(opens)s::timestamptz[], %(closes)s::timestamptz[]
    ) WITH ORDINALITY AS wanted(instructor_id, travel, minutes, earliest, opens, closes, place)
"""


def first_starts(wanted: Sequence[Wanted], *, limit: int) -> list[list[datetime]]:
    """For each of the wanted, in their order, its first `limit` bookable starts (UTC), ascending."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT wanted.place, start.t FROM {_WANTED}"  # noqa: S608  # constants of this file
            f" CROSS JOIN LATERAL ({_STARTS} ORDER BY t LIMIT %(limit)s) AS start ORDER BY 1, 2",
            {**_arrays(wanted), "limit": limit},
        )
        found: list[list[datetime]] = [[] for _ in wanted]
        for place, start in cursor.fetchall():
            found[place - 1].append(start)
    return found


def nearest_starts(wanted: Wanted, *, to: datetime, limit: int) -> list[datetime]:
    """The bookable starts (UTC) closest to an instant, the earlier first on a tie."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT start.t FROM {_WANTED} CROSS JOIN LATERAL ({_STARTS}) AS start"  # noqa: S608  # constants of this file
            " ORDER BY abs(extract(epoch FROM start.t - %(to)s)), start.t LIMIT %(limit)s",
            {**_arrays([wanted]), "to": to, "limit": limit},
        )
        return [start for (start,) in cursor.fetchall()]
