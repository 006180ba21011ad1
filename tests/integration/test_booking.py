"""Booking a lesson: what is granted, what is refused and how."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.permissions import PermissionName
from bookings.models import MOVES, Booking, Status
from bookings.repositories import bookings as bookings_repository
from bookings.services import booking as booking_service
from bookings.services.booking import LETTERS, Where, YouAreBusy, book_lesson, new_reference
from instainstru.core.errors import DomainError, Invalid
from instainstru.core.models import OutboxMessage
from instainstru.core.permissions import may
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, LocalStart
from instructors.models import InstructorProfile, ServicePlace
from instructors.services.calendar import OutsideHours, TimeTaken
from instructors.services.catalogue import NotOffered, NotServed, OwnLesson
from instructors.services.free_time import TooFar, TooSoon
from tests.factories import NeighborhoodFactory, teaching
from tests.fixtures import NOON, TOMORROW, book, clock_times, free_starts, off, put_into, taken

TODAY = date(2027, 3, 1)
MINUTE = timedelta(minutes=1)


def ny(clock: str, day: date = TODAY) -> datetime:
    """What New York's clock says, as an instant."""
    return datetime.combine(day, time.fromisoformat(clock), NEW_YORK)


def refusal(student, service, **asked) -> type[DomainError]:
    """Why a lesson is refused."""
    before = Booking.objects.count()
    with pytest.raises(DomainError) as refused:
        book(student, service, **asked)
    assert Booking.objects.count() == before
    return refused.type


def wrong_field(student, service, **asked) -> dict[str, list[str]]:
    """What is wrong with a lesson that is asked for."""
    with pytest.raises(Invalid) as refused:
        book_lesson(
            **{
                "student": student,
                "service_id": service.pk,
                "starts": LocalStart(TOMORROW, time(15)),
                "minutes": 60,
                "place": Place.ONLINE,
                "where": None,
                "notes": "",
                "now": NOON,
            }
            | asked
        )
    return {name: list(sentences) for name, sentences in (refused.value.fields or {}).items()}


# What is granted


def test_a_lesson_is_booked_at_once(ana_teaches_piano, sam, noon):
    booking = book(sam, ana_teaches_piano, at="15:00", now=noon)
    assert (booking.status, booking.price_cents, booking.fee_cents) == (Status.CONFIRMED, 6000, 720)


def test_a_booking_is_the_span_in_utc_and_its_picture_on_the_wall(ana_teaches_piano, sam, noon):
    booking = Booking.objects.get(pk=book(sam, ana_teaches_piano, at="15:00", minutes=90).pk)
    assert (booking.span.start, booking.span.end) == (ny("15:00", TOMORROW), ny("16:30", TOMORROW))
    assert (booking.booking_date, booking.start_time, booking.end_time) == (TOMORROW, time(15), time(16, 30))
    assert (booking.time_zone, booking.duration_minutes, booking.created_at) == ("America/New_York", 90, noon)
    assert taken(ana_teaches_piano) == [("lesson", "15:00", "16:45")]


@pytest.mark.parametrize(
    ("place", "minutes", "price", "fee"),
    [(Place.ONLINE, 45, 4500, 540), (Place.INSTRUCTOR, 60, 8000, 960), (Place.STUDENT, 90, 13_500, 1620)],
)
def test_each_place_has_its_price(ana_teaches_piano, sam, place, minutes, price, fee):
    booking = book(sam, ana_teaches_piano, at="15:00", place=place, minutes=minutes)
    assert (booking.price_cents, booking.fee_cents, booking.total_cents) == (price, fee, price + fee)


def test_price_and_name_are_copied_and_stay(ana_teaches_piano, sam):
    reference = book(sam, ana_teaches_piano, at="15:00").reference
    ServicePlace.objects.filter(service=ana_teaches_piano).update(hourly_cents=20_000)
    ana_teaches_piano.subject.name = "Grand Piano"
    ana_teaches_piano.subject.save()
    booking = Booking.objects.get(reference=reference)
    assert (booking.service_name, booking.hourly_cents, booking.total_cents) == ("Piano", 6000, 6720)


def test_a_lesson_at_the_students_place_keeps_where_it_is(ana_teaches_piano, sam):
    booking = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    assert booking.neighborhood == NeighborhoodFactory.create(name="Park Slope")
    assert booking.address == "1 Main Street"
    assert book(sam, ana_teaches_piano, at="19:00").neighborhood is None


