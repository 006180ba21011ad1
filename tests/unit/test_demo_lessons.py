"""When demo people meet: what a timetable takes, and what it leaves out."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from bookings.models import Status
from bookings.services.demo.lessons import Plan, Timetable
from bookings.services.demo.material import draws
from bookings.services.demo.people import Resident, Teacher
from bookings.services.demo.places import Area
from bookings.services.demo.supply import Offered
from bookings.services.demo.topics import Topic
from bookings.services.demo.weeks import Off, Week
from instainstru.core.policy import Place
from instainstru.core.time import Span, midnight

TODAY = date(2027, 3, 1)  # a Monday
NOW = midnight(TODAY)
PARK_SLOPE = Area(1, "BK0602", "park-slope", "Park Slope", "Brooklyn")
TEN = 10 * 60
PIANO = Topic(1, "piano", "Piano", "piano", "music", "piano-keyboards", "all ages", tuple(Place))
MONDAYS = [TODAY + timedelta(days=7 * n) for n in range(-4, 4)]


def person(pk: int, *, joined: datetime = NOW - timedelta(days=300)) -> Resident:
    return Resident(User(pk=pk, first_name="Pat", email=f"{pk}@example.com", date_joined=joined), PARK_SLOPE)


def teacher(pk: int = 1, **changed: Any) -> Teacher:
    settings: dict[str, Any] = {
        "offered": (Offered(PIANO, (60,), {Place.ONLINE: 9_000}, ""),),
        "week": Week({0: [(9 * 60, 12 * 60)]}, {}),
        "live_since": NOW - timedelta(days=300),
        "regulars": 5,
    } | changed
    return Teacher(user=person(pk).user, home=PARK_SLOPE, headline="", bio="", years=5, **settings)


def meeting(plan_of: Teacher, student: Resident | None = None, *, at: int = TEN, now: datetime = NOW) -> Timetable:
    timetable = Timetable(today=TODAY, now=now, chosen=draws(1))
    meet(timetable, plan_of, student or person(2), at=at)
    return timetable


def meet(timetable: Timetable, plan_of: Teacher, student: Resident, *, at: int = TEN) -> None:
    plan = Plan(plan_of, student, plan_of.offered[0], Place.ONLINE, 60, None, "")
    timetable.meet(plan, MONDAYS, at=at, kept=True)


def test_past_lessons_are_completed_and_the_others_to_come():
    assert [lesson.status for lesson in meeting(teacher()).lessons] == [Status.COMPLETED] * 4 + [Status.CONFIRMED] * 4


def test_lessons_of_today_are_completed_when_they_have_ended():
    evening = NOW + timedelta(hours=20)
    assert [lesson.status for lesson in meeting(teacher(), now=evening).lessons][4] == Status.COMPLETED


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"week": Week({0: [(9 * 60, 12 * 60)]}, {MONDAYS[0]: []})}, 7),
        ({"week": Week({0: [(9 * 60, 12 * 60)]}, {MONDAYS[0]: [(TEN + 15, 15 * 60)]})}, 7),
        ({"off": (Off(Span(midnight(MONDAYS[0]), midnight(MONDAYS[2])), "Vacation"),)}, 6),
        ({"live_since": NOW - timedelta(days=15)}, 6),
    ],
)
def test_there_is_none_on_a_day_off_outside_hours_in_time_off_or_before_going_live(settings, left):
    assert len(meeting(teacher(**settings)).lessons) == left


def test_nobody_is_in_two_places():
    timetable = meeting(one := teacher())
    meet(timetable, one, person(3), at=TEN + 60)  # in the buffer
    assert len(timetable.lessons) == 8
    meet(timetable, teacher(4), person(2), at=TEN + 30)  # the student is taken
    assert len(timetable.lessons) == 8
    meet(timetable, teacher(4), one, at=TEN)  # a teacher who learns, and teaches then
    assert len(timetable.lessons) == 8
    meet(timetable, one, person(3), at=TEN - 60 - 15)  # outside hours
    assert len(timetable.lessons) == 8
    meet(timetable, teacher(4), person(3), at=TEN)
    assert len(timetable.lessons) == 16


def test_lessons_too_long_for_the_hours_do_not_take_place():
    timetable = Timetable(today=TODAY, now=NOW, chosen=draws(1))
    timetable.fill([teacher(week=Week({0: [(9 * 60, 9 * 60 + 30)]}, {}))], [person(2)])
    timetable.fill([teacher(week=Week({}, {}))], [person(2)])
    assert timetable.lessons == []


def test_nobody_teaches_themselves_and_without_students_nobody_is_taught():
    timetable = Timetable(today=TODAY, now=NOW, chosen=draws(1))
    timetable.fill([one := teacher()], [one])
    timetable.fill([one], [])
    assert timetable.lessons == []
    timetable.fill([one], [person(2)])
    assert timetable.lessons
