"""What is searched for, as SQL: the offers that match, and the time in which each is free."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from instainstru.core import policy
from instainstru.core.policy import Audience, Level, Place
from instainstru.core.replica import connection_to_read
from instructors.models import Sort
from instructors.repositories.offers import TENTHS


@dataclass(frozen=True)
class Window:
    """The first and last start of a local day, or of days in a row, in UTC. `midnight` is the local one before."""

    midnight: datetime
    opens: datetime
    last: datetime


@dataclass(frozen=True)
class Earliest:
    """The first start that may be booked now, by travel and overnight guard, on the quarter hour."""

    plain: datetime
    guarded: datetime
    travel: datetime
    travel_guarded: datetime


@dataclass(frozen=True)
class Question:
    """What is searched for, in the database's own terms. What is None or empty is not asked.

    Windows ascend and do not overlap. `fold` is the second pass of a repeated hour, if the windows reach over one:
    it has no starts. Soonness is counted from `since`. Words are looked up as text, and must all be found.
    """

    windows: Sequence[Window]
    earliest: Earliest
    minutes: int
    since: datetime
    sort: Sort = Sort.BEST
    fold: tuple[datetime, datetime] | None = None
    subject_id: int | None = None
    category_id: int | None = None
    neighborhood_ids: Sequence[int] = ()
    borough_id: int | None = None
    place: Place | None = None
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    audience: Audience | None = None
    level: Level | None = None
    rating: float | None = None
    words: Sequence[str] = ()


EARLIEST = """
    CASE WHEN travel AND guard THEN %(travel_guarded)s::timestamptz WHEN travel THEN %(travel)s::timestamptz
        WHEN guard THEN %(guarded)s::timestamptz ELSE %(plain)s::timestamptz END
"""
_OFFERS = """
    SELECT offer.*, {match} AS match_points, {earliest} AS earliest
    FROM instructors_offer AS offer {text} WHERE {filters}
"""

PRICE = "((2 * hourly_cents * %(minutes)s + 60) / 120)"  # the lesson's, as cards show it: half a cent goes up

FILTERS = {
    "subject_id": "subject_id = %(subject_id)s",
    "category_id": "category_id = %(category_id)s",
    "neighborhood_ids": "(neighborhoods IS NULL OR neighborhoods && %(neighborhood_ids)s::bigint[])",
    "borough_id": "(boroughs IS NULL OR boroughs @> ARRAY[%(borough_id)s]::bigint[])",
    "place": "place = %(place)s",
    "min_price_cents": f"{PRICE} >= %(min_price_cents)s",
    "max_price_cents": f"{PRICE} <= %(max_price_cents)s",
    "audience": "ages @> ARRAY[%(audience)s]::varchar[]",
    "level": "levels @> ARRAY[%(level)s]::varchar[]",
    "rating": "rating >= %(rating)s",
}

# A word is looked for as English has it, and as it is: a name may look like a word that English leaves out.
_WORD = "(plainto_tsquery('english', %({name})s) || plainto_tsquery('simple', %({name})s))"
_MATCH = """
    CASE WHEN ts_filter(text.words, '{{a}}') @@ {query} THEN %(match)s
        WHEN ts_filter(text.words, '{{a,b}}') @@ {query} THEN %(match)s * 3 / 4 ELSE %(match)s / 2 END
"""

# The days of the windows by number: a span crosses no midnight, so its day says when it may be used.
_DAY = "width_bucket(free.starts_at, %(midnights)s::timestamptz[])"
_OPENS, _LAST = f"(%(opens)s::timestamptz[])[{_DAY}]", f"(%(lasts)s::timestamptz[])[{_DAY}]"


@dataclass(frozen=True)
class Spans:
    """How a span of free time is read: `first` and `last` are the first and the last start within it."""

    first: str
    last: str

    @property
    def fits(self) -> str:
        """Bounded on both sides: an index bounded on one walks ninety days of who is never free."""
        between = "free.starts_at >= %(from)s AND free.starts_at <= %(until)s"
        return f"{between} AND {self.first} <= {self.last}"


def spans_of(question: Question) -> Spans:
    """How a span of free time is read for this question."""
    single = len(question.windows) == 1
    opens, last = ("%(open)s", "%(until)s") if single else (_OPENS, _LAST)
    first = f"greatest(free.starts_at, l.earliest, {opens})"
    if question.fold:
        second_pass = f"{first} >= %(fold_from)s AND {first} < %(fold_to)s"
        first = f"CASE WHEN {second_pass} THEN %(fold_to)s ELSE {first} END"
    return Spans(first, f"least(free.ends_at - %(length)s, {last})")


# The first start of `l`: spans come in the order of the key, and the first that fits has it.
_FIRST = """
    SELECT {first} AS first FROM instructors_freespan AS free
    WHERE free.instructor_id = l.instructor_id AND free.travel = l.travel AND {fits}
    ORDER BY free.starts_at LIMIT 1
"""

# The next starts of `l`.
_STARTS = """
    SELECT array_agg(t ORDER BY t) AS starts FROM (
        SELECT t FROM (
            SELECT {first} AS first, {last} AS last FROM instructors_freespan AS free
            WHERE free.instructor_id = l.instructor_id AND free.travel = l.travel AND {fits}
            ORDER BY free.starts_at LIMIT %(times)s
        ) AS span, generate_series(span.first, span.last, interval '15 minutes') AS t
        {once} ORDER BY t LIMIT %(times)s
    ) AS next