def test_each_side_is_tied_to_the_lesson_by_its_own_names(ana_teaches_piano, ana, sam, stranger):
    booking = book(sam, ana_teaches_piano, at="15:00")
    assert may(sam, PermissionName.CANCEL_OWN_BOOKINGS, booking)
    assert may(ana, PermissionName.CANCEL_STUDENT_BOOKINGS, booking)
    assert not may(ana, PermissionName.CANCEL_OWN_BOOKINGS, booking)
    assert not may(sam, PermissionName.CANCEL_STUDENT_BOOKINGS, booking)
    assert not may(stranger, PermissionName.VIEW_BOOKING_DETAILS, booking)


def test_both_sides_are_written_to(ana_teaches_piano, sam):
    reference = book(sam, ana_teaches_piano, at="15:00").reference
    posted = OutboxMessage.objects.filter(reference=reference).order_by("key").values_list("key", "recipient")
    assert list(posted) == [
        (f"confirmed:{reference}:instructor", "ana@example.com"),
        (f"confirmed:{reference}:student", "sam@example.com"),
    ]


def test_a_reference_can_be_read_aloud(ana_teaches_piano, sam):
    assert re.fullmatch(rf"LS-[{LETTERS}]{{5}}-[{LETTERS}]{{5}}", new_reference())
    assert not set("AEIOU01IL") & set(LETTERS)
    assert len({new_reference() for _ in range(1000)}) == 1000


def test_a_booking_costs_at_most_25_statements(ana_teaches_piano, sam, stranger, django_assert_max_num_queries):
    book(sam, ana_teaches_piano, at="10:00")  # content types and permissions are known from here on
    with django_assert_max_num_queries(25):
        book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)


def test_a_booking_by_somebody_who_teaches_costs_no_more(
    ana_teaches_piano, stranger_teaches_guitar, stranger, django_assert_max_num_queries
):
    book(stranger, ana_teaches_piano, at="10:00")
    with django_assert_max_num_queries(25):  # though their own teaching time is worked out anew, too
        book(stranger, ana_teaches_piano, at="15:00", place=Place.STUDENT)


def test_a_refused_booking_leaves_nothing(ana_teaches_piano, sam, stranger):
    book(sam, ana_teaches_piano, at="15:00")
    letters, free = OutboxMessage.objects.count(), free_starts(ana_teaches_piano)
    assert refusal(stranger, ana_teaches_piano, at="15:00") is TimeTaken
    assert (OutboxMessage.objects.count(), free_starts(ana_teaches_piano)) == (letters, free)
    assert taken(ana_teaches_piano) == [("lesson", "15:00", "16:15")]


# Who, what and where


def test_nobody_books_themselves(ana_teaches_piano, ana):
    assert refusal(ana, ana_teaches_piano, at="15:00") is OwnLesson


@pytest.mark.parametrize("asked", [{"minutes": 75}, {"minutes": 240}])
def test_a_length_that_is_not_offered_is_refused(ana_teaches_piano, sam, asked):
    assert refusal(sam, ana_teaches_piano, at="15:00", **asked) is NotOffered


def test_a_place_that_is_not_offered_is_refused(ana, sam, noon):
    online_only = teaching(ana, now=noon, prices={Place.ONLINE: 6000})
    assert refusal(sam, online_only, at="15:00", place=Place.INSTRUCTOR) is NotOffered


def test_a_service_that_is_given_no_more_is_refused(ana_teaches_piano, sam):
    ana_teaches_piano.active = False
    ana_teaches_piano.save()
    assert refusal(sam, ana_teaches_piano, at="15:00") is NotOffered


def test_an_instructor_who_is_not_public_is_not_booked(ana_teaches_piano, sam):
    InstructorProfile.objects.update(live_since=None)
    assert refusal(sam, ana_teaches_piano, at="15:00") is NotOffered


def test_an_instructor_who_may_not_sign_in_is_not_booked(ana_teaches_piano, ana, sam):
    ana.is_active = False
    ana.save()
    assert refusal(sam, ana_teaches_piano, at="15:00") is NotOffered


def test_a_service_that_does_not_exist_is_named(sam, noon):
    assert wrong_field(sam, Booking(pk=10**18)) == {"service": ["There is no such service."]}


