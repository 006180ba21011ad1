"""A person's lessons: who sees which, who may cancel, what is to come and what has been."""

from datetime import timedelta

import pytest

from bookings.models import Booking, Status
from bookings.services import lessons
from bookings.services.cancelling import cancel_lesson
from instainstru.core.errors import NotAllowed, NotFound
from instainstru.core.time import Span
from tests.fixtures import NOON, TOMORROW, book

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def sees(person, booking: Booking) -> bool:
    """Whether a person sees a lesson."""
    try:
        return lessons.seen(reference=booking.reference, viewer=person) == booking
    except NotFound:
        return False


def may_cancel(person, booking: Booking) -> bool:
    """Whether a person may cancel a lesson."""
    try:
        lessons.may_cancel(booking=booking, viewer=person)
    except NotAllowed:
        return False
    return True


def test_its_two_people_and_support_see_a_lesson(
    ana_teaches_piano, stranger_teaches_guitar, ana, sam, stranger, stella
):
    booking = book(sam, ana_teaches_piano, at="15:00")
    people = [type(sam).objects.get(pk=person.pk) for person in (ana, sam, stranger, stella)]
    assert [sees(person, booking) for person in people] == [True, True, False, True]
    assert [may_cancel(person, booking) for person in people] == [True, True, False, False]


def test_a_reference_that_is_none_is_not_found(sam):
    with pytest.raises(NotFound):
        lessons.seen(reference="LS-22222-22222", viewer=sam)


def test_a_cancelled_lesson_is_still_seen_by_its_people(ana_teaches_piano, sam):
    booking = book(sam, ana_teaches_piano, at="15:00")
    cancel_lesson(reference=booking.reference, by=sam, now=NOON)
    assert sees(sam, booking)


def test_one_has_the_lessons_that_one_takes_and_those_that_one_teaches(
    ana_teaches_piano, stranger_teaches_guitar, ana, sam, stranger
):
    taken = book(stranger, ana_teaches_piano, at="15:00")
    taught = book(sam, stranger_teaches_guitar, at="17:00")
    assert list(lessons.own(person=stranger)) == [taught, taken]  # the latest first
    assert list(lessons.own(person=sam)) == [taught]
    assert list(lessons.own(person=ana)) == [taken]


def test_a_list_costs_one_statement_however_long_it_is(ana_teaches_piano, sam, django_assert_num_queries):
    for at in ("10:00", "13:00", "16:00"):
        book(sam, ana_teaches_piano, at=at)
    with django_assert_num_queries(1):
        names = [(one.student.public_name, one.instructor.user.public_name) for one in lessons.own(person=sam)]
    assert names == [("Sam S.", "Ana R.")] * 3


def test_what_is_to_come_comes_next_first_and_what_has_been_last_first(ana_teaches_piano, sam):
    first, second, third, fourth = (book(sam, ana_teaches_piano, at="15:00", day=TOMORROW + n * DAY) for n in range(4))
    cancel_lesson(reference=fourth.reference, by=sam, now=NOON)

    def agenda(now, past_shown=10):
        found = lessons.agenda(person=sam, now=now, past_shown=past_shown)
        return found.upcoming, found.past

    assert agenda(NOON) == ([first, second, third], [fourth])
    assert agenda(second.span.end - MOMENT) == ([second, third], [fourth, first])  # it runs still
    assert agenda(second.span.end) == ([third], [fourth, second, first])
    assert agenda(second.span.end, past_shown=1) == ([third], [fourth])
    Booking.objects.filter(pk=third.pk).update(status=Status.PENDING)
    assert agenda(NOON) == ([first, second, third], [fourth])


def test_a_clash_is_with_lessons_taken_or_taught_and_not_with_padding_nor_what_was_cancelled(
    ana_teaches_piano, ana, sam, stranger
):
    booking = book(sam, ana_teaches_piano, at="15:00")
    hour = booking.span.end - booking.span.start
    same, after = booking.span, Span(booking.span.end, booking.span.end + hour)
    over = Span(booking.span.end - MOMENT, booking.span.end + hour)
    for person in (sam, ana):
        assert [lessons.clash(person=person, lesson=span) for span in (same, over, after)] == [True, True, False]
    assert not lessons.clash(person=stranger, lesson=same)
    cancel_lesson(reference=booking.reference, by=sam, now=NOON)
    assert not lessons.clash(person=sam, lesson=same)
