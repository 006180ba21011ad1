"""Cancelling a lesson: one ladder of amounts and deadlines, whoever cancels."""

from datetime import datetime

from accounts.models import User
from bookings.models import STANDING, Booking, Side, Status
from bookings.repositories import bookings as repository
from bookings.services import commission, letters
from instainstru.core import money
from instainstru.core.contention import under_lock
from instainstru.core.errors import DomainError, NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.money import Settlement
from instainstru.core.services import outbox
from instructors.services import calendar


class NotCancellable(DomainError):
    """The lesson does not stand any more."""

    code, status, sentence = "not_cancellable", 409, "This lesson cannot be cancelled: it does not stand any more."


class AlreadyStarted(DomainError):
    """From the start on nobody cancels."""

    code, status, sentence = "already_started", 409, "This lesson has started: it cannot be cancelled any more."


@measure_operation
def settlement(*, booking: Booking, by_instructor: bool, now: datetime) -> Settlement:
    """Who gets what, in cents, if the lesson were cancelled now. Raises NotCancellable or AlreadyStarted."""
    if not booking.may_become(Status.CANCELLED) or booking.status not in STANDING:
        raise NotCancellable
    if now >= booking.span.start:
        raise AlreadyStarted
    return money.settle(
        price_cents=booking.price_cents,
        fee_cents=booking.fee_cents,
        commission_rate=commission.percent_of(booking),
        starts_at=booking.span.start,
        now=now,
        by_instructor=by_instructor,
    )


@measure_operation
@under_lock
def cancel_lesson(*, reference: str, by: User, now: datetime, on_behalf_of: Side | None = None) -> Booking:
    """Cancel a lesson, and give the time back to both its people.

    It is cancelled by one of them, or by staff `on_behalf_of` one of them: then the ladder is that side's, the history
    says for whom it was done, and the letters say that it was not done by themselves.

    Raises NotFound, NotCancellable, AlreadyStarted or Busy; then nothing was changed.
    """
    people = repository.people_of(reference=reference)
    if people is None:
        raise NotFound
    calendar.lock(person_ids=people, also_closed=True)  # what does not stand is said to be so
    booking = repository.locked(reference=reference)
    side = on_behalf_of or (Side.INSTRUCTOR if by.pk == booking.instructor_id else Side.STUDENT)
    due = settlement(booking=booking, by_instructor=side is Side.INSTRUCTOR, now=now)
    booking.status = Status.CANCELLED
    booking.entry = None
    booking.cancelled_at = now
    booking.cancelled_by = by
    booking.refund_cents = due.refund_cents
    booking.credit_cents = due.credit_cents
    booking.instructor_cents = due.instructor_cents
    repository.record_cancelling(booking, on_behalf_of=on_behalf_of)
    calendar.release(instructor=booking.instructor, student_id=booking.student_id, reference=reference)
    outbox.post(letters=letters.cancelled(booking, by=side, through_staff=on_behalf_of is not None))
    return booking