def test_a_neighborhood_that_is_not_served_is_refused(ana_teaches_piano, sam):
    NeighborhoodFactory.create(name="Astoria Heights")
    with pytest.raises(NotServed):
        book_lesson(
            student=sam,
            service_id=ana_teaches_piano.pk,
            starts=LocalStart(TOMORROW, time(15)),
            minutes=60,
            place=Place.STUDENT,
            where=Where("astoria-heights", "1 Main Street"),
            notes="",
            now=NOON,
        )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"place": Place.STUDENT}, "address"),
        ({"where": Where("park-slope", "1 Main Street")}, "address"),
        ({"place": Place.INSTRUCTOR, "where": Where("park-slope", "1 Main Street")}, "address"),
        ({"place": Place.STUDENT, "where": Where("atlantis", "1 Main Street")}, "neighborhood"),
        ({"starts": LocalStart(TOMORROW, time(15, 5))}, "start_time"),
        ({"starts": LocalStart(TOMORROW, time(15, 0, 1))}, "start_time"),
        ({"starts": LocalStart(date(2027, 3, 14), time(2, 30))}, "start_time"),
    ],
)
def test_what_cannot_be_right_is_named_by_its_field(ana_teaches_piano, sam, asked, field):
    assert list(wrong_field(sam, ana_teaches_piano, **asked)) == [field]


# Notice, night and horizon


@pytest.mark.parametrize(
    ("now", "place", "too_soon", "first"),
    [
        ("12:00", Place.ONLINE, "12:45", "13:00"),  # exactly 60 minutes ahead
        ("12:01", Place.INSTRUCTOR, "13:00", "13:15"),  # 59 minutes are not enough
        ("12:00", Place.STUDENT, "14:45", "15:00"),  # exactly 180
        ("12:01", Place.STUDENT, "15:00", "15:15"),  # 179 are not enough
    ],
)
def test_notice_at_its_edge(ana_teaches_piano, sam, now, place, too_soon, first):
    asked = {"day": TODAY, "place": place, "now": ny(now)}
    assert refusal(sam, ana_teaches_piano, at=too_soon, **asked) is TooSoon
    assert free_starts(ana_teaches_piano, TODAY, place=place, now=ny(now))[0] == first
    assert book(sam, ana_teaches_piano, at=first, **asked).pk


def test_who_asks_too_late_is_told_the_first_start_that_can_be_booked(ana_teaches_piano, sam):
    with pytest.raises(TooSoon, match="Monday 1 March, 1:00 PM"):
        book(sam, ana_teaches_piano, at="12:30", day=TODAY)


def test_what_is_past_is_too_soon(ana_teaches_piano, sam):
    assert refusal(sam, ana_teaches_piano, at="10:00", day=TODAY) is TooSoon
    assert refusal(sam, ana_teaches_piano, at="10:00", day=date(2020, 1, 1)) is TooSoon


@pytest.mark.parametrize(
    ("now", "place", "too_soon", "first", "day"),
    [
        ("19:59", Place.ONLINE, "20:45", "21:00", TODAY),  # not yet night
        ("20:00", Place.ONLINE, "08:45", "09:00", TOMORROW),
        ("20:00", Place.STUDENT, "10:45", "11:00", TOMORROW),
        ("00:30", Place.ONLINE, "08:45", "09:00", TODAY),  # after midnight the morning is today's
        ("00:30", Place.STUDENT, "10:45", "11:00", TODAY),
        ("07:45", Place.ONLINE, "08:45", "09:00", TODAY),  # notice alone would grant 08:45
        ("07:45", Place.STUDENT, "10:45", "11:00", TODAY),
        ("07:59", Place.ONLINE, "08:45", "09:00", TODAY),
        ("07:59", Place.STUDENT, "10:45", "11:00", TODAY),
        ("08:01", Place.ONLINE, "09:00", "09:15", TODAY),  # the night is over: notice alone
        ("08:01", Place.STUDENT, "11:00", "11:15", TODAY),
    ],
)
def test_the_overnight_guard_at_its_edges(ana_never_sleeps, sam, now, place, too_soon, first, day):
    InstructorProfile.objects.update(overnight_guard=True)
    asked = {"day": day, "place": place, "now": ny(now)}
    assert refusal(sam, ana_never_sleeps, at=too_soon, **asked) is TooSoon
    assert free_starts(ana_never_sleeps, day, place=place, now=ny(now))[0] == first
    assert book(sam, ana_never_sleeps, at=first, **asked).pk


def test_at_night_nothing_that_is_left_of_the_day_can_be_booked(ana_never_sleeps, sam):
    InstructorProfile.objects.update(overnight_guard=True)
    assert refusal(sam, ana_never_sleeps, at="23:00", day=TODAY, now=ny("20:00")) is TooSoon
    assert free_starts(ana_never_sleeps, TODAY, now=ny("20:00")) == []


