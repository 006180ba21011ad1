"""Booking a lesson, at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from accounts.models import User
from accounts.services import people
from bookings.models import Booking, Status
from bookings.repositories import bookings as repository
from bookings.services import letters
from instainstru.core import money
from instainstru.core.contention import under_lock, violates
from instainstru.core.errors import DomainError, Invalid
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instainstru.core.services import outbox
from instainstru.core.time import LocalStart, NoSuchTime, Span, on_step
from instructors.models import Neighborhood
from instructors.services import calendar, catalogue, free_time
from instructors.services.calendar import Lesson

# No vowels: no words. No 0, 1, I, L, O: read aloud without mistakes. 27 to the 10th is 2 x 10^14.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"


class YouAreBusy(DomainError):
    """The student takes or teaches another lesson then."""

    code, status = "you_are_busy", 409
    sentence = "You have another lesson at this time."


@dataclass(frozen=True)
class Where:
    """The student's place: a neighbourhood by slug, and the door."""

    neighborhood: str
    address: str


def new_reference() -> str:
    """A reference that nobody can guess, such as LS-4KQ7M-X2RTD."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"LS-{drawn[:5]}-{drawn[5:]}"


@measure_operation
@under_lock
def book_lesson(
    *,
    student: User,
    service_id: int,
    starts: LocalStart,
    minutes: int,
    place: Place,
    where: Where | None,
    notes: str,
    now: datetime,
) -> Booking:
    """Book one lesson, at once.

    `starts` is wall-clock time in the lesson's zone, `minutes` are elapsed minutes, `where` is the student's
    place, for student_place only. Raises Invalid, OwnLesson, NotOffered, NotServed, TooSoon, TooFar,
    OutsideHours, TimeTaken with the nearest bookable starts, YouAreBusy, or Busy; then nothing was changed.
    """
    lesson = _span(starts, minutes)
    # Both people's calendars are held before anything is read: what is read below cannot change until the commit.
    calendar.lock(person_ids=[catalogue.teacher_of(service_id=service_id), student.pk])
    offer = catalogue.offered(service_id=service_id, place=place, minutes=minutes, to=student.pk)
    service, instructor = offer.service, offer.service.instructor
    neighborhood = _neighborhood(instructor.pk, place=place, where=where)
    free_time.check_notice(instructor=instructor, place=place, lesson=lesson, now=now)
    reference = new_reference()
    entry = calendar.occupy(
        instructor=instructor, lesson=Lesson(reference, service.name, lesson, minutes, place), now=now
    )
    if repository.has_lesson(person_id=student.pk, during=lesson):
        raise YouAreBusy
    price = money.lesson_price(hourly_cents=offer.hourly_cents, minutes=minutes)
    booking = _add(
        Booking(
            reference=reference,
            student=student,
            instructor=instructor,
            service=service,
            entry=entry,
            status=Status.CONFIRMED,
            lesson=lesson.as_range,
            booking_date=starts.date,
            start_time=starts.time,
            end_time=LocalStart.at(lesson.end, starts.zone).time,
            time_zone=starts.zone.key,
            duration_minutes=minutes,
            place=place,
            neighborhood=neighborhood,
            address=where.address if where else "",
            notes=notes,
            service_name=service.name,
            hourly_cents=offer.hourly_cents,
            price_cents=price,
            fee_cents=money.protection_fee(price),
            created_at=now,
        )
    )
    calendar.attend(person_id=student.pk, reference=reference, lesson=lesson)
    people.tie(thing=booking, people={"take_lesson": student.pk, "teach_lesson": instructor.pk})
    outbox.post(letters=letters.confirmed(booking))
    return booking


def _span(starts: LocalStart, minutes: int) -> Span:
    try:
        lesson = starts.span(minutes)
    except NoSuchTime as skipped:
        raise Invalid.field("start_time", str(skipped)) from None
    if not on_step(lesson.start):
        raise Invalid.field("start_time", "Lessons start on the quarter hour: :00, :15, :30 or :45.")
    return lesson


def _neighborhood(instructor_id: int, *, place: Place, where: Where | None) -> Neighborhood | None:
    if place is not Place.STUDENT:
        if where is not None:
            raise Invalid.field("address", "An address goes with lessons at the student's place only.")
        return None
    if where is None:
        raise Invalid.field("address", "Say where the lesson is: neighborhood and address.")
    return catalogue.served(instructor_id=instructor_id, slug=where.neighborhood)


def _add(booking: Booking) -> Booking:
    """Insert a booking. The table refuses a student's second lesson at one time, whatever was read before."""
    try:
        repository.add(booking)
    except IntegrityError as refused:
        if not violates(refused, "student_once"):
            raise
        raise YouAreBusy from None
    return booking
