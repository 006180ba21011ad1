"""Search: one statement for a page of instructors, each with its next bookable starts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from instainstru.core.policy import Place
from instructors.models import Sort


@dataclass(frozen=True)
class Window:
    """A stretch of time to start and end within, in UTC. `midnight` is the local one before it opens."""

    midnight: datetime
    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Earliest:
    """The first start that may be booked now, by travel and overnight guard, on the quarter hour."""

    plain: datetime
    guarded: datetime
    travel: datetime
    travel_guarded: datetime


@dataclass(frozen=True)
class Question:
    """What is searched for, in the database's own terms. What is None is not asked."""

    windows: Sequence[Window]
    earliest: Earliest
    minutes: int
    sort: Sort = Sort.BEST
    subject_id: int | None = None
    category_id: int | None = None
    neighborhood_id: int | None = None
    borough_id: int | None = None
    place: Place | None = None
    max_price_cents: int | None = None


@dataclass(frozen=True)
class Found:
    """One instructor, with the least expensive of their matching offers that is free, and its next starts."""

    instructor_id: int
    slug: str
    first_name: str
    last_name: str
    headline: str
    service_id: int
    subject: str
    service_name: str
    category: str
    place: str
    places: list[str]
    hourly_cents: int
    rating: float | None
    reviews: int
    starts: list[datetime]
    rank: Any = field(compare=False)  # the value that the page is ordered by, for the cursor

    @property
    def public_name(self) -> str:
        """First name and last initial: all that others see."""
        return f"{self.first_name} {self.last_name[:1]}."


# The second time that a repeated hour comes, the clock shows what it showed an hour before.
_STARTS = """
    SELECT array_agg(t ORDER BY t) AS starts FROM (
        SELECT t FROM (
            SELECT greatest(free.starts_at, l.earliest, w.opens) AS first,
                least(free.ends_at, w.closes) - %(length)s AS last
            FROM unnest(%(midnights)s::timestamptz[], %(opens)s::timestamptz[], %(closes)s::timestamptz[])
                AS w(midnight, opens, closes)
            JOIN instructors_freespan AS free ON free.instructor_id = l.instructor_id AND free.travel = l.travel
                AND free.starts_at >= w.midnight AND free.starts_at <= w.closes - %(length)s
            WHERE greatest(free.starts_at, l.earliest, w.opens) <= least(free.ends_at, w.closes) - %(length)s
            ORDER BY w.opens, free.starts_at LIMIT %(spans)s
        ) AS span, generate_series(span.first, span.last, interval '15 minutes') AS t
        WHERE t AT TIME ZONE 'America/New_York' <> (t - interval '1 hour') AT TIME ZONE 'America/New_York'
        ORDER BY t LIMIT %(times)s
    ) AS next
"""

_OFFERS = """
    SELECT offer.*, CASE
        WHEN travel AND guard THEN %(travel_guarded)s::timestamptz WHEN travel THEN %(travel)s::timestamptz
        WHEN guard THEN %(guarded)s::timestamptz ELSE %(plain)s::timestamptz
    END AS earliest
    FROM instructors_offer AS offer WHERE {filters}
"""

# The walk: offers in the order of an index, each probed for starts, until the page is full. An instructor's offers
# share the value that they are ordered by, so that the first free one (the least expensive) stands for all.
_WALK = """
    SELECT DISTINCT ON (l.rank, l.instructor_id) l.*, n.starts
    FROM (SELECT o.*, {rank} AS rank FROM ({offers}) AS o) AS l CROSS JOIN LATERAL ({starts}) AS n
    WHERE n.starts IS NOT NULL AND {after}
    ORDER BY l.rank DESC, l.instructor_id, l.hourly_cents, l.id LIMIT %(limit)s
"""

# Where offers of one instructor differ in what they are ordered by, each instructor's best is found first.
_SORT = """
    SELECT l.* FROM (
        SELECT DISTINCT ON (l.instructor_id) l.*, n.starts, {rank} AS rank
        FROM ({offers}) AS l CROSS JOIN LATERAL ({starts}) AS n
        WHERE n.starts IS NOT NULL ORDER BY l.instructor_id, rank, l.hourly_cents, l.id
    ) AS l
    WHERE {after} ORDER BY l.rank, l.instructor_id LIMIT %(limit)s
"""

_SHAPES = {
    Sort.BEST: (_WALK, "o.score", "(l.rank < %(rank)s OR l.rank = %(rank)s AND l.instructor_id > %(id)s)"),
    Sort.RATING: (
        _WALK,
        "coalesce(o.rating, 0)",
        "(l.rank < %(rank)s OR l.rank = %(rank)s AND l.instructor_id > %(id)s)",
    ),
    Sort.PRICE: (_SORT, "l.hourly_cents", "(l.rank, l.instructor_id) > (%(rank)s, %(id)s)"),
    Sort.SOONEST: (_SORT, "n.starts[1]", "(l.rank, l.instructor_id) > (%(rank)s::timestamptz, %(id)s)"),
}