@pytest.mark.parametrize(("now", "first"), [("20:00", "21:00"), ("00:30", "01:30")])
def test_an_instructor_without_the_guard_is_booked_at_night(ana_never_sleeps, sam, now, first):
    assert book(sam, ana_never_sleeps, at=first, day=TODAY, now=ny(now)).pk


def test_the_horizon_at_its_edge(ana_teaches_piano, sam):
    last = TODAY + timedelta(days=90)
    assert refusal(sam, ana_teaches_piano, at="09:00", day=last + timedelta(days=1)) is TooFar
    assert free_starts(ana_teaches_piano, last + timedelta(days=1)) == []
    assert free_starts(ana_teaches_piano, last)[-1] == "20:00"
    assert book(sam, ana_teaches_piano, at="20:00", day=last).pk


# Somebody else was first


def test_the_second_student_is_told_the_nearest_times(ana_teaches_piano, sam, stranger, noon):
    book(sam, ana_teaches_piano, at="15:00", now=noon)
    with pytest.raises(TimeTaken) as taken_then:
        book(stranger, ana_teaches_piano, at="15:30", now=noon)
    assert clock_times(taken_then.value.nearest) == ["16:15", "16:30", "16:45"]


def test_of_two_times_equally_near_the_earlier_comes_first(ana_teaches_piano, sam, stranger):
    book(sam, ana_teaches_piano, at="15:00", minutes=90)  # blocks 15:00 to 16:45
    with pytest.raises(TimeTaken) as taken_then:
        book(stranger, ana_teaches_piano, at="15:15")  # 13:45 and 16:45 are an hour and a half away, each
    assert clock_times(taken_then.value.nearest) == ["13:45", "16:45", "13:30"]


def test_the_nearest_times_are_bookable_now(ana_teaches_piano, sam, stranger):
    book(sam, ana_teaches_piano, at="13:00", day=TODAY)
    with pytest.raises(TimeTaken) as taken_then:
        book(stranger, ana_teaches_piano, at="13:00", day=TODAY)  # nothing before it: notice
    assert clock_times(taken_then.value.nearest) == ["14:15", "14:30", "14:45"]
    assert book(stranger, ana_teaches_piano, at="14:15", day=TODAY).pk


def test_the_nearest_times_reach_into_other_days_and_are_none_when_nothing_is_left(ana, sam, stranger, noon):
    mondays = [[(9 * 60, 10 * 60)], *[[]] * 6]
    service = teaching(ana, now=noon, week=mondays)
    monday = TODAY + timedelta(days=7)
    book(sam, service, at="09:00", day=monday)
    with pytest.raises(TimeTaken) as taken_then:
        book(stranger, service, at="09:00", day=monday)
    days = [start.astimezone(NEW_YORK).date() for start in taken_then.value.nearest or ()]
    assert days == [monday + timedelta(days=7 * n) for n in (1, 2, 3)]

    off(service, "00:00", "24:00", day=monday + timedelta(days=7))
    for week in range(2, 14):
        off(service, "00:00", "24:00", day=monday + timedelta(days=7 * week))
    with pytest.raises(TimeTaken) as taken_then:
        book(stranger, service, at="09:00", day=monday)
    assert taken_then.value.nearest == []


@pytest.mark.parametrize("status", [Status.PENDING, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW])
def test_a_lesson_counts_whatever_its_status_short_of_cancelled(
    ana_teaches_piano, stranger_teaches_guitar, sam, stranger, status
):
    booking = book(sam, ana_teaches_piano, at="15:00")
    put_into(booking, status)
    assert refusal(stranger, ana_teaches_piano, at="15:30") is TimeTaken
    assert refusal(sam, stranger_teaches_guitar, at="15:30") is YouAreBusy


# The student's own time


def test_a_student_is_not_in_two_places_at_once(ana_teaches_piano, stranger_teaches_guitar, sam):
    book(sam, ana_teaches_piano, at="15:00")
    for at in ("14:15", "15:00", "15:45"):
        assert refusal(sam, stranger_teaches_guitar, at=at) is YouAreBusy


@pytest.mark.parametrize("at", ["14:00", "16:00"])
def test_paddings_do_not_count_for_the_student(ana_teaches_piano, stranger_teaches_guitar, sam, at):
    book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)  # blocks 14:30 to 16:30 at Ana's
    assert book(sam, stranger_teaches_guitar, at=at).pk


