"""Search: one statement for a page of instructors, each with its next bookable starts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from instainstru.core import policy
from instructors.models import Sort
from instructors.repositories.questions import (
    Question,
    first_of,
    offers_of,
    parameters,
    points_of,
    rows,
    spans_of,
    starts_of,
)


@dataclass(frozen=True)
class Behind:
    """Where the next page begins: behind the last instructor seen, by what the list is ordered by.

    In the order "best" some are ranked by the whole formula, up to `edge` (score and id of the last of them, None
    when that was everybody); `walking` is behind those, in the order of the score.
    """

    rank: Any
    instructor_id: int
    edge: tuple[int, int] | None = None
    walking: bool = False


@dataclass(frozen=True)
class Points:
    """What each part of the formula gave, in tenths of points."""

    match: int
    soon: int
    near: int
    rating: int
    price: int
    newcomer: int
    complete: int

    @property
    def total(self) -> int:
        """All of it, at most 1000."""
        return self.match + self.soon + self.near + self.rating + self.price + self.newcomer + self.complete


@dataclass(frozen=True)
class Found:
    """One instructor, with the offer of theirs that stands for them, and its next starts."""

    instructor_id: int
    slug: str
    first_name: str
    last_name: str
    headline: str
    photo: str
    verified: bool
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
    area: str | None  # the neighbourhood that was asked for and is meant
    points: Points
    rank: Any = field(compare=False)  # the value that the page is ordered by
    edge: tuple[int, int] | None = field(compare=False)

    @property
    def public_name(self) -> str:
        """First name and last initial: all that others see."""
        return f"{self.first_name} {self.last_name[:1]}."


_TOTAL = "l.score + l.match_points + p.soon_points + p.near_points + p.price_points"

# The walk: offers in the order of an index, each probed for its first start, until there are enough instructors. An
# instructor's offers share what they are ordered by; the one with the most points stands for all.
_WALK = """
    SELECT DISTINCT ON ({order}, l.instructor_id) l.*, n.first, p.*, {total} AS points, {order} AS rank
    FROM ({offers}) AS l CROSS JOIN LATERAL ({first}) AS n CROSS JOIN LATERAL ({points}) AS p
    WHERE {behind} ORDER BY {order} DESC, l.instructor_id, points DESC, l.hourly_cents, l.id LIMIT {limit}
"""

# Best: the first of the walk, ordered by the whole formula.
_BEST = """
    WITH walk AS MATERIALIZED (
        SELECT walked.*, row_number() OVER (ORDER BY score DESC, instructor_id) AS nth FROM ({walk}) AS walked
    ), edge AS MATERIALIZED (
        SELECT score, instructor_id FROM walk
        WHERE nth = %(ranked)s AND {first_page} AND EXISTS (SELECT FROM walk WHERE nth > %(ranked)s)
    )
    SELECT walk.*, edge.score AS edge_score, edge.instructor_id AS edge_id
    FROM walk LEFT JOIN edge ON true WHERE {behind} ORDER BY points DESC, walk.instructor_id LIMIT %(limit)s
"""

# Price: the first offer of an instructor in the order of prices is the one that no cheaper one of theirs goes before.
_CHEAPEST = """
    SELECT l.*, n.first, p.*, {total} AS points, l.hourly_cents AS rank
    FROM ({offers}) AS l CROSS JOIN LATERAL ({first}) AS n CROSS JOIN LATERAL ({points}) AS p
        CROSS JOIN LATERAL (SELECT l.instructor_id, l.hourly_cents, l.id, n.first) AS mine
    WHERE {behind} AND (
        SELECT true FROM ({offers}) AS l CROSS JOIN LATERAL ({first}) AS cheaper
        WHERE l.instructor_id = mine.instructor_id
            AND (l.hourly_cents, l.id) < (mine.hourly_cents, mine.id) AND mine.first IS NOT NULL LIMIT 1
    ) IS NULL
    ORDER BY l.hourly_cents, l.instructor_id, l.id LIMIT %(limit)s
