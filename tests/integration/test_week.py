"""The week as a calendar: what takes time, on one axis of quarter hours, on both nights of the clocks."""

from datetime import date, datetime, time, timedelta

import pytest

from bookings.services import week
from bookings.services.cancelling import cancel_lesson
from instainstru.core.time import NEW_YORK, Span, first_instant
from instructors.models import WeeklyHours
from instructors.services import time_off
from tests.factories import teaching
from tests.fixtures import NOON, TOMORROW, WHOLE_DAYS, book, off

MONDAY = date(2027, 3, 1)
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)  # Sundays
DAY = timedelta(days=1)
LENGTHS = (30, 60, 180, 240)


def drawn(person, monday=MONDAY):
    """The blocks of a week: weekday, kind, and where each is drawn, as the labels of the axis."""
    found = week.shown(person=person, monday=monday)
    said = [f"{hour.clock:%H}{'+' if hour.again else ''}" for hour in found.hours]

    def label(row):
        return f"{(*said, 'end')[row // 4]}:{row % 4 * 15:02}"

    return [
        (day.date.weekday(), block.kind.value, label(block.first), label(block.last))
        for day in found.days
        for block in day.blocks
    ]


def hours_shown(person, monday=MONDAY):
    found = week.shown(person=person, monday=monday)
    return [(hour.clock, hour.again) for hour in found.hours]


def test_lessons_and_time_off_are_drawn_where_they_are(ana_teaches_piano, ana, sam):
    book(sam, ana_teaches_piano, at="15:15", minutes=45)
    off(ana_teaches_piano, "10:00", "12:30", day=TOMORROW + DAY)
    assert drawn(ana) == [(1, "taught", "15:15", "16:00"), (2, "time_off", "10:00", "12:30")]
    assert hours_shown(ana) == [(time(hour), False) for hour in range(9, 21)]  # her usual hours


def test_a_lesson_that_they_take_is_there_too_and_no_time_off(ana_teaches_piano, stranger_teaches_guitar, ana):
    book(ana, stranger_teaches_guitar, at="15:00")
    assert drawn(ana) == [(1, "taken", "15:00", "16:00")]


