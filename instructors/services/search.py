"""Search by fields: who can be booked as asked, and when next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import signing
from django.core.cache import cache

from instainstru.core import policy
from instainstru.core.errors import Invalid
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, first_instant, midnight, round_up
from instructors.models import Sort
from instructors.repositories import catalogue as catalogue_repository
from instructors.repositories import search as repository
from instructors.repositories.search import Earliest, Found, Question, Window
from instructors.services.kept import Part, kept

__all__ = ["Found", "Looser", "Results", "Soon", "Wish", "loosen", "search", "soon", "soonest"]

COUNT_SECONDS = 60
LOOKED_AT = 10  # times as many as are shown, to show different subjects


@dataclass(frozen=True)
class Wish:
    """What a person asks for, in words: slugs, a local day, a clock time after which to start, minutes, cents."""

    subject: str = ""
    category: str = ""
    neighborhood: str = ""
    borough: str = ""
    day: date | None = None
    after: time | None = None
    minutes: int = policy.DEFAULT_LESSON_MINUTES
    place: Place | None = None
    max_price_cents: int | None = None
    sort: Sort = Sort.BEST


@dataclass(frozen=True)
class Results:
    """A page of instructors, how many there are in all (up to a minute old), and the cursor of the next page."""

    found: list[Found]
    count: int
    next_cursor: str | None


@measure_operation
def search(*, wish: Wish, cursor: str, limit: int, now: datetime) -> Results:
    """The instructors who can be booked as asked, each with its next bookable starts.

    One statement finds the page, one (its answer kept for a minute) counts. Raises Invalid for a slug that does
    not exist or a cursor that is none.
    """
    question = _question(wish, now=now)
    if not question.windows:
        return Results([], 0, None)
    found = repository.find(question, after=_read(cursor, wish.sort), limit=limit + 1, times=policy.CARD_TIMES)
    more = len(found) > limit
    page = found[:limit]
    return Results(page, _count(wish, question, now=now), _cursor(page[-1], wish.sort) if more else None)


@measure_operation
def soonest(*, within: timedelta, limit: int, now: datetime) -> list[Found]:
    """Who can be booked soonest within so much time from now on: online or anywhere, for the usual length."""
    today = now.astimezone(NEW_YORK).date()
    windows = [window for window in _days(today, days=2, after=None, now=now) if window.opens < now + within]
    cut = [Window(window.midnight, window.opens, min(window.closes, round_up(now + within))) for window in windows]
    question = Question(windows=cut, earliest=_earliest(now), minutes=policy.DEFAULT_LESSON_MINUTES, sort=Sort.SOONEST)
    return repository.find(question, after=None, limit=limit, times=1)


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
    question = _question(Wish(sort=Sort.SOONEST), now=now)
    return Soon(_varied(repository.find(question, after=None, limit=limit * LOOKED_AT, times=1), limit), within=False)


def _varied(found: list[Found], limit: int) -> list[Found]:
    """So many of these, in their order: one of each category, then others if there is room."""
    first_of = {one.category: one for one in reversed(found)}
    firsts = [one for one in found if first_of[one.category] is one]
    others = [one for one in found if first_of[one.category] is not one]
    chosen = [*firsts, *others][:limit]
    return sorted(chosen, key=lambda one: one.starts[0])


LOOSENED = ("after", "day", "max_price_cents", "minutes", "place", "neighborhood", "borough", "subject", "category")


@dataclass(frozen=True)
class Looser:
    """A wish without one of its filters, by the filter's name, and how many could be booked so (up to a minute old)."""

    without: str
    wish: Wish
    count: int


@measure_operation
def loosen(*, wish: Wish, now: datetime) -> list[Looser]:
    """What leaving out one filter would give, for each that somebody could be booked without: smallest change first.

    Raises Invalid for a slug that does not exist.
    """
    usual = Wish()
    wishes = {
        name: replace(wish, **{name: getattr(usual, name)})
        for name in LOOSENED
        if getattr(wish, name) != getattr(usual, name)
    }
    counts = _counts(wishes, now=now)
    return [Looser(name, looser, counts[name]) for name, looser in wishes.items() if counts[name]]


def _counts(wishes: Mapping[str, Wish], *, now: datetime) -> dict[str, int]:
    """How many there are for each of these wishes, in one statement, or none if all are kept."""
    keys = {name: _count_key(wish, now=now) for name, wish in wishes.items()}
    counts: dict[str, int] = cache.get_many(keys.values())
    if missing := [name for name, key in keys.items() if key not in counts]:
        counted = repository.count_each([_question(wishes[name], now=now) for name in missing])
        counts |= dict(zip((keys[name] for name in missing), counted, strict=True))
        cache.set_many(counts, COUNT_SECONDS)
    return {name: counts[key] for name, key in keys.items()}