@pytest.mark.parametrize("status", [Status.PENDING, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW])
def test_who_teaches_then_cannot_take_a_lesson_then(ana_teaches_piano, stranger_teaches_guitar, sam, stranger, status):
    taught = book(sam, stranger_teaches_guitar, at="15:00")
    put_into(taught, status)
    assert refusal(stranger, ana_teaches_piano, at="15:30") is YouAreBusy
    assert book(stranger, ana_teaches_piano, at="16:00").pk  # within the padding of the lesson taught


def test_the_table_refuses_a_students_second_lesson_whatever_was_read_before(
    ana_teaches_piano, stranger_teaches_guitar, sam, monkeypatch
):
    book(sam, ana_teaches_piano, at="15:00")
    monkeypatch.setattr(bookings_repository, "has_lesson", lambda **_: False)
    assert refusal(sam, stranger_teaches_guitar, at="15:30") is YouAreBusy
    assert taken(stranger_teaches_guitar) == []


def test_a_row_refused_for_another_reason_is_not_taken_for_a_clash(ana_teaches_piano, sam):
    with pytest.raises(IntegrityError, match="booking_address_only_at_the_student"):
        book_lesson(
            student=sam,
            service_id=ana_teaches_piano.pk,
            starts=LocalStart(TOMORROW, time(15)),
            minutes=60,
            place=Place.STUDENT,
            where=Where("park-slope", ""),
            notes="",
            now=NOON,
        )


def test_a_reference_drawn_twice_is_not_taken_for_a_clash(ana_teaches_piano, sam, stranger, monkeypatch):
    monkeypatch.setattr(booking_service, "new_reference", lambda: "LS-22222-22222")
    book(sam, ana_teaches_piano, at="15:00")
    with pytest.raises(IntegrityError, match="entry_once_per_lesson"):
        book(stranger, ana_teaches_piano, at="19:00")


# Which refusal is said first


def test_refusals_are_judged_in_their_order(ana, sam, stranger, noon):
    """Everything is wrong at first; each step mends the thing complained of, and the next comes to light."""
    NeighborhoodFactory.create(name="Astoria Heights")
    ana_teaches = teaching(ana, now=noon)
    stranger_teaches = teaching(stranger, now=noon, subject="Guitar")
    asked: dict[str, Any] = {"minutes": 75, "place": Place.STUDENT}
    asked["where"] = Where("astoria-heights", "1 Main Street")

    def refused(student, *, day: date, at: str, **mended) -> type[DomainError]:
        asked.update(mended)
        with pytest.raises(DomainError) as why:
            book_lesson(
                student=student,
                service_id=ana_teaches.pk,
                starts=LocalStart(day, time.fromisoformat(at)),
                notes="",
                now=noon,
                **asked,
            )
        return why.type

    assert refused(ana, day=TODAY, at="08:00") is OwnLesson
    assert refused(sam, day=TODAY, at="08:00") is NotOffered
    assert refused(sam, day=TODAY, at="08:00", minutes=60) is NotServed
    assert refused(sam, day=TODAY, at="08:00", where=Where("park-slope", "1 Main Street")) is TooSoon
    assert refused(sam, day=TODAY + timedelta(days=91), at="08:00") is TooFar
    off(ana_teaches, "00:00", "24:00")
    assert refused(sam, day=TOMORROW, at="08:00") is OutsideHours
    book(sam, stranger_teaches, at="09:00")
    assert refused(sam, day=TOMORROW, at="09:00") is TimeTaken
    InstructorProfile.objects.get(pk=ana.pk).entries.all().delete()
    assert refused(sam, day=TOMORROW, at="09:00") is YouAreBusy


def test_every_status_has_its_moves():
    assert set(MOVES) == set(Status)
    assert Booking(status=Status.CONFIRMED).may_become(Status.CANCELLED)
    assert Booking(status=Status.COMPLETED).may_become(Status.NO_SHOW)
    assert not Booking(status=Status.COMPLETED).may_become(Status.CANCELLED)
    assert not any(Booking(status=Status.CANCELLED).may_become(status) for status in Status)


def test_the_door_is_shown_to_the_student_always_and_to_the_instructor_while_the_lesson_stands(
    ana_teaches_piano, ana, sam, stranger
):
    booking = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    assert [booking.shows_address_to(person.pk) for person in (sam, ana, stranger)] == [True, True, False]
    booking.status = Status.CANCELLED
    assert [booking.shows_address_to(person.pk) for person in (sam, ana, stranger)] == [True, False, False]
