"""Search equals a slow, obvious reference: every service of everybody, looked at in Python, for any wish."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from math import floor
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.services import booking as booking_service
from instainstru.core import clock, money, policy
from instainstru.core.errors import DomainError
from instainstru.core.policy import Audience, Level, Place
from instainstru.core.time import NEW_YORK, LocalStart
from instructors.models import InstructorProfile, Neighborhood, Service, ServicePlace, Sort
from instructors.services import facets, free_time, offers, search
from instructors.services.facets import strip_days
from instructors.services.free_time import LessonKind
from instructors.services.search import Wish
from tests.factories import UserFactory, teaching

NOW = datetime(2027, 10, 27, 12, 10, tzinfo=NEW_YORK)  # the clocks go back on 7 November
TODAY = NOW.date()
SLUGS = ("park-slope", "prospect-heights", "astoria-central", "inwood")
BOROUGH = {"park-slope": "brooklyn", "prospect-heights": "brooklyn", "astoria-central": "queens", "inwood": "manhattan"}
SUBJECTS = {"Piano": "music", "Guitar": "music", "Yoga": "sports-fitness"}
TENTHS = 10


def add_instructor(number: int, chosen: random.Random) -> None:
    week = [[(chosen.choice((0, 60, 540, 780)), chosen.choice((1080, 1260, 1440)))] if chosen.random() < 0.7 else []
            for _ in range(7)]  # fmt: skip
    prices = {place: chosen.choice((6000, 8000, 9900, 10000, 12345, 20000)) for place in Place}
    prices = {place: max(price, policy.floor_cents(place)) for place, price in prices.items()}
    offered = chosen.sample(list(Place), chosen.randint(1, 3))
    service = teaching(
        UserFactory.create(first_name=f"N{number}", last_name="Teacher"),
        now=NOW,
        week=week,
        subject=chosen.choice(list(SUBJECTS)),
        lengths=tuple(chosen.sample((30, 45, 60, 90), 2)) + (60,) * chosen.randint(0, 1),
        prices={place: prices[place] for place in offered},
        overnight_guard=chosen.random() < 0.5,
        buffer_minutes=chosen.choice((0, 15, 45)),
    )
    profile = service.instructor
    areas = Neighborhood.objects
    profile.neighborhoods.set(areas.filter(slug__in=chosen.sample(SLUGS, chosen.randint(1, 2))))
    reviews = chosen.choice((0, 1, 3, 9))
    InstructorProfile.objects.filter(pk=profile.pk).update(
        place_neighborhood=areas.get(slug=chosen.choice(SLUGS)) if chosen.random() < 0.7 else None,
        reviews_count=reviews,
        stars_sum=sum(chosen.randint(2, 5) for _ in range(reviews)),
        bio="Patient. " * chosen.choice((1, 20)) + chosen.choice(("Loves Chopin.", "Plays jazz.", "")),
        headline=chosen.choice(("Chopin and more", "Lessons for everyone")),
    )
    Service.objects.filter(pk=service.pk).update(
        levels=chosen.sample(Level.values, chosen.randint(1, 3)), ages=chosen.sample(Audience.values, 2)
    )


@pytest.fixture(scope="module", autouse=True)
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Fourteen who teach, some of whose time is taken; made once, and only read."""
    chosen = random.Random(5)
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        for number in range(14):
            add_instructor(number, chosen)
        student = UserFactory.create()
        for service in Service.objects.all():
            for hour in (13, 15, 18):
                book(student, service, TODAY + timedelta(days=chosen.randint(0, 3)), hour)
        offers.publish_all()
        yield
        transaction.set_rollback(True)


def book(student: Any, service: Service, day: date, hour: int) -> None:
    place = service.places.first()
    starts = LocalStart(day, time(hour))
    try:
        with transaction.atomic():
            booking_service.book_lesson(
                student=student,
                service_id=service.pk,
                starts=starts,
                minutes=service.lengths[0],
                place=Place(place.place if place else Place.ONLINE),
                where=None,
                notes="",
                now=NOW,
            )
    except DomainError:
        pass  # not free, or not here: as well


@cache
def starts_of(profile_id: int, place: Place, minutes: int) -> list[datetime]:
    """All bookable starts of two weeks and a few days."""
    kind = LessonKind(InstructorProfile.objects.get(pk=profile_id), place, minutes)
    return free_time.on_days(kind=kind, first=TODAY, days=31, now=NOW)


@cache
def all_offers() -> list[ServicePlace]:
    return list(
        ServicePlace.objects.select_related(
            "service__instructor__user",
            "service__subject__subcategory__category",
            "service__instructor__place_neighborhood",
        )
    )


