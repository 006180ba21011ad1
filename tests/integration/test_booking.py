"""Booking a lesson: what is granted, what is refused and how."""

import pytest

from bookings.models import Status
from instructors.services.calendar import TimeTaken
from tests.fixtures import book, clock_times


def test_a_lesson_is_booked_at_once(ana_teaches_piano, sam, noon):
    booking = book(sam, ana_teaches_piano, at="15:00", now=noon)
    assert (booking.status, booking.price_cents, booking.fee_cents) == (Status.CONFIRMED, 6000, 720)


def test_the_second_student_is_told_the_nearest_times(ana_teaches_piano, sam, stranger, noon):
    book(sam, ana_teaches_piano, at="15:00", now=noon)
    with pytest.raises(TimeTaken) as taken:
        book(stranger, ana_teaches_piano, at="15:30", now=noon)
    assert clock_times(taken.value.nearest) == ["16:15", "16:30", "16:45"]
