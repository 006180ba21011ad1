"""How many could be booked with one filter set otherwise, and on which of the next days."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.core.cache import cache

from instainstru.core import money, policy
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Audience, Level, Place
from instainstru.core.time import NEW_YORK, STEP, first_instant, midnight
from instructors.repositories import facets as repository
from instructors.repositories.facets import Counts, Day
from instructors.services import asking, browse
from instructors.services.asking import Wish
from instructors.services.search import in_time, key_of


@dataclass(frozen=True)
class Value:
    """One choice of a facet: the wish with it set instead, and how many could be booked so."""

    value: str
    name: str
    count: int
    chosen: bool
    wish: Wish


@dataclass(frozen=True)
class Facets:
    """How many a wish finds, and all its facets by name, with what each of their values would give."""

    total: int
    values: dict[str, list[Value]]


@measure_operation
def facets(*, wish: Wish, now: datetime) -> Facets:
    """The facets of a wish: one statement, kept for a minute for each set of filters. Raises Invalid and TooBroad."""
    found = cache.get(key_of("facets", wish, now=now))
    if found is None:
        found = count(wish=wish, now=now)
        cache.set(key_of("facets", wish, now=now), found, policy.FACETS_KEPT_SECONDS)
        cache.set(key_of("count", wish, now=now), found.total if found else 0, policy.FACETS_KEPT_SECONDS)
    return _named(found, wish, now=now) if found else Facets(0, {})


@measure_operation
def kept_facets(*, wish: Wish, now: datetime) -> Facets | None:
    """The same if somebody asked within the minute; None otherwise, and no statement."""
    found = cache.get(key_of("facets", wish, now=now))
    return _named(found, wish, now=now) if found else None


@measure_operation
def strip_days(*, wish: Wish, now: datetime) -> list[date]:
    """The days of the strip: seven from today on, or around a later one that is asked for."""
    today, last, asked = now.astimezone(NEW_YORK).date(), policy.last_date(now=now), wish.date_from
    first = today
    if asked and asked >= today + timedelta(days=policy.STRIP_DAYS):
        around = asked - timedelta(days=policy.STRIP_DAYS // 2)
        first = max(today, min(around, last - timedelta(days=policy.STRIP_DAYS - 1)))
    return [first + timedelta(days=n) for n in range(policy.STRIP_DAYS)]


@measure_operation
def count(*, wish: Wish, now: datetime) -> Counts | None:
    """The numbers behind the facets, worked out now: None when the time of the wish is over. Raises TooBroad."""
    asked = asking.ask(wish, now=now)
    if asked is None:
        return None
    strip = strip_days(wish=wish, now=now)
    first, last = min(asked.days[0], strip[0]), max(asked.days[-1], strip[-1])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counted = [_day(day, wish, asked=day in asked.days, strip=strip, now=now) for day in days]
    with in_time():
        return repository.count(
            asked.question,
            counted,
            until=midnight(last + timedelta(days=1)),
            clock=bool(wish.after or wish.before),
            fold=asking.fold(days),
        )


def _day(day: date, wish: Wish, *, asked: bool, strip: list[date], now: datetime) -> Day:
    opens, last = asking.clock_of(day, wish, now=now)
    parts = [
        (first_instant(day, begins.hour * 60), first_instant(day, ends.hour * 60) - STEP)
        for _, begins, ends in policy.PARTS_OF_DAY
    ]
    return Day(midnight(day), opens, last, asked, strip.index(day) if day in strip else None, parts)


def _named(counts: Counts, wish: Wish, *, now: datetime) -> Facets:
    return Facets(
        counts.total,
        {
            "day": _of_days(counts, wish, now=now),
            "part_of_day": _of_parts(counts, wish),
            "place": _of(counts, wish, "place", {one.value: (one.label, {"place": one}) for one in Place}),
            "price": _of(counts, wish, "price", _bands(wish)),
            "rating": _of(
                counts, wish, "rating", {str(s): (f"{s} and up", {"rating": s}) for s in policy.RATING_BANDS}
            ),
            "level": _of(counts, wish, "level", {one.value: (one.label, {"level": one}) for one in Level}),
            "age": _of(counts, wish, "age", {one.value: (one.label, {"audience": one}) for one in Audience}),
            "borough": _of_boroughs(counts, wish),
            "neighborhood": _of_neighborhoods(counts, wish),
        },
    )


Choices = dict[str, tuple[str, dict[str, object]]]  # by value: the name, and what is set


def _of(counts: Counts, wish: Wish, facet: str, choices: Choices) -> list[Value]:
    found = counts.values[facet]
    return [_value(value, name, found[value], wish, fields) for value, (name, fields) in choices.items()]


def _value(value: str, name: str, count: int, wish: Wish, fields: dict[str, object]) -> Value:
    chosen = all(getattr(wish, field) == wanted for field, wanted in fields.items())
    usual = {field: getattr(asking.USUAL, field) for field in fields}
    return Value(value, name, count, chosen, replace(wish, **(usual if chosen else fields)))


def _of_days(counts: Counts, wish: Wish, *, now: datetime) -> list[Value]:
    found = zip(strip_days(wish=wish, now=now), counts.days, strict=True)
    return [
        _value(day.isoformat(), day.isoformat(), count, wish, {"date_from": day, "date_to": day})
        for day, count in found
    ]


def _of_parts(counts: Counts, wish: Wish) -> list[Value]:
    found = zip(policy.PARTS_OF_DAY, counts.parts, strict=True)
    return [
        _value(name, name.capitalize(), count, wish, {"after": begins, "before": ends})
        for (name, begins, ends), count in found
    ]


def _bands(wish: Wish) -> Choices:
    """Prices of the lesson asked for, from above one edge up to the next."""
    edges = [money.lesson_price(hourly_cents=edge, minutes=wish.minutes) for edge in policy.PRICE_BANDS_CENTS]
    bands = zip([None, *edges], [*edges, None], strict=True)
    return {
        str(number): (
            band_label(low, high),
            {"min_price_cents": None if low is None else low + 1, "max_price_cents": high},
        )
        for number, (low, high) in enumerate(bands)
    }


def band_label(low: int | None, high: int | None) -> str:
    """A band of prices in words: above low, up to high."""
    if low is None:
        return f"Up to {money.dollars(high or 0)}"
    return f"Over {money.dollars(low)}" if high is None else f"{money.dollars(low)} to {money.dollars(high)}"


def _of_boroughs(counts: Counts, wish: Wish) -> list[Value]:
    choices: Choices = {
        one.slug: (one.name, {"neighborhoods": (), "borough": one.slug})
        for one in browse.directory().boroughs
        if one.slug in counts.values["borough"]
    }
    return _of(counts, wish, "borough", choices)


def _of_neighborhoods(counts: Counts, wish: Wish) -> list[Value]:
    known = asking.ids()["neighborhood"]
    found = []
    for borough in browse.directory().boroughs:
        for area in borough.neighborhoods:
            count = counts.neighborhoods.get(known[area.slug], counts.anywhere)
            fields: dict[str, object] = {"neighborhoods": (area.slug,), "borough": ""}
            found.append(_value(area.slug, area.name, count, wish, fields))
    return found