def test_what_was_cancelled_takes_no_time(ana_teaches_piano, ana, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    assert drawn(ana) == []


def test_other_weeks_and_other_people_are_elsewhere(ana_teaches_piano, stranger_teaches_guitar, ana, sam, stranger):
    book(sam, ana_teaches_piano, at="15:00", day=MONDAY + 7 * DAY)
    book(sam, stranger_teaches_guitar, at="15:00")
    off(ana_teaches_piano, "10:00", "12:00", day=MONDAY + 7 * DAY)
    assert drawn(ana) == []
    assert drawn(ana, MONDAY + 7 * DAY) == [(0, "time_off", "10:00", "12:00"), (0, "taught", "15:00", "16:00")]


def test_time_off_of_days_is_drawn_on_each_and_its_edges_are_seen(ana_teaches_piano, ana):
    """From Tuesday 7 AM to Thursday 11 PM: the hours shown reach to both edges, and not around the clock."""
    span = Span(first_instant(TOMORROW, 7 * 60), first_instant(TOMORROW + 2 * DAY, 23 * 60))
    time_off.add(instructor_id=ana.pk, span=span, reason="Away", now=NOON)
    assert drawn(ana) == [
        (1, "time_off", "07:00", "end:00"),
        (2, "time_off", "07:00", "end:00"),
        (3, "time_off", "07:00", "end:00"),
    ]
    assert [clock.hour for clock, _ in hours_shown(ana)] == list(range(7, 23))


def test_whole_weeks_off_show_the_usual_hours(ana_teaches_piano, ana):
    span = Span(first_instant(MONDAY, 13 * 60), first_instant(MONDAY + 30 * DAY, 0))
    time_off.add(instructor_id=ana.pk, span=span, reason="Away", now=NOON)
    assert drawn(ana, MONDAY + 7 * DAY) == [(n, "time_off", "09:00", "end:00") for n in range(7)]
    assert len(hours_shown(ana, MONDAY + 7 * DAY)) == 12


def test_time_off_that_is_not_on_the_quarter_is_drawn_around(ana_teaches_piano, ana):
    span = Span(first_instant(TOMORROW, 10 * 60 + 7), first_instant(TOMORROW, 11 * 60 + 20))
    time_off.add(instructor_id=ana.pk, span=span, reason="", now=NOON)
    assert drawn(ana) == [(1, "time_off", "10:00", "11:30")]


def test_a_week_without_hours_and_lessons_shows_a_working_day(ana_teaches_piano, ana):
    WeeklyHours.objects.all().delete()
    assert [clock.hour for clock, _ in hours_shown(ana)] == list(range(9, 18))


def test_a_lesson_outside_the_usual_hours_widens_them(ana_teaches_piano, ana, sam):
    book(sam, ana_teaches_piano, at="09:00")
    WeeklyHours.objects.update(opens=14 * 60, closes=17 * 60)
    assert [clock.hour for clock, _ in hours_shown(ana)] == list(range(9, 17))


def test_hours_until_midnight_are_shown_to_the_end(ana_never_sleeps, ana, sam):
    book(sam, ana_never_sleeps, at="23:00")
    assert drawn(ana) == [(1, "taught", "23:00", "end:00")]
    assert len(hours_shown(ana)) == 24


@pytest.mark.parametrize(
    ("day", "at", "minutes", "begins", "ends"),
    [
        (SPRING, "01:30", 60, "01:30", "03:30"),  # over the gap, which the other days have
        (SPRING, "03:00", 60, "03:00", "04:00"),
        (SPRING - DAY, "01:30", 60, "01:30", "02:30"),
        (AUTUMN, "00:30", 30, "00:30", "01:00"),
        (AUTUMN, "01:30", 30, "01:30", "01+:00"),
        (AUTUMN, "01:30", 60, "01:30", "01+:30"),
        (AUTUMN, "01:00", 180, "01:00", "03:00"),
        (AUTUMN, "02:00", 60, "02:00", "03:00"),
        (AUTUMN - DAY, "01:00", 60, "01:00", "01+:00"),
        (AUTUMN - DAY, "02:00", 60, "02:00", "03:00"),
    ],
)
def test_both_nights_of_the_clocks_are_right(day, at, minutes, begins, ends, ana, sam):
    now = datetime.combine(day - 10 * DAY, NOON.time(), NEW_YORK)
    service = teaching(ana, now=now, week=WHOLE_DAYS, overnight_guard=False, lengths=LENGTHS)
    book(sam, service, at=at, day=day, minutes=minutes, now=now)
    monday = day - timedelta(days=day.weekday())
    assert drawn(ana, monday) == [(day.weekday(), "taught", begins, ends)]
    again = [hour for hour, repeated in hours_shown(ana, monday) if repeated]
    assert again == ([time(1)] if day.month == 11 else [])


def test_lessons_around_the_repeated_hour_do_not_overlap(ana, sam, stranger):
    now = datetime.combine(AUTUMN - 10 * DAY, NOON.time(), NEW_YORK)
    service = teaching(ana, now=now, week=WHOLE_DAYS, overnight_guard=False, buffer_minutes=0)
    for student, at in ((sam, "01:30"), (stranger, "02:00")):
        book(student, service, at=at, day=AUTUMN, now=now)
    assert drawn(ana, AUTUMN - 6 * DAY) == [(6, "taught", "01:30", "01+:30"), (6, "taught", "02:00", "03:00")]


def test_a_week_costs_the_same_however_much_is_in_it(ana_teaches_piano, ana, sam, django_assert_num_queries):
    for n in range(3):
        book(sam, ana_teaches_piano, at="15:00", day=TOMORROW + n * DAY)
        off(ana_teaches_piano, "10:00", "12:00", day=TOMORROW + n * DAY)
    with django_assert_num_queries(3):
        assert len(drawn(ana)) == 6