def _question(wish: Wish, *, now: datetime) -> Question:
    today, last = now.astimezone(NEW_YORK).date(), policy.last_date(now=now)
    if wish.day is None:
        ahead = policy.SEARCH_DAYS
        # Without a clock time the days are one window: no span crosses a midnight, and one probe is enough.
        whole = Window(midnight(today), round_up(now), midnight(today + timedelta(days=ahead)))
        windows = _days(today, days=ahead, after=wish.after, now=now) if wish.after else [whole]
    elif today <= wish.day <= last:
        windows = _days(wish.day, days=1, after=wish.after, now=now)
    else:
        windows = []
    ids = _ids(wish)
    return Question(
        windows=windows,
        earliest=_earliest(now),
        minutes=wish.minutes,
        sort=wish.sort,
        subject_id=ids["subject"],
        category_id=ids["category"],
        neighborhood_id=ids["neighborhood"],
        borough_id=ids["borough"],
        place=wish.place,
        max_price_cents=wish.max_price_cents,
    )


def _ids(wish: Wish) -> dict[str, int | None]:
    slugs = {
        "subject": wish.subject,
        "category": wish.category,
        "neighborhood": wish.neighborhood,
        "borough": wish.borough,
    }
    if not any(slugs.values()):
        return dict.fromkeys(slugs)
    return kept(f"ids:{'/'.join(slugs.values())}", Part.CATALOGUE, work_out=lambda: _look_up(slugs))


def _look_up(slugs: dict[str, str]) -> dict[str, int | None]:
    ids = catalogue_repository.ids_of(**slugs)
    for name, slug in slugs.items():
        if slug and ids[name] is None:
            raise Invalid.field("service" if name == "subject" else name, f"There is no such {name}.")
    return ids


def _days(first: date, *, days: int, after: time | None, now: datetime) -> list[Window]:
    """A window for each local day, from a clock time on; what has passed is cut off."""
    minute = after.hour * 60 + after.minute if after else 0
    windows = []
    for day in (first + timedelta(days=n) for n in range(days)):
        opens, closes = max(round_up(first_instant(day, minute)), round_up(now)), midnight(day + timedelta(days=1))
        if opens < closes:
            windows.append(Window(midnight(day), opens, closes))
    return windows


def _earliest(now: datetime) -> Earliest:
    def first(*, travel: bool, guard: bool) -> datetime:
        return policy.earliest_start(travel=travel, guard=guard, now=now)

    return Earliest(
        plain=first(travel=False, guard=False),
        guarded=first(travel=False, guard=True),
        travel=first(travel=True, guard=False),
        travel_guarded=first(travel=True, guard=True),
    )


def _count(wish: Wish, question: Question, *, now: datetime) -> int:
    """How many there are: kept for a minute for each set of filters, whatever their order."""
    key = _count_key(wish, now=now)
    known = cache.get(key)
    if known is None:
        known = repository.count(question)
        cache.set(key, known, COUNT_SECONDS)
    return int(known)


def _count_key(wish: Wish, *, now: datetime) -> str:
    return f"search-count:{now.replace(second=0, microsecond=0).isoformat()}:{hash_of(wish)}"


def hash_of(wish: Wish) -> str:
    """A short name for a set of filters, the same in every process."""
    asked = (wish.subject, wish.category, wish.neighborhood, wish.borough, wish.day, wish.after)
    return signing.b64_encode(repr((*asked, wish.minutes, wish.place, wish.max_price_cents)).encode()).decode()


def _cursor(last: Found, sort: Sort) -> str:
    rank = last.rank.isoformat() if sort is Sort.SOONEST else last.rank
    return signing.dumps([sort.value, rank, last.instructor_id], compress=False)


def _read(cursor: str, sort: Sort) -> tuple[Any, int] | None:
    if not cursor:
        return None
    try:
        asked, rank, instructor_id = signing.loads(cursor)
    except (signing.BadSignature, ValueError):
        raise Invalid.field("cursor", "This is no address of a page: begin without it.") from None
    if asked != sort.value:
        raise Invalid.field("cursor", "This cursor belongs to another order: begin without it.")
    return (datetime.fromisoformat(rank) if sort is Sort.SOONEST else rank), int(instructor_id)