@cache
def areas_of(given_id: int) -> frozenset[str] | None:
    """Where an offer is given; None is anywhere."""
    given = next(one for one in all_offers() if one.pk == given_id)
    profile = given.service.instructor
    if given.place == Place.ONLINE:
        return None
    if given.place == Place.STUDENT:
        return frozenset(profile.neighborhoods.values_list("slug", flat=True))
    return frozenset([profile.place_neighborhood.slug] if profile.place_neighborhood else [])


def text_levels(given: ServicePlace, word: str) -> str | None:
    profile = given.service.instructor
    for level, text in (("A", given.service.subject.name), ("B", profile.headline), ("C", profile.bio)):
        if word.lower() in text.lower():
            return level
    return None


def price(given: ServicePlace, wish: Wish) -> int:
    return money.lesson_price(hourly_cents=given.hourly_cents, minutes=wish.minutes)


def is_asked(given: ServicePlace, wish: Wish) -> bool:
    service, areas = given.service, areas_of(given.pk)
    subject = service.subject
    checks = [
        wish.minutes in service.lengths,
        wish.subject in ("", subject.slug),
        wish.category in ("", subject.subcategory.category.slug),
        areas is None or not wish.neighborhoods or bool(areas & set(wish.neighborhoods)),
        areas is None or not wish.borough or wish.borough in {BOROUGH[area] for area in areas},
        wish.place in (None, given.place),
        wish.min_price_cents is None or price(given, wish) >= wish.min_price_cents,
        wish.max_price_cents is None or price(given, wish) <= wish.max_price_cents,
        wish.audience is None or wish.audience in service.ages,
        wish.level is None or wish.level in service.levels,
        wish.rating is None or (service.instructor.rating or 0) >= wish.rating,
        not wish.rest or text_levels(given, wish.rest) is not None,
    ]
    return all(checks)


def is_in_time(start: datetime, wish: Wish) -> bool:
    local = start.astimezone(NEW_YORK)
    first = max(wish.date_from or TODAY, TODAY)
    last = wish.date_to or first + timedelta(days=policy.SEARCH_DAYS - 1)
    clock_time = local.time()
    ends = wish.before if wish.before and wish.before != time() else None
    return (
        first <= local.date() <= last
        and (wish.after is None or clock_time >= wish.after)
        and (ends is None or clock_time < ends)
    )


def starts(given: ServicePlace, wish: Wish) -> list[datetime]:
    found = starts_of(given.service.instructor_id, Place(given.place), wish.minutes)
    return [start for start in found if is_in_time(start, wish)]


def standing(profile: InstructorProfile) -> int:
    """What of the points does not depend on the question, in tenths."""
    prior, few = policy.RATING_PRIOR_REVIEWS, profile.reviews_count < policy.REVIEWS_SHOWN_FROM
    mean = (prior * policy.RATING_PRIOR_STARS + profile.stars_sum) / (prior + profile.reviews_count)
    share = (mean - policy.POINTS_FROM_STARS) / (policy.MOST_STARS - policy.POINTS_FROM_STARS)
    rating = min(max(floor(round(share * policy.POINTS_RATING * TENTHS, 6)), 0), policy.POINTS_RATING * TENTHS)
    complete = policy.POINTS_COMPLETE * TENTHS // 2 * (len(profile.bio) >= policy.COMPLETE_BIO_LENGTH)
    return rating + policy.POINTS_NEWCOMER * TENTHS * few + complete