"""

# Soonest: each instructor's first start on the first day, on all days only where that gives too few.
_SOONEST = """
    WITH who AS MATERIALIZED (SELECT DISTINCT l.instructor_id, l.travel, l.earliest FROM ({offers}) AS l),
    near AS MATERIALIZED ({near}), far AS MATERIALIZED ({far}),
    soonest AS (
        SELECT * FROM near WHERE (SELECT count(*) FROM near) >= %(limit)s
        UNION ALL SELECT * FROM far WHERE (SELECT count(*) FROM near) < %(limit)s
    )
    SELECT chosen.* FROM soonest CROSS JOIN LATERAL (
        SELECT l.*, n.first, p.*, {total} AS points, n.first AS rank
        FROM ({offers}) AS l CROSS JOIN LATERAL ({first}) AS n CROSS JOIN LATERAL ({points}) AS p
        WHERE l.instructor_id = soonest.instructor_id AND n.first = soonest.first
        ORDER BY l.hourly_cents, l.id LIMIT 1
    ) AS chosen
"""
_STRETCH = """
    SELECT l.instructor_id, min({first}) AS first FROM who AS l
    JOIN instructors_freespan AS free ON free.instructor_id = l.instructor_id AND free.travel = l.travel
    WHERE {fits} AND {only} GROUP BY l.instructor_id HAVING {behind} ORDER BY 2, 1 LIMIT %(limit)s
"""

_CARDS = """
    SELECT l.instructor_id, profile.slug, person.first_name, person.last_name, profile.headline, profile.photo,
        profile.verified_at IS NOT NULL,
        l.service_id, subject.slug, subject.name, category.slug, l.place,
        ARRAY(SELECT given.place FROM instructors_serviceplace AS given
              WHERE given.service_id = l.service_id ORDER BY given.hourly_cents, given.place),
        l.hourly_cents, l.rating, profile.reviews_count, n.starts, {area},
        l.match_points, l.soon_points, l.near_points, l.rating_points, l.price_points, l.newcomer_points,
        l.complete_points, l.{rank}, {edge}
    FROM ({page}) AS l CROSS JOIN LATERAL ({starts}) AS n
    JOIN instructors_instructorprofile AS profile ON profile.user_id = l.instructor_id
    JOIN accounts_user AS person ON person.id = l.instructor_id
    JOIN instructors_subject AS subject ON subject.id = l.subject_id
    JOIN instructors_category AS category ON category.id = l.category_id
    ORDER BY l.{rank} {direction}, l.instructor_id
"""
_AREA = """
    (SELECT area.name FROM instructors_neighborhood AS area
     WHERE area.id = ANY(l.neighborhoods) AND area.id = ANY(%(neighborhood_ids)s::bigint[]) ORDER BY area.name LIMIT 1)
"""

_COUNT = """
    SELECT count(*) FROM (
        SELECT DISTINCT l.instructor_id FROM (
            SELECT DISTINCT l.instructor_id, l.travel, l.earliest FROM ({offers}) AS l
        ) AS l CROSS JOIN LATERAL ({first}) AS n
    ) AS free
