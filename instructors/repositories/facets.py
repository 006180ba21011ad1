"""How many could be booked with one filter set otherwise: facets, days and neighbourhoods in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from instructors.models.offers import COUNTED, MARKS
from instructors.repositories.questions import EARLIEST, FILTERS, Question, hard_filters, parameters, rows

Fold = tuple[datetime, datetime] | None
# Bits beside those of the marks.
FIRST_DAY, FIRST_PART, ASKED = 32, 48, 60
# Facets with the filters that are left out when they are counted.
OWN = {
    "place": ("place",),
    "borough": ("neighborhood_ids", "borough_id"),
    "price": ("min_price_cents", "max_price_cents"),
    "level": ("level",),
    "age": ("audience",),
    "rating": ("rating",),
}


@dataclass(frozen=True)
class Day:
    """A local day, in UTC: the first and last start as asked, and those of each part of the day.

    `asked` days are searched; the others are only counted. `number` is its place in the strip, None outside.
    """

    midnight: datetime
    opens: datetime
    last: datetime
    asked: bool
    number: int | None
    parts: Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Counts:
    """Instructors by facet and value, by number of the day and of its part, and by neighbourhood (id)."""

    total: int
    values: dict[str, dict[str, int]]
    days: list[int]
    parts: list[int]
    neighborhoods: dict[int, int]
    anywhere: int  # in each neighbourhood that is not named


# An offer that fails one filter counts in that filter's own facet only; one that fails two counts nowhere.
_COUNTS = """
    WITH who AS MATERIALIZED (
        SELECT l.instructor_id, l.travel, {earliest} AS earliest,
            coalesce(bit_or(l.marks) FILTER (WHERE fails = 0), 0) | coalesce(bit_or(l.marks & {own}), 0) AS marks,
            bool_or(fails = 0) AS whole,
            bool_or(neighborhoods IS NULL AND fails IN (0, %(fails_where)s)) AS anywhere,
            any_value(neighborhoods) FILTER (WHERE neighborhoods IS NOT NULL AND fails IN (0, %(fails_where)s)) AS areas
        FROM (
            SELECT offer.instructor_id, travel, guard, marks, neighborhoods, {fails} AS fails
            FROM instructors_offer AS offer {text} WHERE {hard} OFFSET 0
        ) AS l
        WHERE fails IN (0{single}) GROUP BY l.instructor_id, l.travel, l.guard
    ), person AS MATERIALIZED (
        SELECT instructor_id, bool_or(anywhere AND times & %(asked)s <> 0) AS anywhere,
            bit_or(CASE WHEN times & %(asked)s <> 0 THEN marks ELSE 0 END | CASE WHEN whole THEN times ELSE 0 END)
                AS marks,
            any_value(areas) FILTER (WHERE travel AND times & %(asked)s <> 0) AS reached,
            any_value(areas) FILTER (WHERE NOT travel AND times & %(asked)s <> 0) AS own
        FROM who AS l CROSS JOIN LATERAL (
            SELECT bit_or({times}) AS times FROM (
                SELECT width_bucket(free.starts_at, %(midnights)s::timestamptz[]) AS day,
                    {first} AS first, free.ends_at - %(length)s AS last
                FROM instructors_freespan AS free
                WHERE free.instructor_id = l.instructor_id AND free.travel = l.travel
                    AND free.starts_at >= %(from)s AND free.starts_at < %(until)s OFFSET 0
            ) AS span WHERE first <= last
        ) AS free
        WHERE times <> 0 GROUP BY instructor_id
    )
    SELECT {counts}, count(*) FILTER (WHERE anywhere), (
        SELECT json_object_agg(area, instructors) FROM (
            SELECT area, count(DISTINCT instructor_id) AS instructors
            FROM person CROSS JOIN unnest(reached || own) AS area
            WHERE NOT anywhere GROUP BY area
        ) AS there
    ) FROM person