_CARDS = """
    SELECT page.instructor_id, profile.slug, person.first_name, person.last_name, profile.headline, page.service_id,
        subject.slug, subject.name, category.slug, page.place,
        ARRAY(SELECT given.place FROM instructors_serviceplace AS given
              WHERE given.service_id = page.service_id ORDER BY given.hourly_cents, given.place),
        page.hourly_cents, page.rating, profile.reviews_count, page.starts, page.rank
    FROM ({page}) AS page
    JOIN instructors_instructorprofile AS profile ON profile.user_id = page.instructor_id
    JOIN accounts_user AS person ON person.id = page.instructor_id
    JOIN instructors_subject AS subject ON subject.id = page.subject_id
    JOIN instructors_category AS category ON category.id = page.category_id
    ORDER BY page.rank {direction}, page.instructor_id
"""

_COUNT = """
    SELECT count(DISTINCT l.instructor_id) FROM ({offers}) AS l
    WHERE EXISTS (
        SELECT FROM unnest(%(midnights)s::timestamptz[], %(opens)s::timestamptz[], %(closes)s::timestamptz[])
            AS w(midnight, opens, closes)
        JOIN instructors_freespan AS free ON free.instructor_id = l.instructor_id AND free.travel = l.travel
            AND free.starts_at >= w.midnight AND free.starts_at <= w.closes - %(length)s
        WHERE greatest(free.starts_at, l.earliest, w.opens) <= least(free.ends_at, w.closes) - %(length)s
    )
"""

_FILTERS = {
    "subject_id": "subject_id = %(subject_id)s",
    "category_id": "category_id = %(category_id)s",
    "neighborhood_id": "(neighborhoods IS NULL OR neighborhoods @> ARRAY[%(neighborhood_id)s]::bigint[])",
    "borough_id": "(boroughs IS NULL OR boroughs @> ARRAY[%(borough_id)s]::bigint[])",
    "place": "place = %(place)s",
    # the lesson's price as the card shows it: hourly rate x minutes / 60, half a cent going up
    "max_price_cents": "(2 * hourly_cents * %(minutes)s + 60) / 120 <= %(max_price_cents)s",
}


def _offers(question: Question) -> str:
    """The offers that match what does not depend on the time."""
    asked = [clause for name, clause in _FILTERS.items() if getattr(question, name) is not None]
    return _OFFERS.format(filters=" AND ".join(["lengths @> ARRAY[%(minutes)s]::smallint[]", *asked]))


def _parameters(question: Question) -> dict[str, Any]:
    return {
        **{name: getattr(question, name) for name in _FILTERS},
        "minutes": question.minutes,
        "length": timedelta(minutes=question.minutes),
        "midnights": [window.midnight for window in question.windows],
        "opens": [window.opens for window in question.windows],
        "closes": [window.closes for window in question.windows],
        "plain": question.earliest.plain,
        "guarded": question.earliest.guarded,
        "travel": question.earliest.travel,
        "travel_guarded": question.earliest.travel_guarded,
    }


def find(question: Question, *, after: tuple[Any, int] | None, limit: int, times: int) -> list[Found]:
    """A page of instructors in the asked order, from behind `after` (rank and id of the last one seen) on."""
    shape, rank, behind = _SHAPES[question.sort]
    page = shape.format(offers=_offers(question), starts=_STARTS, rank=rank, after=behind if after else "true")
    direction = "DESC" if shape is _WALK else "ASC"
    parameters = _parameters(question) | {
        "rank": after[0] if after else None,
        "id": after[1] if after else None,
        "limit": limit,
        "times": times,
        # a span may lie wholly in the second pass of a repeated hour: look at one more than is shown
        "spans": times + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CARDS.format(page=page, direction=direction), parameters)
        return [Found(*row) for row in cursor.fetchall()]


def count(question: Question) -> int:
    """How many instructors could be booked as asked."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(offers=_offers(question)), _parameters(question))
        return int(cursor.fetchone()[0])


def count_each(questions: Sequence[Question]) -> list[int]:
    """How many instructors could be booked as each of these asks, in one statement."""
    counts: list[str] = []
    parameters: dict[str, Any] = {}
    for number, question in enumerate(questions):
        own = _COUNT.format(offers=_offers(question))
        counts.append(f"({own.replace('%(', f'%(q{number}_')})")  # each question's values under names of its own
        parameters |= {f"q{number}_{name}": value for name, value in _parameters(question).items()}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", parameters)
        return [int(number) for number in cursor.fetchone()]
