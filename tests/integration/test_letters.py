"""What the two people of a lesson are told."""

from datetime import datetime, timedelta

import pytest

from bookings.models import Booking
from bookings.services import letters
from bookings.services.cancelling import cancel_lesson
from instainstru.core.models import OutboxMessage
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from tests.fixtures import NOON, book

PRIVATE = ("Student", "sam@example.com", "ana@example.com", "Ruiz")


def to_student(booking: Booking) -> OutboxMessage:
    return OutboxMessage.objects.get(key=f"confirmed:{booking.reference}:student")


def to_instructor(booking: Booking) -> OutboxMessage:
    return OutboxMessage.objects.get(key=f"confirmed:{booking.reference}:instructor")


def test_the_student_is_told_when_where_what_it_costs_and_what_cancelling_costs(ana_teaches_piano, sam, settings):
    settings.SITE_ADDRESS = "https://instainstru.example"
    booking = book(sam, ana_teaches_piano, at="15:00", now=NOON - timedelta(days=1))
    message = to_student(booking)
    when = "Tuesday, March 2, 2027, 3:00 PM to 4:00 PM (New York time)"
    assert message.subject == f"Booked: Piano, {when}"
    for line in (
        "Hello Sam,",
        "Piano with Ana R. is booked.",
        f"When: {when}",
        "Where: online",
        "Price: $60 and $7.20 booking protection, $67.20 in all. No card is charged yet.",
        "  until Mon Mar 1, 3:00 PM: $67.20 back",
        "  until Tue Mar 2, 3:00 AM: $60 as credit",
        "  until Tue Mar 2, 3:00 PM: $30 as credit",
        f"https://instainstru.example/lessons/{booking.reference}/",
    ):
        assert line in message.body.splitlines()


def test_steps_that_are_past_when_booking_are_not_promised(ana_teaches_piano, sam):
    late = datetime(2027, 3, 2, 3, tzinfo=NEW_YORK)  # exactly 12 hours ahead, by night
    ana_teaches_piano.instructor.overnight_guard = False
    ana_teaches_piano.instructor.save()
    body = to_student(book(sam, ana_teaches_piano, at="15:00", now=late)).body
    assert [line for line in body.splitlines() if "until" in line] == ["  until Tue Mar 2, 3:00 PM: $30 as credit"]


def test_the_instructor_is_told_who_comes_when_and_with_which_notes(ana_teaches_piano, sam):
    booking = book(sam, ana_teaches_piano, at="15:00")
    assert "Sam has booked Piano with you." in to_instructor(booking).body
    assert "Notes" not in to_instructor(booking).body
    booking.notes = "I can read notes already."
    assert "Notes: I can read notes already." in letters.confirmed(booking)[1].body


@pytest.mark.parametrize(
    ("place", "student", "instructor"),
    [
        (Place.ONLINE, "Where: online", "Where: online"),
        (Place.INSTRUCTOR, "Where: at the instructor's place", "Where: at your place"),
        (
            Place.STUDENT,
            "Where: at your place: 1 Main Street, Park Slope",
            "Where: at the student's place: 1 Main Street, Park Slope",
        ),
    ],
)
def test_each_side_is_told_where_in_its_own_words(ana_teaches_piano, sam, place, student, instructor):
    booking = book(sam, ana_teaches_piano, at="15:00", place=place)
    assert student in to_student(booking).body.splitlines()
    assert instructor in to_instructor(booking).body.splitlines()


def test_nobody_is_told_the_others_surname_or_address(ana_teaches_piano, sam):
    booking = book(sam, ana_teaches_piano, at="15:00")
    cancel_lesson(reference=booking.reference, by=sam, now=NOON)
    for message in OutboxMessage.objects.all():
        assert not [word for word in PRIVATE if word in message.body + message.subject]


def test_on_the_night_that_repeats_an_hour_the_clock_times_are_as_the_clock_shows_them(ana_never_sleeps, sam):
    booking = book(sam, ana_never_sleeps, at="01:30", day=datetime(2027, 3, 14).date())  # noqa: DTZ001
    assert "1:30 AM to 3:30 AM" in letters.when(booking)
