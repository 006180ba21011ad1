"""Search by fields finds who can be booked as asked, with the starts that booking would grant."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from instainstru.core import policy
from instainstru.core.errors import Invalid
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from instructors.models import InstructorProfile, Neighborhood, Offer, Sort
from instructors.services import facets, offers, search
from instructors.services.search import Wish
from tests.factories import BoroughFactory, UserFactory, teaching
from tests.fixtures import TOMORROW, book, clock_times

MANY = 50


def on(day: date) -> dict[str, Any]:
    return {"date_from": day, "date_to": day}


def find(wish: Wish, *, now: datetime, cursor: str = "", limit: int = MANY) -> search.Results:
    return search.search(wish=wish, cursor=cursor, limit=limit, now=now)


def names(results: search.Results) -> list[str]:
    return [found.first_name for found in results.found]


@pytest.fixture
def city(noon):
    """Four who teach: Ana and Bo piano, Cy guitar from far away, Di piano in the evening only."""
    people: dict[str, dict[str, Any]] = {
        "Ana": {},
        "Bo": {"prices": {Place.ONLINE: 9000}, "lengths": (60,)},
        "Cy": {"subject": "Guitar", "serves": ("Astoria",)},
        "Di": {"week": [[(18 * 60, 21 * 60)]] * 7, "prices": {Place.STUDENT: 12000}},
    }
    for name, settings in people.items():
        teaching(UserFactory.create(first_name=name), now=noon, **settings)


def test_each_result_has_its_next_bookable_starts(ana_teaches_piano, noon):
    (ana,) = find(Wish(subject="piano"), now=noon).found
    assert clock_times(ana.starts) == ["13:00", "13:15", "13:30", "13:45"]
    assert (ana.place, ana.hourly_cents, ana.places) == (
        Place.ONLINE,
        6000,
        ["online", "instructor_place", "student_place"],
    )


def test_a_booking_is_seen_at_once(ana_teaches_piano, sam, noon):
    book(sam, ana_teaches_piano, at="14:00", day=noon.date(), now=noon)
    (ana,) = find(Wish(), now=noon).found
    assert clock_times(ana.starts) == ["15:15", "15:30", "15:45", "16:00"]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(), {"Ana", "Bo", "Cy", "Di"}),
        (Wish(subject="piano"), {"Ana", "Bo", "Di"}),
        (Wish(category="music"), {"Ana", "Bo", "Cy", "Di"}),
        (Wish(neighborhoods=("park-slope",), place=Place.STUDENT), {"Ana", "Di"}),
        (Wish(neighborhoods=("park-slope",)), {"Ana", "Bo", "Cy", "Di"}),  # online is everywhere
        (Wish(place=Place.ONLINE), {"Ana", "Bo", "Cy"}),
        (Wish(max_price_cents=6000), {"Ana", "Cy"}),
        (Wish(max_price_cents=5999), set()),
        (Wish(max_price_cents=3000, minutes=30), {"Ana", "Cy"}),
        (Wish(minutes=90), {"Ana", "Cy", "Di"}),
        (Wish(minutes=75), set()),
        (Wish(**on(TOMORROW), after=time(20)), {"Ana", "Bo", "Cy", "Di"}),
        (Wish(**on(TOMORROW), after=time(20, 15)), set()),
        (Wish(after=time(20, 15)), set()),
        (Wish(**on(date(2027, 2, 28))), set()),
        (Wish(**on(date(2027, 5, 30))), {"Ana", "Bo", "Cy", "Di"}),
        (Wish(**on(date(2027, 5, 31))), set()),  # today + 91
    ],
)
@pytest.mark.parametrize("sort", list(Sort))
def test_filters_leave_who_can_be_booked_so(city, noon, wish, expected, sort):
    asked = replace(wish, sort=sort)
    results = find(asked, now=noon)
    assert set(names(results)) == expected
    assert len(results.found) == results.count == len(expected)


def test_sorts(city, noon):
    InstructorProfile.objects.filter(user__first_name="Di").update(reviews_count=10, stars_sum=50)
    InstructorProfile.objects.filter(user__first_name="Cy").update(reviews_count=2, stars_sum=2)
    offers.publish(instructor_ids=list(InstructorProfile.objects.values_list("pk", flat=True)))
    assert names(find(Wish(sort=Sort.PRICE), now=noon)) == ["Ana", "Cy", "Bo", "Di"]
    assert names(find(Wish(sort=Sort.SOONEST), now=noon))[-1] == "Di"
    assert names(find(Wish(sort=Sort.RATING), now=noon))[0] == "Di"
    assert names(find(Wish(sort=Sort.BEST), now=noon))[-1] == "Cy"


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_each_other_without_gap_or_repetition(city, noon, sort):
    whole = names(find(Wish(sort=sort), now=noon))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        results = find(Wish(sort=sort), now=noon, cursor=cursor, limit=1)
        seen += names(results)
        cursor = results.next_cursor
    assert seen == whole


def test_the_least_expensive_free_offer_stands_for_an_instructor(noon):
    prices = {Place.ONLINE: 6000, Place.INSTRUCTOR: 8000, Place.STUDENT: 9000}
    teaching(UserFactory.create(), now=noon, prices=prices)
    for sort in Sort:
        (found,) = find(Wish(sort=sort), now=noon).found
        assert (found.place, found.hourly_cents) == (Place.ONLINE, 6000)


def test_who_is_not_live_is_not_found(ana_teaches_piano, ana, noon):
    InstructorProfile.objects.update(live_since=None)
    offers.publish(instructor_ids=[ana.pk])
    assert find(Wish(), now=noon).found == []


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(subject="nowhere"), "service"),
        (Wish(category="nowhere"), "category"),
        (Wish(neighborhoods=("nowhere",)), "neighborhood"),
        (Wish(borough="nowhere"), "borough"),
    ],
)
def test_an_unknown_slug_is_named(db, noon, wish, field):
    with pytest.raises(Invalid) as wrong:
        find(wish, now=noon)
    assert list(wrong.value.fields or {}) == [field]


def test_a_borough_is_where_lessons_are_given(city, noon):
    queens = BoroughFactory.create(name="Queens")
    Neighborhood.objects.filter(slug="astoria").update(borough=queens)
    offers.publish(instructor_ids=list(InstructorProfile.objects.values_list("pk", flat=True)))
    assert names(find(Wish(borough="queens", place=Place.STUDENT), now=noon)) == ["Cy"]
    assert set(names(find(Wish(borough="brooklyn", place=Place.STUDENT), now=noon))) == {"Ana", "Di"}


def test_the_second_pass_of_the_repeated_hour_has_no_starts(noon):
    night = datetime(2027, 11, 6, 12, tzinfo=NEW_YORK)
    teaching(UserFactory.create(), now=night, week=[[(60, 180)]] * 7, overnight_guard=False)
    (found,) = find(Wish(**on(date(2027, 11, 7))), now=night).found
    assert [f"{start.astimezone(NEW_YORK):%H:%M%z}" for start in found.starts] == [
        "01:00-0400",
        "01:15-0400",
        "01:30-0400",
        "01:45-0400",
    ]


def test_a_cursor_of_another_order_or_none_is_refused(city, noon):
    cursor = find(Wish(sort=Sort.PRICE), now=noon, limit=1).next_cursor or ""
    for wrong in (cursor, "x", f"{cursor}x"):
        with pytest.raises(Invalid):
            find(Wish(sort=Sort.BEST), now=noon, cursor=wrong)


def test_a_cursor_of_another_wish_is_refused(city, noon):
    cursor = find(Wish(sort=Sort.PRICE), now=noon, limit=1).next_cursor or ""
    assert search.begun(cursor=cursor) == noon
    assert search.begun(cursor="") is None
    for other in (Wish(subject="piano"), Wish(max_price_cents=0), Wish(rest="piano"), Wish(minutes=30)):
        with pytest.raises(Invalid) as wrong:
            find(replace(other, sort=Sort.PRICE), now=noon, cursor=cursor)
        assert list(wrong.value.fields or {}) == ["cursor"]
    assert len(find(Wish(sort=Sort.PRICE, usual_length_said=True), now=noon, cursor=cursor).found) == 3


def test_a_subject_that_is_free_only_weeks_from_now_is_still_offered(noon, monkeypatch):
    teaching(UserFactory.create(), now=noon, week=[[(18 * 60, 21 * 60)] if day == 3 else [] for day in range(7)])
    dead = Wish(subject="piano", max_price_cents=1, minutes=240)
    near = search.anywhere(wish=dead, now=noon)
    assert near
    assert (near.wish, near.count) == (Wish(subject="piano", sort=Sort.SOONEST), 1)
    monkeypatch.setattr(policy, "SEARCH_DAYS", 1)
    later = search.anywhere(wish=dead, now=noon + timedelta(minutes=1))
    assert later
    assert (later.wish.date_to, later.count) == (policy.last_date(now=noon), 1)
    assert search.anywhere(wish=Wish(subject="guitar"), now=noon) is None
    assert search.anywhere(wish=Wish(minutes=240), now=noon) is None


def test_soonest_within_three_hours(city, noon):
    found = search.soonest(within=timedelta(hours=3), limit=MANY, now=noon)
    assert {one.first_name for one in found} == {"Ana", "Bo", "Cy"}
    assert all(one.starts[0] - noon <= timedelta(hours=3) for one in found)


def test_a_page_costs_one_statement_and_a_count(city, noon, django_assert_num_queries):
    find(Wish(subject="guitar"), now=noon)  # names are read once, and kept until the catalogue changes
    with django_assert_num_queries(2):  # page and count
        find(Wish(subject="piano"), now=noon)
    with django_assert_num_queries(1):  # the count is kept for a minute
        find(Wish(subject="piano", sort=Sort.PRICE), now=noon)


def test_the_policy_shows_four_times(ana_teaches_piano, noon):
    assert len(find(Wish(), now=noon).found[0].starts) == policy.CARD_TIMES


def test_minutes_before_midnight_nothing_is_left_of_today(ana_never_sleeps, noon):
    late = noon.replace(hour=23, minute=50)
    assert find(Wish(**on(noon.date())), now=late).found == []
    (ana,) = find(Wish(), now=late).found
    assert clock_times(ana.starts) == ["01:00", "01:15", "01:30", "01:45"]  # of tomorrow


def test_paging_while_times_are_taken_shows_who_did_not_change_once(sam, noon, monkeypatch):
    """Between two pages somebody's next time is taken, in each order: nobody else is doubled or lost."""
    people = [teaching(UserFactory.create(first_name=f"N{number}"), now=noon) for number in range(7)]
    monkeypatch.setattr(policy, "RANKED_FIRST", 4)
    for day, sort in enumerate(Sort, start=1):
        seen: list[int] = []
        changed: set[int] = set()
        cursor: str | None = ""
        while cursor is not None:
            asked = Wish(sort=sort, **on(TOMORROW + timedelta(days=day)))
            results = find(asked, now=noon + timedelta(seconds=20 * len(seen)), cursor=cursor, limit=2)
            seen += [one.instructor_id for one in results.found]
            cursor = results.next_cursor
            taken = people[len(seen) % len(people)]
            changed.add(taken.instructor_id)
            book(sam, taken, at=f"{9 + len(seen):02}:00", day=TOMORROW + timedelta(days=day))
        unchanged = {service.instructor_id for service in people} - changed
        assert {pk: seen.count(pk) for pk in unchanged} == dict.fromkeys(unchanged, 1)