"""


def _failing(question: Question) -> dict[str, str]:
    """The facets whose own filters are set, each with the condition that an offer fails them."""
    failing = {}
    for facet, names in OWN.items():
        clauses = [FILTERS[name] for name in names if getattr(question, name) not in (None, ())]
        if clauses:
            failing[facet] = f"NOT coalesce({' AND '.join(clauses)}, false)"
    return failing


def _bits_of(facet: str) -> int:
    return sum(1 << number for number, mark in enumerate(MARKS) if mark.startswith(f"{facet}:"))


def _times(parts: int, *, clock: bool) -> str:
    """The bits of a span: its day, if a start fits as asked, and on asked days the parts of it in which one does."""
    day = "(%(days)s::bigint[])[day]"
    if clock:
        fits = "first <= (%(lasts)s::timestamptz[])[day] AND last >= (%(opens)s::timestamptz[])[day]"
        day = f"CASE WHEN {fits} THEN {day} ELSE 0 END"
    within = " | ".join(
        f"CASE WHEN first <= (%(part_{n}_lasts)s::timestamptz[])[day]"
        f" AND last >= (%(part_{n}_opens)s::timestamptz[])[day] THEN {1 << FIRST_PART + n} ELSE 0 END"
        for n in range(parts)
    )
    return f"{day} | CASE WHEN day BETWEEN %(asked_from)s AND %(asked_to)s THEN {within} ELSE 0 END"


def _first(fold: Fold) -> str:
    first = "greatest(free.starts_at, l.earliest)"
    if fold is None:
        return first
    return f"CASE WHEN {first} >= %(fold_from)s AND {first} < %(fold_to)s THEN %(fold_to)s ELSE {first} END"


def count(question: Question, days: Sequence[Day], *, until: datetime, clock: bool, fold: Fold) -> Counts:
    """Counts for a question over these days in a row, the last of which ends at `until`.

    clock says that the days are cut to a time of the day, fold is the second pass of an hour that one of them
    repeats. Raises OperationalError for what takes too long.
    """
    failing, numbered = _failing(question), [day.number for day in days if day.number is not None]
    hard, text = hard_filters(question, without=[name for names in OWN.values() for name in names])
    bits = [*range(len(MARKS)), *(FIRST_DAY + n for n in numbered)]
    bits += [*(FIRST_PART + n for n in range(len(days[0].parts))), ASKED]
    shifts = {facet: 1 << n for n, facet in enumerate(failing)}
    own = " ".join(f"WHEN {shift} THEN {_bits_of(facet)}" for facet, shift in shifts.items())
    statement = _COUNTS.format(
        earliest=EARLIEST,
        fails=" | ".join(f"(({clause})::int << {n})" for n, clause in enumerate(failing.values())) or "0",
        own=f"CASE fails {own} ELSE 0 END" if own else "0",
        single="".join(f", {shift}" for shift in shifts.values()),
        text=text,
        hard=hard,
        first=_first(fold),
        times=_times(len(days[0].parts), clock=clock),
        counts=", ".join(f"count(*) FILTER (WHERE marks & {1 << bit} <> 0)" for bit in bits),
    )
    values = parameters(question) | _days(days) | {"fails_where": shifts.get("borough", 0), "until": until}
    if fold:
        values |= {"fold_from": fold[0], "fold_to": fold[1]}
    (row,) = rows(statement, values)
    *counted, anywhere, areas = row
    counts = dict(zip(bits, counted, strict=True))
    return Counts(
        total=counts[ASKED],
        values={
            facet: {value: counts[MARKS.index(f"{facet}:{value}")] for value in values}
            for facet, values in COUNTED.items()
        },
        days=[counts[FIRST_DAY + n] for n in numbered],
        parts=[counts[FIRST_PART + n] for n in range(len(days[0].parts))],
        neighborhoods={int(area): number + anywhere for area, number in (areas or {}).items()},
        anywhere=anywhere,
    )


def _days(days: Sequence[Day]) -> dict[str, Any]:
    asked = [number for number, day in enumerate(days, 1) if day.asked]
    return {
        "from": days[0].midnight,
        "midnights": [day.midnight for day in days],
        "opens": [day.opens for day in days],
        "lasts": [day.last for day in days],
        "days": [(1 << FIRST_DAY + day.number if day.number is not None else 0) | (day.asked << ASKED) for day in days],
        "asked": 1 << ASKED,
        "asked_from": asked[0],
        "asked_to": asked[-1],
        **{
            f"part_{n}_{edge}": [day.parts[n][at] for day in days]
            for n in range(len(days[0].parts))
            for at, edge in enumerate(("opens", "lasts"))
        },
    }
