"""Search: who can be booked as asked, when next, and why in this order."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.db import OperationalError
from psycopg.errors import QueryCanceled

from instainstru.core import policy
from instainstru.core.errors import Busy, Invalid
from instainstru.core.measure import measure_operation
from instainstru.core.time import NEW_YORK, midnight, round_up
from instructors.models import Sort
from instructors.repositories import search as repository
from instructors.repositories.questions import Question, Window
from instructors.repositories.search import Behind, Found
from instructors.services import asking, browse, ranking
from instructors.services.asking import Wish
from instructors.services.ranking import Why

__all__ = [
    "Found",
    "Looser",
    "Results",
    "Soon",
    "TooBroad",
    "Wish",
    "anywhere",
    "begun",
    "loosen",
    "nearest",
    "search",
    "soon",
    "soonest",
]

COUNT_SECONDS = 60
LOOKED_AT = 10  # times as many as are shown, to show different subjects
EVENING = 18  # from this hour on, who is free soonest is looked for tomorrow, too


class TooBroad(Busy):
    """A search that took too long, and was given up."""

    sentence = "This search takes too long. Narrow it down: a subject, a neighborhood or a day helps most."


@contextmanager
def in_time() -> Iterator[None]:
    """Raises TooBroad for a statement that took too long."""
    try:
        yield
    except OperationalError as lost:
        if isinstance(lost.__cause__, QueryCanceled):
            raise TooBroad from lost
        raise


@dataclass(frozen=True)
class Results:
    """A page of instructors, how many there are in all (up to a minute old), and the cursor of the next page.

    `why` has for each instructor's id what put them where they are; `unknown` the words that nobody's profile has.
    """

    found: list[Found]
    count: int
    next_cursor: str | None
    why: Mapping[int, list[Why]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@measure_operation
def search(*, wish: Wish, cursor: str, limit: int, now: datetime, times: int = policy.CARD_TIMES) -> Results:
    """The instructors who can be booked as asked, each with its next bookable starts, so many at most.

    One statement finds the page, one (its answer kept for a minute) counts. Raises Invalid for a slug that does
    not exist or a cursor that is none or another wish's, and TooBroad.
    """
    after, since = _read(cursor, wish)
    asked = asking.ask(wish, now=now, since=since)
    if asked is None:
        return Results([], 0, None)
    with in_time():
        found, following = _page(asked.question, after, limit=limit, times=times, now=now)
        count = _count(wish, asked.question, now=now) if found or cursor else 0
    words, areas = asked.question.words, browse.directory().areas
    return Results(
        found,
        count,
        _cursor(wish, following, since=since or now) if following else None,
        {one.instructor_id: ranking.why(one, wish, words=words, areas=areas, now=now) for one in found},
        asked.unknown,
    )


def _page(
    question: Question, after: Behind | None, *, limit: int, times: int, now: datetime
) -> tuple[list[Found], Behind | None]:
    """A page, and where the next begins. A page ends where those end who are ranked by the whole formula."""
    found = _find(question, after, limit=limit + 1, times=times, now=now)
    edge = after.edge if after else found[0].edge if found else None
    if len(found) > limit:
        last = found[limit - 1]
        return found[:limit], Behind(last.rank, last.instructor_id, edge, walking=bool(after and after.walking))
    if edge is None or (after and after.walking):
        return found, None
    following = Behind(*edge, edge, walking=True)
    return (found, following) if found else _page(question, following, limit=limit, times=times, now=now)


def _find(question: Question, after: Behind | None, *, limit: int, times: int, now: datetime) -> list[Found]:
    """Looks through the first day first for who is free soonest, on an evening through tomorrow, too."""
    begins = max(question.windows[0].opens, after.rank if after and question.sort is Sort.SOONEST else now)
    local = begins.astimezone(NEW_YORK)
    near = midnight(local.date() + timedelta(days=1 if local.hour < EVENING else 2))
    return repository.find(question, after=after, limit=limit, times=times, near=near)


@measure_operation
def soonest(*, within: timedelta, limit: int, now: datetime) -> list[Found]:
    """Who can be booked soonest within so much time from now on: online or anywhere, for the usual length."""
    length, today = timedelta(minutes=policy.DEFAULT_LESSON_MINUTES), now.astimezone(NEW_YORK).date()
    window = Window(midnight(today), round_up(now), round_up(now + within) - length)
    question = Question(
        windows=[window],
        earliest=asking.earliest(now),
        minutes=policy.DEFAULT_LESSON_MINUTES,
        since=now,
        sort=Sort.SOONEST,
        fold=asking.fold([today]),
    )
    with in_time():
        return _find(question, None, limit=limit, times=1, now=now)


@dataclass(frozen=True)
class Soon:
    """Who can be booked soonest, and whether that is within the hours asked for."""

    found: list[Found]
    within: bool


@measure_operation
def soon(*, within: timedelta, limit: int, now: datetime) -> Soon:
    """Who can be booked within so much time; when nobody can, by night say, who can be booked first after that.

    Of many who are free at the same time, first one of each category.
    """
    if found := soonest(within=within, limit=limit * LOOKED_AT, now=now):
        return Soon(_varied(found, limit), within=True)
    asked = asking.ask(Wish(sort=Sort.SOONEST), now=now)
    found = _find(asked.question, None, limit=limit * LOOKED_AT, times=1, now=now) if asked else []
    return Soon(_varied(found, limit), within=False)


def _varied(found: list[Found], limit: int) -> list[Found]:
    """So many of these, in their order: one of each category, then others if there is room."""
    first_of = {one.category: one for one in reversed(found)}
    firsts = [one for one in found if first_of[one.category] is one]
    others = [one for one in found if first_of[one.category] is not one]
    chosen = [*firsts, *others][:limit]
    return sorted(chosen, key=lambda one: one.starts[0])


@dataclass(frozen=True)
class Looser:
    """A wish without one of its conditions, by name, and how many could be booked so (up to a minute old)."""

    without: str
    wish: Wish
    count: int


@measure_operation
def loosen(*, wish: Wish, now: datetime) -> list[Looser]:
    """What leaving out one condition would give, for each that somebody could be booked without: smallest first.

    Raises Invalid for a slug that does not exist, and TooBroad.
    """
    wishes = {name: wish.without(name) for name in asking.CONDITIONS if wish.has(name)}
    counts = _counts(wishes, now=now)
    return [Looser(name, looser, counts[name]) for name, looser in wishes.items() if counts[name]]


@measure_operation
def anywhere(*, wish: Wish, now: datetime) -> Looser | None:
    """The subject or category alone, in two weeks or else on any day: None without one, or if nobody is free for it.

    Raises TooBroad.
    """
    if not wish.has("what"):
        return None
    what = Wish(subject=wish.subject, category=wish.category, sort=Sort.SOONEST)
    wishes = {"rest": what, "ever": replace(what, date_to=policy.last_date(now=now))}
    counts = _counts(wishes, now=now)
    return next((Looser(name, wider, counts[name]) for name, wider in wishes.items() if counts[name]), None)


def _counts(wishes: Mapping[str, Wish], *, now: datetime) -> dict[str, int]:
    """How many there are for each of these wishes, in one statement, or none if all are kept."""
    keys = {name: key_of("count", wish, now=now) for name, wish in wishes.items()}
    counts: dict[str, int] = cache.get_many(keys.values())
    asked = {name: asking.ask(wishes[name], now=now) for name, key in keys.items() if key not in counts}
    if questions := {name: one.question for name, one in asked.items() if one}:
        with in_time():
            counted = repository.count_each(list(questions.values()))
        fresh = dict(zip((keys[name] for name in questions), counted, strict=True))
        cache.set_many(fresh, COUNT_SECONDS)
        counts |= fresh
    return {name: counts.get(key, 0) for name, key in keys.items()}


@measure_operation
def nearest(*, wish: Wish, limit: int, now: datetime) -> list[Found]:
    """Who can be booked soonest as asked in all but the day: two weeks from the day asked for on. Raises TooBroad."""
    later = replace(wish, date_from=_first_day(wish, now=now), date_to=None, sort=Sort.SOONEST)
    asked = asking.ask(later, now=now)
    if asked is None:
        return []
    with in_time():
        return _find(asked.question, None, limit=limit, times=policy.CARD_TIMES, now=now)


def _first_day(wish: Wish, *, now: datetime) -> date:
    return max(wish.date_from or date.min, now.astimezone(NEW_YORK).date())


def _count(wish: Wish, question: Question, *, now: datetime) -> int:
    """How many there are: kept for a minute for each set of filters, whatever their order."""
    key = key_of("count", wish, now=now)
    known = cache.get(key)
    if known is None:
        known = repository.count(question)
        cache.set(key, known, COUNT_SECONDS)
    return int(known)


def key_of(what: str, wish: Wish, *, now: datetime) -> str:
    """The name under which something about a set of filters is kept: another one each minute."""
    return f"search-{what}:{now.replace(second=0, microsecond=0).isoformat()}:{_filters_of(wish)}"


def _filters_of(wish: Wish) -> str:
    """A short name for all that decides who is found, whatever the order."""
    asked = vars(replace(wish, sort=Sort.BEST, usual_length_said=False))
    filters = {name: value for name, value in asked.items() if value not in (None, "", ())}
    return sha256(repr(sorted(filters.items())).encode()).hexdigest()[:32]


def _cursor(wish: Wish, behind: Behind, *, since: datetime) -> str:
    rank = behind.rank.isoformat() if wish.sort is Sort.SOONEST else behind.rank
    said = [
        wish.sort.value,
        _filters_of(wish),
        rank,
        behind.instructor_id,
        behind.edge,
        behind.walking,
        since.isoformat(),
    ]
    return signing.dumps(said, compress=False)


@measure_operation
def begun(*, cursor: str) -> datetime | None:
    """When the first page was asked for: what "in two hours" is counted from on all pages. Raises Invalid."""
    return datetime.fromisoformat(_said(cursor)[-1]) if cursor else None


def _said(cursor: str) -> list[Any]:
    try:
        order, filters, rank, instructor_id, edge, walking, since = signing.loads(cursor)
    except (signing.BadSignature, ValueError):
        raise Invalid.field("cursor", "This is no address of a page: begin without it.") from None
    return [order, filters, rank, instructor_id, edge, walking, since]


def _read(cursor: str, wish: Wish) -> tuple[Behind | None, datetime | None]:
    """Where a page begins, and the moment that soonness is counted from on all its pages."""
    if not cursor:
        return None, None
    order, filters, rank, instructor_id, edge, walking, since = _said(cursor)
    if order != wish.sort.value:
        raise Invalid.field("cursor", "This cursor belongs to another order: begin without it.")
    if filters != _filters_of(wish):
        raise Invalid.field("cursor", "This cursor belongs to another search: begin without it.")
    behind: Any = datetime.fromisoformat(rank) if wish.sort is Sort.SOONEST else rank
    return Behind(behind, int(instructor_id), tuple(edge) if edge else None, walking), datetime.fromisoformat(since)