def test_a_page_whose_people_are_gone_leads_to_those_behind(noon, monkeypatch):
    monkeypatch.setattr(policy, "RANKED_FIRST", 2)
    people = [teaching(UserFactory.create(first_name=f"N{number}"), now=noon) for number in range(4)]
    first = find(Wish(), now=noon, limit=1)
    shown = {one.instructor_id for one in first.found}
    ranked = [service.instructor_id for service in people[:2] if service.instructor_id not in shown]
    InstructorProfile.objects.filter(pk__in=ranked).update(live_since=None)
    offers.publish(instructor_ids=ranked)
    second = find(Wish(), now=noon, limit=5, cursor=first.next_cursor or "")
    assert {one.instructor_id for one in second.found} == {service.instructor_id for service in people[2:]}


@pytest.mark.parametrize(
    ("setting", "field"),
    [
        ({"reviews_count": 40, "stars_sum": 200}, "rating"),
        ({"bio": "Patient. " * 20, "photo": "photos/x.webp"}, "complete"),
    ],
)
def test_the_score_that_is_stored_is_the_sum_of_its_parts(city, noon, setting, field):
    InstructorProfile.objects.filter(user__first_name="Di").update(**setting)
    offers.publish_all()
    found = find(Wish(subject="piano", place=Place.STUDENT), now=noon).found
    points = {one.first_name: getattr(one.points, field) for one in found}
    assert points["Di"] > points["Ana"]
    for offer in Offer.objects.all():
        assert offer.score == offer.rating_points + offer.newcomer_points + offer.complete_points


