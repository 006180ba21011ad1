"""What an instructor sees of the lessons that they teach: today, the next, what has been, and their own notes."""

from datetime import timedelta

import pytest
from django.apps import apps

from bookings.models import Booking, BookingTie, Status
from bookings.services import teaching
from bookings.services.cancelling import cancel_lesson
from bookings.services.teaching import When
from instainstru.core import policy
from instainstru.core.errors import NotAllowed
from tests.factories import UserFactory
from tests.fixtures import NOON, TOMORROW, book, put_into

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_the_next_lesson_comes_first_then_todays_then_those_after(ana_teaches_piano, ana, sam, stranger):
    late, early = book(sam, ana_teaches_piano, at="18:00"), book(sam, ana_teaches_piano, at="10:00")
    later = [book(sam, ana_teaches_piano, at="10:00", day=TOMORROW + n * DAY) for n in (2, 1)]
    gone = book(stranger, ana_teaches_piano, at="13:00")
    cancel_lesson(reference=gone.reference, by=stranger, now=NOON)

    def seen(now):
        desk = teaching.desk(person=ana, now=now)
        return desk.next, desk.today, desk.coming

    assert seen(NOON) == (early, [], [late, later[1], later[0]])
    assert seen(early.span.end - HOUR / 2) == (early, [late], [later[1], later[0]])  # it runs
    assert seen(early.span.end) == (late, [early], [later[1], later[0]])
    put_into(early, Status.COMPLETED)
    assert seen(early.span.end + HOUR) == (late, [early], [later[1], later[0]])
    assert seen(late.span.end) == (later[1], [early, late], [later[0]])


def test_of_those_to_come_only_the_first_are_shown(ana_teaches_piano, ana, sam):
    for n in range(policy.NEXT_LESSONS + 2):
        book(sam, ana_teaches_piano, at="15:00", day=TOMORROW + n * DAY)
    desk = teaching.desk(person=ana, now=NOON)
    assert len(desk.coming) == policy.NEXT_LESSONS - 1  # the first of them is the next


def test_who_teaches_nobody_has_an_empty_desk(ana_teaches_piano, ana):
    desk = teaching.desk(person=ana, now=NOON)
    assert (desk.next, desk.today, desk.coming) == (None, [], [])


def test_lessons_that_an_instructor_takes_are_not_among_those_taught(
    ana_teaches_piano, stranger_teaches_guitar, ana, sam
):
    book(ana, stranger_teaches_guitar, at="10:00")
    lesson = book(sam, ana_teaches_piano, at="15:00")
    assert list(teaching.taught(person=ana, when=When.ALL, now=NOON)) == [lesson]
    assert list(teaching.taught(person=sam, when=When.ALL, now=NOON)) == []


def test_upcoming_past_and_all(ana_teaches_piano, ana, sam, django_assert_num_queries):
    first, second, third = (book(sam, ana_teaches_piano, at="15:00", day=TOMORROW + n * DAY) for n in range(3))
    cancel_lesson(reference=third.reference, by=sam, now=NOON)
    now = first.span.end

    def listed(when):
        with django_assert_num_queries(1):
            return [(one, one.student.public_name)[0] for one in teaching.taught(person=ana, when=when, now=now)]

    assert listed(When.ALL) == [third, second, first]
    assert listed(When.UPCOMING) == [second]
    assert listed(When.PAST) == [third, first]


def test_the_past_is_read_page_by_page_without_gap_or_double(ana_teaches_piano, ana, sam, monkeypatch):
    monkeypatch.setattr(policy, "TAUGHT_A_PAGE", 2)
    booked = []
    for _ in range(3):  # three at one time, and two beside
        booked.append(book(sam, ana_teaches_piano, at="15:00"))
        cancel_lesson(reference=booked[-1].reference, by=sam, now=NOON)
    booked += [book(sam, ana_teaches_piano, at="15:00", day=TOMORROW + n * DAY) for n in (1, 2)]
    now, before, pages = NOON + 9 * DAY, "", []
    while True:
        found = teaching.past(person=ana, before=before, now=now)
        pages.append(found.lessons)
        before = found.more
        if not before:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == booked[::-1]


def test_a_page_that_begins_at_nothing_of_theirs_is_the_first(
    ana_teaches_piano, stranger_teaches_guitar, ana, sam, stranger
):
    mine, other = book(sam, ana_teaches_piano, at="15:00"), book(sam, stranger_teaches_guitar, at="18:00")
    for before in ("", "LS-22222-22222", other.reference):
        assert teaching.past(person=ana, before=before, now=NOON + 9 * DAY).lessons == [mine]
    assert teaching.past(person=ana, before=mine.reference, now=NOON + 9 * DAY).lessons == []


def test_what_a_lesson_earned(ana_teaches_piano, ana, sam):
    late, early, standing = (book(sam, ana_teaches_piano, at=at) for at in ("10:00", "13:00", "16:00"))
    cancel_lesson(reference=late.reference, by=sam, now=late.span.start - HOUR)
    cancel_lesson(reference=early.reference, by=sam, now=NOON - DAY)
    earned = [Booking.objects.get(pk=one.pk).earned_cents for one in (late, early, standing)]
    assert earned == [2760, 0, None]  # half of $60 less a founder's 8 %
    put_into(standing, Status.NO_SHOW)
    assert Booking.objects.get(pk=standing.pk).earned_cents is None


# Notes


def test_an_instructors_note_is_kept_and_changes_nothing_else(ana_teaches_piano, ana, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    stale = Booking.objects.get(pk=lesson.pk)
    cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    teaching.keep_note(booking=stale, by=ana, text="Left hand first")
    kept = Booking.objects.get(pk=lesson.pk)
    assert (kept.private_note, kept.status) == ("Left hand first", Status.CANCELLED)
    history = apps.get_model("bookings", "BookingEvent").objects.filter(pgh_obj=lesson.pk)
    assert history.count() == 2  # booked, cancelled
    assert not any(hasattr(event, "private_note") for event in history)


def test_nobody_else_has_a_note_on_a_lesson(ana_teaches_piano, stranger_teaches_guitar, ana, sam, stranger, stella):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    for person in (sam, type(sam).objects.get(pk=stranger.pk), stella, UserFactory.create()):
        with pytest.raises(NotAllowed):
            teaching.may_note(booking=lesson, viewer=person)
        with pytest.raises(NotAllowed):
            teaching.keep_note(booking=lesson, by=person, text="Mine")
    assert Booking.objects.get().private_note == ""


def test_who_is_not_tied_any_more_sees_it_no_more(ana_teaches_piano, ana, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    BookingTie.objects.filter(user=ana).delete()
    assert teaching.desk(person=ana, now=NOON).next is None
    with pytest.raises(NotAllowed):
        teaching.keep_note(booking=lesson, by=type(ana).objects.get(pk=ana.pk), text="Mine")