def points(given: ServicePlace, wish: Wish) -> int:
    """All points, in tenths."""
    seconds = policy.SOON_DAYS * 86_400
    ahead = max(0, int((starts(given, wish)[0] - NOW).total_seconds()))
    total = standing(given.service.instructor) + policy.POINTS_SOON * TENTHS * max(0, seconds - ahead) // seconds
    areas = areas_of(given.pk) or frozenset()
    if areas & set(wish.neighborhoods):
        total += policy.POINTS_NEAR * TENTHS
    elif wish.borough and wish.borough in {BOROUGH[area] for area in areas}:
        total += policy.POINTS_IN_BOROUGH * TENTHS
    if wish.max_price_cents is not None:
        quarter = max(1, wish.max_price_cents // 4)
        total += policy.POINTS_PRICE * TENTHS * min(wish.max_price_cents - price(given, wish), quarter) // quarter
    if wish.rest:
        worth = policy.POINTS_MATCH * TENTHS
        level = text_levels(given, wish.rest)
        total += {"A": worth, "B": worth * 3 // 4, "C": worth // 2}[level or "C"]
    return total


def expected(wish: Wish) -> list[tuple[int, int]]:
    """Instructors in the asked order, each with the service that stands for them."""
    free = [one for one in all_offers() if is_asked(one, wish) and starts(one, wish)]
    key = {
        Sort.BEST: lambda one: -points(one, wish),
        Sort.PRICE: lambda one: one.hourly_cents,
        Sort.SOONEST: lambda one: starts(one, wish)[0],
        Sort.RATING: lambda one: -(one.service.instructor.rating or 0),
    }[wish.sort]
    order: dict[int, Any] = {}
    for one in free:
        pk = one.service.instructor_id
        order[pk] = min(order.get(pk, key(one)), key(one))
    return sorted(order.items(), key=lambda item: (item[1], item[0]))


days = st.integers(0, 15).map(lambda n: TODAY + timedelta(days=n))
clocks = st.one_of(st.none(), st.sampled_from([time(0, 30), time(1, 30), time(9), time(12, 15), time(17), time(21)]))


@st.composite
def wishes(draw: Any) -> Wish:
    first, more = draw(st.one_of(st.none(), days)), draw(st.integers(0, 3))
    after, before = draw(clocks), draw(clocks)
    return Wish(
        subject=draw(st.sampled_from(["", "", "piano", "guitar", "yoga"])),
        category=draw(st.sampled_from(["", "", "music"])),
        neighborhoods=draw(st.sampled_from([(), (), ("park-slope",), ("astoria-central", "inwood")])),
        borough=draw(st.sampled_from(["", "", "", "brooklyn", "queens"])),
        date_from=first,
        date_to=first + timedelta(days=more) if first and draw(st.booleans()) else None,
        after=after,
        before=before if before and (after is None or before > after) else None,
        minutes=draw(st.sampled_from([30, 45, 60, 60, 90])),
        place=draw(st.sampled_from([None, None, *Place])),
        min_price_cents=draw(st.sampled_from([None, None, 4501, 8000])),
        max_price_cents=draw(st.sampled_from([None, None, 6000, 9900, 15000])),
        audience=draw(st.sampled_from([None, None, *Audience])),
        level=draw(st.sampled_from([None, None, *Level])),
        rating=draw(st.sampled_from([None, None, 4.0, 4.5])),
        rest=draw(st.sampled_from(["", "", "", "chopin", "jazz"])),
        sort=draw(st.sampled_from(list(Sort))),
    )


many = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def rank_of(found: Any, sort: Sort) -> Any:
    if sort is Sort.BEST:
        return -found.points.total
    return -found.rank if sort is Sort.RATING else found.rank


@given(wish=wishes())
@many
def test_any_wish_finds_what_a_slow_look_at_everything_finds(db: None, wish: Wish) -> None:
    results = search.search(wish=wish, cursor="", limit=100, now=NOW, times=500)
    assert [(one.instructor_id, rank_of(one, wish.sort)) for one in results.found] == expected(wish)
    assert results.count == len(results.found)
    for one in results.found:
        (given,) = [o for o in all_offers() if (o.service_id, o.place) == (one.service_id, one.place)]
        assert is_asked(given, wish)
        assert one.starts == starts(given, wish)[:500]


@given(wish=wishes(), limit=st.integers(1, 5), ranked=st.sampled_from([1, 3, 300]))
@many
def test_pages_of_any_size_have_everybody_once(db: None, wish: Wish, limit: int, ranked: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "RANKED_FIRST", ranked)
        seen: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            results = search.search(wish=wish, cursor=cursor, limit=limit, now=NOW)
            assert results.found or not results.next_cursor
            seen += [one.instructor_id for one in results.found]
            cursor = results.next_cursor
    found = [pk for pk, _ in expected(wish)]
    assert sorted(seen) == sorted(found)
    if wish.sort is not Sort.BEST or ranked > len(found):
        assert seen == found


@given(wish=wishes())
@many
def test_each_choice_of_a_facet_gives_as_many_as_it_says(db: None, wish: Wish) -> None:
    counted = facets.facets(wish=wish, now=NOW)
    assert counted.total == len(expected(wish))
    for name, values in counted.values.items():
        for value in values:
            if value.chosen or (name == "neighborhood" and value.value not in SLUGS):
                continue
            assert (name, value.value, value.count) == (name, value.value, len(expected(value.wish)))


def test_the_strip_is_there_on_far_days_too(db: None) -> None:
    wish = Wish(date_from=TODAY + timedelta(days=20), date_to=TODAY + timedelta(days=20), after=time(17))
    counted = facets.facets(wish=wish, now=NOW)
    shown = strip_days(wish=wish, now=NOW)
    assert wish.date_from in shown
    for day, value in zip(shown, counted.values["day"], strict=True):
        assert value.count == len(expected(replace(wish, date_from=day, date_to=day)))
