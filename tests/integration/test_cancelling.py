"""Cancelling a lesson: who gets what at each edge of the ladder, and what is free again."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps

from bookings.models import Booking, Status
from bookings.services.cancelling import AlreadyStarted, NotCancellable, cancel_lesson, settlement
from instainstru.core.errors import NotFound
from instainstru.core.models import OutboxMessage
from instainstru.core.money import Settlement
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from instructors.models import CalendarEntry, InstructorProfile, ServicePlace
from tests.factories import UserFactory
from tests.fixtures import NOON, TOMORROW, book, free_starts, put_into, taken

START = datetime(2027, 3, 2, 15, tzinfo=NEW_YORK)
DAY, HALF_DAY, SECOND = timedelta(hours=24), timedelta(hours=12), timedelta(seconds=1)


@pytest.fixture
def lesson(ana_teaches_piano, sam):
    """Sam's hour with Ana tomorrow at three: $60 and $7.20, booked two days ahead. Ana is no founder."""
    InstructorProfile.objects.update(founding=False)
    return book(sam, ana_teaches_piano, at="15:00", now=START - 2 * DAY)


def completed(service, *ends: datetime) -> None:
    """Lessons of an hour that were given, by their ends."""
    for end in ends:
        local = (end - timedelta(hours=1)).astimezone(NEW_YORK)
        given = book(UserFactory.create(), service, at=f"{local:%H:%M}", day=local.date(), now=end - timedelta(days=4))
        put_into(given, Status.COMPLETED)


# The ladder


@pytest.mark.parametrize(
    ("ahead", "refund", "credit", "instructor"),
    [
        (2 * DAY, 6720, 0, 0),
        (DAY, 6720, 0, 0),  # exactly 24 hours
        (DAY - SECOND, 0, 6000, 0),
        (HALF_DAY, 0, 6000, 0),  # exactly 12 hours
        (HALF_DAY - SECOND, 0, 3000, 2550),
        (SECOND, 0, 3000, 2550),
    ],
)
def test_what_the_student_gets_back(lesson, sam, ahead, refund, credit, instructor):
    cancel_lesson(reference=lesson.reference, by=sam, now=START - ahead)
    cancelled = Booking.objects.get(pk=lesson.pk)
    assert cancelled.status == Status.CANCELLED
    assert (cancelled.refund_cents, cancelled.credit_cents, cancelled.instructor_cents) == (refund, credit, instructor)
    assert (cancelled.cancelled_by, cancelled.cancelled_at) == (sam, START - ahead)


@pytest.mark.parametrize("ahead", [DAY, DAY - SECOND, HALF_DAY - SECOND, SECOND])
def test_when_the_instructor_cancels_the_student_gets_everything_back(lesson, ana, ahead):
    cancelled = cancel_lesson(reference=lesson.reference, by=ana, now=START - ahead)
    assert (cancelled.refund_cents, cancelled.credit_cents, cancelled.instructor_cents) == (6720, 0, 0)
    assert cancelled.cancelled_by == ana


@pytest.mark.parametrize("late", [timedelta(0), SECOND, timedelta(days=400)])
def test_from_the_start_on_nobody_cancels(lesson, ana, sam, late):
    for person in (ana, sam):
        with pytest.raises(AlreadyStarted):
            cancel_lesson(reference=lesson.reference, by=person, now=START + late)
    assert Booking.objects.get(pk=lesson.pk).status == Status.CONFIRMED


def test_on_the_night_that_loses_an_hour_a_day_is_24_elapsed_hours(ana_never_sleeps, sam):
    InstructorProfile.objects.update(founding=False)
    day = datetime(2027, 3, 14).date()  # noqa: DTZ001
    booking = book(sam, ana_never_sleeps, at="12:00", day=day)
    eleven_the_day_before = datetime(2027, 3, 13, 11, tzinfo=NEW_YORK)  # noon on the clock would be 23 hours
    assert settlement(booking=booking, by_instructor=False, now=eleven_the_day_before).refund_cents == 6720
    assert settlement(booking=booking, by_instructor=False, now=eleven_the_day_before + SECOND).refund_cents == 0


def test_halves_are_rounded_up_for_the_student_and_down_for_the_instructor(ana_teaches_piano, sam):
    InstructorProfile.objects.update(founding=False)
    ServicePlace.objects.filter(place=Place.ONLINE).update(hourly_cents=6001)
    booking = book(sam, ana_teaches_piano, at="15:00")
    late = settlement(booking=booking, by_instructor=False, now=START - SECOND)
    assert late == Settlement(0, 3001, 2550)  # commission 900, net 5101


# The instructor's half is of the net: commission