"""


@dataclass(frozen=True)
class _Page:
    """A page as SQL, the column that it is ordered by, and whether the highest comes first."""

    sql: str
    rank: str = "rank"
    descending: bool = True
    with_edge: bool = False


def _walk(question: Question, *, order: str, behind: str, limit: str) -> str:
    return _WALK.format(
        order=order,
        offers=offers_of(question),
        first=first_of(spans_of(question)),
        points=points_of(question),
        total=_TOTAL,
        behind=behind,
        limit=limit,
    )


def _best(question: Question, after: Behind | None) -> _Page:
    if after and after.walking:
        return _walked(question, after, order="l.score")
    within, behind = "true", "nth <= %(ranked)s"
    if after:
        behind = "(points < %(rank)s OR points = %(rank)s AND walk.instructor_id > %(id)s)"
    if after and after.edge:
        within = "(l.score > %(edge_score)s OR l.score = %(edge_score)s AND l.instructor_id <= %(edge_id)s)"
    limit = "ALL" if after else "%(ranked)s + 1"
    walk = _walk(question, order="l.score", behind=within, limit=limit)
    sql = _BEST.format(walk=walk, first_page="false" if after else "true", behind=behind)
    return _Page(sql, rank="points", with_edge=True)


def _walked(question: Question, after: Behind | None, *, order: str) -> _Page:
    behind = f"({order} < %(rank)s OR {order} = %(rank)s AND l.instructor_id > %(id)s)" if after else "true"
    return _Page(_walk(question, order=order, behind=behind, limit="%(limit)s"))


def _cheapest(question: Question, after: Behind | None) -> _Page:
    sql = _CHEAPEST.format(
        offers=offers_of(question),
        first=first_of(spans_of(question)),
        points=points_of(question),
        total=_TOTAL,
        behind="(l.hourly_cents, l.instructor_id) > (%(rank)s, %(id)s)" if after else "true",
    )
    return _Page(sql, descending=False)


def _soonest(question: Question, after: Behind | None) -> _Page:
    spans, offers = spans_of(question), offers_of(question)

    def stretch(only: str) -> str:
        behind = f"(min({spans.first}), l.instructor_id) > (%(rank)s::timestamptz, %(id)s)" if after else "true"
        return _STRETCH.format(first=spans.first, fits=spans.fits, only=only, behind=behind)

    sql = _SOONEST.format(
        offers=offers,
        near=stretch("free.starts_at < %(near_until)s"),
        far=stretch("(SELECT count(*) FROM near) < %(limit)s"),
        first=first_of(spans),
        points=points_of(question),
        total=_TOTAL,
    )
    return _Page(sql, descending=False)


def find(question: Question, *, after: Behind | None, limit: int, times: int, near: datetime) -> list[Found]:
    """A page of instructors in the asked order, from behind the last one seen on.

    In the order "soonest" the free time before `near` is looked through first. Raises OperationalError for a
    statement that takes too long.
    """
    match question.sort:
        case Sort.BEST:
            page = _best(question, after)
        case Sort.RATING:
            page = _walked(question, after, order="coalesce(l.rating, 0.0)")
        case Sort.PRICE:
            page = _cheapest(question, after)
        case _:
            page = _soonest(question, after)
    statement = _CARDS.format(
        page=page.sql,
        rank=page.rank,
        direction="DESC" if page.descending else "ASC",
        edge="l.edge_score, l.edge_id" if page.with_edge else "NULL, NULL",
        starts=starts_of(question),
        area=_AREA if question.neighborhood_ids else "NULL",
    )
    edge = after.edge if after and after.edge else (None, None)
    values = parameters(question) | {
        "rank": after.rank if after else None,
        "id": after.instructor_id if after else None,
        "edge_score": edge[0],
        "edge_id": edge[1],
        "limit": limit,
        "times": times,
        "near_until": near,
    }
    return [_found(row) for row in rows(statement, values)]


def _found(row: Sequence[Any]) -> Found:
    *card, rank, edge_score, edge_id = row
    edge = None if edge_id is None else (edge_score, edge_id)
    return Found(*[*card[:-7], Points(*card[-7:]), rank, edge])


def count(question: Question) -> int:
    """How many instructors could be booked as asked."""
    statement = _COUNT.format(offers=offers_of(question), first=first_of(spans_of(question)))
    return int(rows(statement, parameters(question))[0][0])


def count_each(questions: Sequence[Question]) -> list[int]:
    """How many instructors could be booked as each of these asks, in one statement."""
    counts: list[str] = []
    values: dict[str, Any] = {"timeout": policy.SEARCH_STATEMENT_MS}
    for number, question in enumerate(questions):
        own = _COUNT.format(offers=offers_of(question), first=first_of(spans_of(question)))
        counts.append(f"({own.replace('%(', f'%(q{number}_')})")  # each question's values under names of its own
        values |= {f"q{number}_{name}": value for name, value in parameters(question).items()}
    return [int(number) for number in rows(f"SELECT {', '.join(counts)}", values)[0]]
