"""Time off: asked for any span, laid around the lessons that stand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bookings.services.cancelling import cancel_lesson
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, Span
from instructors.models import TimeOff
from instructors.services import time_off
from instructors.services.calendar import TimeTaken
from tests.fixtures import NOON, TOMORROW, book, free_starts, off, taken

DAY = timedelta(days=1)


def gone(service, found) -> None:
    """Give time off back."""
    time_off.remove(instructor_id=service.instructor_id, time_off_id=found.time_off.pk)


def test_a_blocked_day_accepts_no_booking(ana_teaches_piano, sam):
    off(ana_teaches_piano, "00:00", "24:00")
    assert free_starts(ana_teaches_piano) == []
    for at in ("09:00", "15:00", "20:00"):
        with pytest.raises(TimeTaken):
            book(sam, ana_teaches_piano, at=at)
    assert book(sam, ana_teaches_piano, at="09:00", day=TOMORROW + DAY).pk


def test_time_off_over_a_lesson_lets_it_stand_and_reports_it(ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    book(sam, ana_teaches_piano, at="19:00")
    added = off(ana_teaches_piano, "12:00", "18:00")
    assert [(met.reference, met.label, met.span) for met in added.met] == [(lesson.reference, "Piano", lesson.span)]
    assert taken(ana_teaches_piano) == [
        ("time_off", "12:00", "15:00"),
        ("lesson", "15:00", "16:15"),
        ("time_off", "16:15", "18:00"),
        ("lesson", "19:00", "20:15"),
    ]


def test_when_a_lesson_within_time_off_is_cancelled_the_hole_is_closed(ana_teaches_piano, sam, stranger):
    lesson = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    off(ana_teaches_piano, "12:00", "18:00")
    cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    assert taken(ana_teaches_piano) == [("time_off", "12:00", "18:00")]
    assert not [start for start in free_starts(ana_teaches_piano) if "11:00" < start < "18:00"]
    with pytest.raises(TimeTaken):
        book(stranger, ana_teaches_piano, at="15:00")


def test_a_lesson_that_only_its_padding_meets_is_not_reported(ana_teaches_piano, sam):
    book(sam, ana_teaches_piano, at="15:00")
    added = off(ana_teaches_piano, "16:00", "18:00")
    assert added.met == []
    assert taken(ana_teaches_piano)[-1] == ("time_off", "16:15", "18:00")


def test_the_asked_span_is_kept_as_it_was_asked(ana_teaches_piano, sam):
    book(sam, ana_teaches_piano, at="15:00")
    off(ana_teaches_piano, "12:00", "18:00")
    asked = TimeOff.objects.get(person=ana_teaches_piano.instructor_id)
    ny = asked.span.start.astimezone(NEW_YORK), asked.span.end.astimezone(NEW_YORK)
    assert (f"{ny[0]:%H:%M}", f"{ny[1]:%H:%M}", asked.reason) == ("12:00", "18:00", "Dentist")


def test_overlapping_times_off_are_merged_and_each_is_given_back_by_itself(ana_teaches_piano):
    first = off(ana_teaches_piano, "12:00", "15:00")
    second = off(ana_teaches_piano, "14:00", "18:00")
    assert taken(ana_teaches_piano) == [("time_off", "12:00", "18:00")]
    gone(ana_teaches_piano, first)
    assert taken(ana_teaches_piano) == [("time_off", "14:00", "18:00")]
    assert "12:45" in free_starts(ana_teaches_piano)
    assert "13:00" not in free_starts(ana_teaches_piano)
    gone(ana_teaches_piano, second)
    assert taken(ana_teaches_piano) == []
    assert len(free_starts(ana_teaches_piano)) == 45


def test_the_same_time_off_asked_twice_is_one(ana_teaches_piano):
    first, second = (off(ana_teaches_piano, "12:00", "15:00") for _ in range(2))
    assert first.time_off == second.time_off
    gone(ana_teaches_piano, first)
    assert taken(ana_teaches_piano) == []


def test_times_off_that_touch_are_one_entry(ana_teaches_piano):
    off(ana_teaches_piano, "12:00", "15:00")
    off(ana_teaches_piano, "15:00", "18:00")
    assert taken(ana_teaches_piano) == [("time_off", "12:00", "18:00")]


def test_time_off_over_several_days_takes_them_whole(ana_teaches_piano):
    span = Span(
        datetime(2027, 3, 2, 18, tzinfo=NEW_YORK).astimezone(UTC),
        datetime(2027, 3, 5, 12, tzinfo=NEW_YORK).astimezone(UTC),
    )
    added = time_off.add(instructor_id=ana_teaches_piano.instructor_id, span=span, reason="", now=NOON)
    assert free_starts(ana_teaches_piano)[-1] == "16:45"
    assert free_starts(ana_teaches_piano, TOMORROW + DAY) == free_starts(ana_teaches_piano, TOMORROW + 2 * DAY) == []
    assert free_starts(ana_teaches_piano, TOMORROW + 3 * DAY)[0] == "12:00"
    gone(ana_teaches_piano, added)
    assert len(free_starts(ana_teaches_piano, TOMORROW + DAY)) == 45


@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7)])
def test_a_day_off_is_the_whole_day_when_the_clock_changes(ana_never_sleeps, sam, day):
    now = datetime(2027, 3, 1, 12, tzinfo=NEW_YORK) if day.month == 3 else datetime(2027, 10, 1, 12, tzinfo=NEW_YORK)
    added = off(ana_never_sleeps, "00:00", "24:00", day=day, now=now)
    hours = (added.time_off.span.end - added.time_off.span.start) / timedelta(hours=1)
    assert hours == (23 if day.month == 3 else 25)
    assert free_starts(ana_never_sleeps, day, now=now) == []


def test_time_off_that_is_over_is_refused(ana_teaches_piano):
    hour = timedelta(hours=1)
    for ends in (NOON, NOON - hour):
        with pytest.raises(Invalid) as refused:
            time_off.add(
                instructor_id=ana_teaches_piano.instructor_id, span=Span(ends - hour, ends), reason="", now=NOON
            )
        assert refused.value.fields == {"ends_at": ["Time off ends in the future."]}
    begun = Span(NOON - hour, NOON + timedelta(microseconds=1))
    added = time_off.add(instructor_id=ana_teaches_piano.instructor_id, span=begun, reason="", now=NOON)
    assert added.time_off.span == begun


def test_nobody_gives_back_what_is_not_theirs(ana_teaches_piano, stranger_teaches_guitar):
    added = off(ana_teaches_piano, "12:00", "15:00")
    with pytest.raises(NotFound):
        time_off.remove(instructor_id=stranger_teaches_guitar.instructor_id, time_off_id=added.time_off.pk)
    gone(ana_teaches_piano, added)
    with pytest.raises(NotFound):
        gone(ana_teaches_piano, added)


def test_a_lesson_taken_elsewhere_is_no_time_off_to_give_back(ana_teaches_piano, stranger_teaches_guitar, stranger):
    book(stranger, ana_teaches_piano, at="15:00")
    kept = TimeOff.objects.get(person=stranger)
    assert not time_off.coming(instructor_id=stranger.pk, now=NOON).exists()
    with pytest.raises(NotFound):
        time_off.remove(instructor_id=stranger.pk, time_off_id=kept.pk)
    assert taken(stranger_teaches_guitar) == [("time_off", "15:00", "16:00")]


def test_what_is_not_over_is_listed_by_its_beginning(ana_teaches_piano, stranger_teaches_guitar):
    off(ana_teaches_piano, "15:00", "18:00", day=TOMORROW + DAY)
    off(ana_teaches_piano, "12:00", "15:00")
    off(stranger_teaches_guitar, "12:00", "15:00")
    ends = datetime(2027, 3, 2, 15, tzinfo=NEW_YORK)

    def days(now: datetime) -> list[date]:
        listed = time_off.coming(instructor_id=ana_teaches_piano.instructor_id, now=now)
        return [asked.span.start.astimezone(NEW_YORK).date() for asked in listed]

    assert days(NOON) == days(ends - timedelta(microseconds=1)) == [TOMORROW, TOMORROW + DAY]
    assert days(ends) == [TOMORROW + DAY]


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [
        (timedelta(days=-366), timedelta(days=3660), ""),  # the longest there is
        (timedelta(days=-366, microseconds=-1), timedelta(days=1), "starts_at"),
        (timedelta(days=1), timedelta(days=3660, microseconds=1), "ends_at"),
    ],
)
def test_time_off_may_be_long_but_not_beyond_all_plans(ana_teaches_piano, begins, ends, field):
    asked = {"instructor_id": ana_teaches_piano.instructor_id, "reason": "", "now": NOON}
    span = Span(NOON + begins, NOON + ends)
    if field:
        with pytest.raises(Invalid) as refused:
            time_off.add(span=span, **asked)
        assert list(refused.value.fields or {}) == [field]
        return
    added = time_off.add(span=span, **asked)
    assert free_starts(ana_teaches_piano) == []
    gone(ana_teaches_piano, added)
    assert len(free_starts(ana_teaches_piano)) == 45


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), datetime(2027, 3, 10, tzinfo=UTC)),
        (datetime(2027, 3, 2, tzinfo=UTC), datetime(9999, 12, 31, 23, 45, tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)),
    ],
)
def test_years_that_no_calendar_shows_are_refused(ana_teaches_piano, begins, ends):
    with pytest.raises(Invalid):
        time_off.add(instructor_id=ana_teaches_piano.instructor_id, span=Span(begins, ends), reason="", now=NOON)
    assert not TimeOff.objects.exists()