def test_a_profile_that_says_all_is_complete(city, noon):
    InstructorProfile.objects.filter(user__first_name="Di").update(bio="Patient. " * 20, photo="photos/x.webp")
    offers.publish_all()
    results = find(Wish(subject="piano", place=Place.STUDENT), now=noon)
    says = {one.first_name: [why.says for why in results.why[one.instructor_id]] for one in results.found}
    assert "Full profile" in says["Di"]
    assert "Full profile" not in says["Ana"]


def test_a_statement_that_takes_too_long_is_given_up(city, noon, monkeypatch):
    monkeypatch.setattr(policy, "SEARCH_STATEMENT_MS", 1)
    monkeypatch.setattr("instructors.repositories.search._AREA", "(SELECT pg_sleep(0.2)::text)")
    with pytest.raises(search.TooBroad) as late, transaction.atomic():
        find(Wish(neighborhoods=("park-slope",)), now=noon)
    assert late.value.code == "busy"


def test_another_trouble_of_the_database_is_not_taken_for_that(city, noon, monkeypatch):
    def gone(statement, values):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("instructors.repositories.search.rows", gone)
    with pytest.raises(OperationalError, match="closed"):
        find(Wish(), now=noon)


def test_a_wish_whose_time_is_over_has_no_facets_and_no_nearest_time(city, noon):
    over = Wish(**on(noon.date() - timedelta(days=1)))
    assert facets.facets(wish=over, now=noon).values == {}
    assert facets.kept_facets(wish=over, now=noon) is None
    assert search.nearest(wish=Wish(**on(noon.date() + timedelta(days=400))), limit=3, now=noon) == []
    assert [way.without for way in search.loosen(wish=replace(over, subject="piano"), now=noon)] == ["day"]


def test_words_that_say_nothing_are_neither_searched_nor_missing(city, noon):
    results = find(Wish(rest="the and lessons"), now=noon)
    assert results.unknown == ()
    assert len(results.found) == 4
    assert find(Wish(rest="nowhere"), now=noon).unknown == ("nowhere",)


def test_words_are_found_in_names_subjects_headlines_and_bios(city, noon):
    InstructorProfile.objects.filter(user__first_name="Bo").update(bio="Loves Scarlatti.")
    offers.publish_all()
    assert names(find(Wish(rest="scarlatti"), now=noon)) == ["Bo"]
    assert names(find(Wish(rest="Di"), now=noon)) == ["Di"]
    assert set(names(find(Wish(rest="keyboards"), now=noon))) <= {"Ana", "Bo", "Di"}
    assert find(Wish(rest="scarlatti guitar"), now=noon).found == []