"""


def first_of(spans: Spans) -> str:
    """The first start of an offer `l`, or no row."""
    return _FIRST.format(first=spans.first, fits=spans.fits)


def starts_of(question: Question) -> str:
    """The next starts of an offer `l`."""
    spans = spans_of(question)
    once = "WHERE NOT (t >= %(fold_from)s AND t < %(fold_to)s)" if question.fold else ""
    return _STARTS.format(first=spans.first, last=spans.last, fits=spans.fits, once=once)


def hard_filters(question: Question, *, without: Collection[str] = ()) -> tuple[str, str]:
    """The conditions of a question that do not depend on the time, and what is joined for words."""
    asked = [FILTERS[name] for name in FILTERS if name not in without and getattr(question, name) not in (None, ())]
    text = ""
    if question.words:
        text = "JOIN instructors_servicetext AS text ON text.service_id = offer.service_id"
        asked.append(f"text.words @@ {_query(question)}")
    return " AND ".join(["lengths @> ARRAY[%(minutes)s]::smallint[]", *asked]), text


def _query(question: Question) -> str:
    return f"({' && '.join(_WORD.format(name=f'word_{n}') for n in range(len(question.words)))})"


def offers_of(question: Question) -> str:
    """The offers that match what does not depend on the time, each with its earliest start and points for words."""
    filters, text = hard_filters(question)
    match = _MATCH.format(query=_query(question)) if question.words else "0"
    return _OFFERS.format(filters=filters, text=text, match=match, earliest=EARLIEST)


def points_of(question: Question) -> str:
    """What depends on the question, for an offer `l` with its first start `n.first`, in tenths of points."""
    near = "0"
    if question.borough_id is not None:
        near = "CASE WHEN l.boroughs @> ARRAY[%(borough_id)s]::bigint[] THEN %(in_borough)s ELSE 0 END"
    if question.neighborhood_ids:
        near = f"CASE WHEN l.neighborhoods && %(neighborhood_ids)s::bigint[] THEN %(near)s ELSE {near} END"
    price = "0"
    if question.max_price_cents is not None:
        price = f"%(price)s * least(%(max_price_cents)s - {PRICE}, %(quarter)s) / %(quarter)s"
    ahead = "greatest(0, extract(epoch FROM n.first - %(since)s)::bigint)"
    return f"""
        SELECT (%(soon)s * greatest(0, %(soon_seconds)s - {ahead}) / %(soon_seconds)s)::int AS soon_points,
            {near} AS near_points, {price} AS price_points
    """


_TIMEOUT = "SET LOCAL statement_timeout = %(timeout)s;"


def parameters(question: Question) -> dict[str, Any]:
    """The values behind the names in what asks."""
    first, last = question.windows[0], question.windows[-1]
    fold = question.fold or (None, None)
    quarter = max(1, (question.max_price_cents or 0) // 4)
    points = {
        "match": policy.POINTS_MATCH,
        "soon": policy.POINTS_SOON,
        "near": policy.POINTS_NEAR,
        "in_borough": policy.POINTS_IN_BOROUGH,
        "price": policy.POINTS_PRICE,
    }
    return {
        **{name: getattr(question, name) for name in FILTERS},
        **{f"word_{n}": word for n, word in enumerate(question.words)},
        **{name: worth * TENTHS for name, worth in points.items()},
        "neighborhood_ids": list(question.neighborhood_ids),
        "minutes": question.minutes,
        "length": timedelta(minutes=question.minutes),
        "from": first.midnight,
        "open": first.opens,
        "until": last.last,
        "midnights": [window.midnight for window in question.windows],
        "opens": [window.opens for window in question.windows],
        "lasts": [window.last for window in question.windows],
        "fold_from": fold[0],
        "fold_to": fold[1],
        "plain": question.earliest.plain,
        "guarded": question.earliest.guarded,
        "travel": question.earliest.travel,
        "travel_guarded": question.earliest.travel_guarded,
        "since": question.since,
        "soon_seconds": policy.SOON_DAYS * 86_400,
        "quarter": quarter,
        "timeout": policy.SEARCH_STATEMENT_MS,
        "ranked": policy.RANKED_FIRST,
    }


def rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that is given up when it takes too long: one message to the server, one answer."""
    with connection_to_read().cursor() as cursor:
        cursor.execute(_TIMEOUT + statement, values)
        cursor.nextset()
        return list(cursor.fetchall())


def sort_words(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that some service's text has, and those that none has; what says nothing, such as "the", is neither."""
    with connection_to_read().cursor() as cursor:
        cursor.execute(
            """
            SELECT word, EXISTS (
                SELECT FROM instructors_servicetext AS text
                WHERE text.words @@ (plainto_tsquery('english', word) || plainto_tsquery('simple', word))
            )
            FROM unnest(%(words)s::text[]) AS word
            WHERE numnode(plainto_tsquery('english', word)) > 0 OR EXISTS (
                SELECT FROM instructors_servicetext AS text WHERE text.words @@ plainto_tsquery('simple', word)
            )
            """,
            {"words": list(words)},
        )
        found = dict(cursor.fetchall())
    known = tuple(word for word in words if found.get(word))
    return known, tuple(word for word in words if found.get(word) is False)
