"""Both sides are reminded of a lesson a day and an hour before it, once, also by a beat that missed hours."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings.models import Status
from bookings.repositories import reminders as repository
from bookings.services import cancelling, reminders
from bookings.tasks import remind
from instainstru.core import clock
from instainstru.core.models import OutboxMessage
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from tests.fixtures import NOON, book, put_into

LESSON = datetime(2027, 3, 4, 15, tzinfo=NEW_YORK)  # Thursday at three; booked on Monday noon
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def lesson(ana_teaches_piano, sam):
    """Sam's hour with Ana."""
    return book(sam, ana_teaches_piano, at="15:00", day=LESSON.date())


def posted() -> list[str]:
    """The reminders so far, in the order they were posted."""
    found = OutboxMessage.objects.filter(key__startswith="reminder").order_by("id")
    return [f"{key.split(':')[0]} {key.split(':')[2]}" for key in found.values_list("key", flat=True)]


DAY_BEFORE = ["reminder-24h student", "reminder-24h instructor"]
HOUR_BEFORE = ["reminder-1h student", "reminder-1h instructor"]


def test_both_are_reminded_a_day_and_an_hour_before(lesson):
    for before, due in (
        (24 * HOUR + SECOND, []),
        (24 * HOUR, DAY_BEFORE),
        (HOUR + SECOND, DAY_BEFORE),
        (HOUR, DAY_BEFORE + HOUR_BEFORE),
        (timedelta(), DAY_BEFORE + HOUR_BEFORE),
    ):
        reminders.post_due(now=LESSON - before)
        assert posted() == due


def test_a_run_says_of_how_many_lessons_it_reminded_and_a_second_of_none(lesson):
    assert reminders.post_due(now=LESSON - HOUR) == 1
    assert reminders.post_due(now=LESSON - HOUR) == 0
    assert posted() == HOUR_BEFORE


def test_a_beat_that_missed_hours_catches_up_while_it_is_of_use(lesson):
    reminders.post_due(now=LESSON - 30 * HOUR)
    reminders.post_due(now=LESSON - 2 * HOUR)  # a day's reminder, two hours before: late, and of use
    assert posted() == DAY_BEFORE
    reminders.post_due(now=LESSON - MINUTE)
    assert posted() == DAY_BEFORE + HOUR_BEFORE


def test_who_missed_both_is_reminded_once(lesson):
    reminders.post_due(now=LESSON - MINUTE)
    reminders.post_due(now=LESSON - SECOND)
    assert posted() == HOUR_BEFORE


def test_nobody_is_reminded_of_what_has_begun(lesson):
    assert reminders.post_due(now=LESSON) == 0
    assert reminders.post_due(now=LESSON + 24 * HOUR) == 0


@pytest.mark.parametrize(("ahead", "due"), [(24 * HOUR, DAY_BEFORE), (24 * HOUR - SECOND, [])])
def test_who_books_less_than_a_day_ahead_gets_no_letter_a_day_before(ana_teaches_piano, sam, ahead, due):
    now = LESSON - ahead
    book(sam, ana_teaches_piano, at="15:00", day=LESSON.date(), now=now)
    reminders.post_due(now=now + SECOND)
    assert posted() == due
    reminders.post_due(now=LESSON - HOUR)
    assert posted() == due + HOUR_BEFORE


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW])
def test_nobody_is_reminded_of_what_does_not_stand(lesson, sam, status):
    if status is Status.CANCELLED:
        cancelling.cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    else:
        put_into(lesson, status)
    assert reminders.post_due(now=LESSON - HOUR) == 0


def test_a_lesson_that_is_cancelled_in_between_reminds_nobody(lesson, sam, monkeypatch):
    known = repository.begin_within(after=NOON, until=LESSON, booked_ahead=HOUR)
    cancelling.cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    monkeypatch.setattr(repository, "begin_within", lambda **_: known)
    assert reminders.post_due(now=LESSON - HOUR) == 0
    assert posted() == []


def test_many_lessons_are_looked_through_in_batches(ana_teaches_piano, sam, monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 2)
    for at in ("09:00", "11:00", "13:00", "15:00", "17:00"):
        book(sam, ana_teaches_piano, at=at, day=LESSON.date())
    assert reminders.post_due(now=LESSON - 7 * HOUR) == 5
    assert reminders.post_due(now=LESSON - 7 * HOUR) == 0


def test_each_side_reads_what_it_needs(ana_teaches_piano, sam, settings):
    settings.SITE_ADDRESS = "https://instainstru.example"
    lesson = book(sam, ana_teaches_piano, at="15:00", day=LESSON.date(), place=Place.STUDENT)
    reminders.post_due(now=LESSON - 20 * HOUR)
    student, instructor = OutboxMessage.objects.filter(key__startswith="reminder").order_by("id")
    when = "Thursday, March 4, 2027, 3:00 PM to 4:00 PM (New York time)"
    assert (student.recipient, instructor.recipient) == ("sam@example.com", "ana@example.com")
    assert student.subject == instructor.subject == f"Soon: Piano, {when}"
    assert student.body.splitlines() == [
        "Hello Sam,",
        "",
        "Your lesson Piano with Ana R. is near.",
        "",
        f"When: {when}",
        "Where: at your place: 1 Main Street, Park Slope",
        "",
        "If you cancel:",
        "  until Thu Mar 4, 3:00 AM: $90 as credit",
        "  until Thu Mar 4, 3:00 PM: $45 as credit",
        "",
        "The lesson:",
        "",
        f"https://instainstru.example/lessons/{lesson.reference}/",
        "",
        "InstaInstru",
    ]
    assert "Your lesson Piano with Sam is near." in instructor.body
    assert "Where: at the student's place: 1 Main Street, Park Slope" in instructor.body
    assert "cancel" not in instructor.body


def test_the_instructor_reads_the_notes(lesson):
    type(lesson).objects.update(notes="I can read notes already.")
    reminders.post_due(now=LESSON - HOUR)
    student, instructor = OutboxMessage.objects.filter(key__startswith="reminder").order_by("id")
    assert "Notes: I can read notes already." in instructor.body
    assert "Notes" not in student.body


def test_the_task_reminds_by_the_clock(lesson):
    with clock.at(LESSON - HOUR):
        assert remind() == 1
    with clock.at(datetime(2020, 1, 1, tzinfo=UTC)):
        assert remind() == 0