@pytest.mark.parametrize(("given", "half_of_net"), [(0, 2550), (4, 2550), (5, 2640), (10, 2640), (11, 2700)])
def test_the_instructors_half_follows_the_lessons_completed(lesson, ana_teaches_piano, given, half_of_net):
    day = START - timedelta(days=10)
    completed(
        ana_teaches_piano, *[day.replace(hour=10) + timedelta(days=n // 6, hours=n % 6 * 2) for n in range(given)]
    )
    late = settlement(booking=lesson, by_instructor=False, now=START - SECOND)
    assert late.instructor_cents == half_of_net


@pytest.mark.parametrize(("earlier", "half_of_net"), [(timedelta(0), 2640), (timedelta(minutes=15), 2550)])
def test_the_window_of_thirty_days_counts_its_first_instant(lesson, ana_teaches_piano, earlier, half_of_net):
    end = lesson.span.end
    recent = [end - timedelta(days=n) for n in range(1, 5)]
    completed(ana_teaches_piano, *recent, end - timedelta(days=30) - earlier)
    late = settlement(booking=lesson, by_instructor=False, now=START - SECOND)
    assert late.instructor_cents == half_of_net


def test_a_lesson_that_ends_later_does_not_count_nor_does_one_not_completed(lesson, ana_teaches_piano, sam):
    end = lesson.span.end
    completed(ana_teaches_piano, *[end - timedelta(days=n) for n in range(1, 5)], end + timedelta(hours=3))
    book(UserFactory.create(), ana_teaches_piano, at="10:00")  # confirmed only
    late = settlement(booking=lesson, by_instructor=False, now=START - SECOND)
    assert late.instructor_cents == 2550


def test_a_founders_half_is_of_more(lesson):
    InstructorProfile.objects.update(founding=True)
    lesson = Booking.objects.get(pk=lesson.pk)
    late = settlement(booking=lesson, by_instructor=False, now=START - SECOND)
    assert late.instructor_cents == 2760  # half of $60 less 8 %


# What cannot be cancelled


def test_a_lesson_is_cancelled_once(lesson, ana, sam):
    cancel_lesson(reference=lesson.reference, by=sam, now=START - SECOND)
    for person in (sam, ana):
        with pytest.raises(NotCancellable):
            cancel_lesson(reference=lesson.reference, by=person, now=START - SECOND)
    assert Booking.objects.get(pk=lesson.pk).credit_cents == 3000


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.NO_SHOW])
def test_a_lesson_that_does_not_stand_cannot_be_cancelled(lesson, sam, status):
    put_into(lesson, status)
    with pytest.raises(NotCancellable):
        cancel_lesson(reference=lesson.reference, by=sam, now=START - DAY)


def test_a_pending_lesson_can_be_cancelled(lesson, sam):
    Booking.objects.filter(pk=lesson.pk).update(status=Status.PENDING)
    assert cancel_lesson(reference=lesson.reference, by=sam, now=START - DAY).status == Status.CANCELLED


def test_a_lesson_that_is_not_there_is_not_found(sam):
    with pytest.raises(NotFound):
        cancel_lesson(reference="LS-22222-22222", by=sam, now=NOON)


# What is then free


def test_the_time_is_free_again_for_everybody(ana_teaches_piano, lesson, sam, stranger):
    assert "15:00" not in free_starts(ana_teaches_piano)
    cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    assert taken(ana_teaches_piano) == []
    assert "15:00" in free_starts(ana_teaches_piano)
    book(stranger, ana_teaches_piano, at="15:00")
    assert book(sam, ana_teaches_piano, at="17:00").pk


def test_the_student_may_be_elsewhere_then(ana_teaches_piano, stranger_teaches_guitar, lesson, sam):
    cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    assert book(sam, stranger_teaches_guitar, at="15:00").pk


def test_other_lessons_stay(ana_teaches_piano, lesson, sam, stranger):
    book(stranger, ana_teaches_piano, at="17:00")
    cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    assert taken(ana_teaches_piano) == [("lesson", "17:00", "18:15")]
    assert CalendarEntry.objects.count() == 1


def test_the_same_time_may_be_booked_and_cancelled_again_and_again(ana_teaches_piano, sam):
    references = set()
    for _ in range(3):
        reference = book(sam, ana_teaches_piano, at="15:00").reference
        cancel_lesson(reference=reference, by=sam, now=NOON)
        references.add(reference)
    assert len(references) == 3
    assert Booking.objects.filter(status=Status.CANCELLED, booking_date=TOMORROW).count() == 3


# Who is told, what is kept


def test_both_sides_are_written_to(lesson, ana):
    cancel_lesson(reference=lesson.reference, by=ana, now=START - SECOND)
    cancelled = OutboxMessage.objects.filter(key__startswith="cancelled:").order_by("key")
    to_ana, to_sam = (message.body for message in cancelled)
    assert [message.recipient for message in cancelled] == ["ana@example.com", "sam@example.com"]
    assert "Ana R. has cancelled Piano" in to_sam
    assert "You get $67.20 back." in to_sam
    assert "You have cancelled Piano" in to_ana
    assert "The time is free again." in to_ana


def test_a_late_cancelling_tells_each_side_its_amount(lesson, sam):
    cancel_lesson(reference=lesson.reference, by=sam, now=START - SECOND)
    cancelled = OutboxMessage.objects.filter(key__startswith="cancelled:").order_by("key")
    to_ana, to_sam = (message.body for message in cancelled)
    assert "You have cancelled Piano" in to_sam
    assert "You get $30 as credit for a later lesson." in to_sam
    assert "Sam has cancelled Piano" in to_ana
    assert "You are paid $25.50 for it." in to_ana


def test_the_history_of_a_lesson_is_kept(lesson, sam):
    cancel_lesson(reference=lesson.reference, by=sam, now=START - SECOND)
    history = apps.get_model("bookings", "BookingEvent")
    events = history.objects.filter(pgh_obj=lesson.pk).order_by("pgh_id")
    assert [event.status for event in events] == [Status.CONFIRMED, Status.CANCELLED]


def test_cancelling_costs_few_statements(lesson, sam, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
