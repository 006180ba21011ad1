"""Booking the same lesson again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from bookings.models import Booking
from bookings.repositories import bookings as repository
from instainstru.core import policy
from instainstru.core.errors import NotAllowed
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, LocalStart, Span, first_instant
from instructors.services import free_time
from instructors.services.catalogue import NotOffered
from instructors.services.free_time import LessonKind


@dataclass(frozen=True)
class Details:
    """A lesson whose details fill in the next one's form; `usual` tells whether the next is at its weekday and time."""

    booking: Booking
    usual: bool


@measure_operation
def offered(*, booking: Booking) -> bool:
    """Whether the lesson's service is still given at its place and length, by an instructor who is live."""
    service, instructor = booking.service, booking.instructor
    return (
        service.active
        and instructor.is_live
        and booking.duration_minutes in service.lengths
        and any(offer.place == booking.place for offer in service.places.all())
    )


@measure_operation
def next_start(*, booking: Booking, student: User, now: datetime) -> datetime | None:
    """The free start (UTC) at which the student would have the same lesson again; None where nothing is free.

    The soonest at the lesson's weekday and time within the coming weeks; without one, the free start nearest to
    the next such time. Starts at which the student is elsewhere are passed over. Raises NotAllowed for a lesson that
    somebody else takes, and NotOffered.
    """
    if booking.student_id != student.pk:
        raise NotAllowed("Only who takes a lesson books it again.")
    if not offered(booking=booking):
        raise NotOffered("This lesson is not on offer any more at its place and length.")
    place, minutes, then = Place(booking.place), booking.duration_minutes, LocalStart.at(booking.span.start)
    today = now.astimezone(NEW_YORK).date()
    starts = free_time.on_days(
        kind=LessonKind(booking.instructor, place, minutes), first=today, days=policy.AGAIN_WEEKS * 7, now=now
    )
    near = free_time.nearest(
        instructor=booking.instructor, place=place, minutes=minutes, to=_next_time(then, now=now), now=now
    )
    candidates = [start for start in starts if _same_time(start, then)] + near
    lessons = [Span(start, start + timedelta(minutes=minutes)) for start in candidates]
    taken = repository.spans_of(person_id=student.pk, after=now)
    open_to_both = [lesson.start for lesson in lessons if not any(lesson.overlaps(other) for other in taken)]
    return next(iter(open_to_both or candidates), None)


def _same_time(start: datetime, then: LocalStart) -> bool:
    said = LocalStart.at(start)
    return (said.date.weekday(), said.time) == (then.date.weekday(), then.time)


def _next_time(then: LocalStart, *, now: datetime) -> datetime:
    """The next instant at which it is that weekday and time."""
    today = now.astimezone(NEW_YORK).date()
    day = today + timedelta(days=(then.date.weekday() - today.weekday()) % 7)
    minute = then.time.hour * 60 + then.time.minute
    instant = first_instant(day, minute)
    return instant if instant > now else first_instant(day + timedelta(days=7), minute)


@measure_operation
def details(*, reference: str, service_id: int, student: User, starts: LocalStart) -> Details | None:
    """The details of a lesson of this service that the student takes, for the next one; None for any other."""
    booking = repository.taken(reference=reference, service_id=service_id, person_id=student.pk)
    return Details(booking, _same_time(booking.span.start, starts)) if booking is not None else None
