"""A person's lessons."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.permissions import PermissionName
from bookings.models import STANDING, Booking, BookingQuerySet
from bookings.repositories import bookings as repository
from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.permissions import may, not_allowed
from instainstru.core.time import Span

SEE = (
    PermissionName.VIEW_BOOKING_DETAILS,
    PermissionName.VIEW_INCOMING_BOOKINGS,
    PermissionName.VIEW_ALL_BOOKINGS,
)
CANCEL = (
    PermissionName.CANCEL_OWN_BOOKINGS,
    PermissionName.CANCEL_STUDENT_BOOKINGS,
)


@dataclass(frozen=True)
class Lessons:
    """The lessons that a person takes: what is to come, the next first, and what has been, the last first."""

    upcoming: list[Booking]
    past: list[Booking]


@measure_operation
def seen(*, reference: str, viewer: User) -> Booking:
    """One lesson that the viewer may see. Raises NotFound for any other."""
    booking = repository.told(reference=reference)
    if booking is None or not any(may(viewer, name, booking) for name in SEE):
        raise NotFound("There is no lesson of yours with this reference.")
    return booking


@measure_operation
def may_cancel(*, booking: Booking, viewer: User) -> None:
    """Raises NotAllowed for a viewer who sees the lesson and may not cancel it."""
    if not any(may(viewer, name, booking) for name in CANCEL):
        raise not_allowed(
            viewer, CANCEL, booking, sentence="Only the student and the instructor of a lesson cancel it."
        )


@measure_operation
def own(*, person: User) -> BookingQuerySet:
    """A person's lessons, taken and taught, the latest first; lazily: the caller takes a page of them."""
    return repository.lessons_of(person_id=person.pk)


@measure_operation
def agenda(*, person: User, now: datetime, past_shown: int) -> Lessons:
    """The lessons that a person takes, as their page shows them."""
    mine = repository.taken_by(person_id=person.pk)
    upcoming = mine.filter(status__in=STANDING, lesson__endswith__gt=now).order_by("lesson")
    past = mine.exclude(status__in=STANDING, lesson__endswith__gt=now)
    # With what is offered now: a lesson that was can be booked again.
    return Lessons(list(upcoming), list(past.prefetch_related("service__places")[:past_shown]))


@measure_operation
def clash(*, person: User, lesson: Span) -> bool:
    """Whether a person takes or teaches another lesson at this time."""
    return repository.has_lesson(person_id=person.pk, during=lesson)
