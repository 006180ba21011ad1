"""Completing a lesson after its end: one service, whether its instructor says so or the clock does."""

import logging
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError

from accounts.models import User
from accounts.permissions import PermissionName
from bookings.models import Booking, Status
from bookings.repositories import bookings as repository
from bookings.services import commission
from instainstru.core import money, policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import DomainError, NotFound
from instainstru.core.measure import measure_bulk, measure_operation
from instainstru.core.permissions import may, not_allowed
from instructors.services import calendar

log = logging.getLogger(__name__)

BATCH = 200


class NotOverYet(DomainError):
    """Nobody completes a lesson that has not ended."""

    code, status, sentence = "conflict", 409, "This lesson is not over yet: it can be marked as taught from its end on."


class NotCompletable(DomainError):
    """The lesson does not stand any more."""

    code, status, sentence = "conflict", 409, "This lesson does not stand any more, so it cannot be marked as taught."


class AlreadyCompleted(NotCompletable):
    """Pressed twice, or the clock was quicker."""

    sentence = "This lesson is marked as taught already. Nothing was changed."


@measure_operation
def offered(*, booking: Booking, viewer: User, now: datetime) -> bool:
    """Whether a lesson's page has a button for the viewer that completes it now."""
    try:
        _check(booking, now=now)
    except DomainError:
        return False
    return may(viewer, PermissionName.COMPLETE_BOOKINGS, booking)


@measure_operation
@under_lock
def complete_lesson(*, reference: str, by: User | None, now: datetime) -> Booking:
    """Complete a lesson that is over, and fix its commission: percent and whole cents, half a cent going up.

    `by` is who says that it was taught, None the clock. Raises NotFound, NotAllowed for anybody but its instructor,
    AlreadyCompleted, NotCompletable, NotOverYet or Busy; then nothing was changed.
    """
    people = repository.people_of(reference=reference)
    if people is None:
        raise NotFound
    instructor_id, _ = people
    # Its instructor's lessons are completed one after the other: each counts for the commission of later ones.
    calendar.lock(person_ids=[instructor_id], also_closed=True)
    booking = repository.locked(reference=reference)
    if by is not None and not may(by, PermissionName.COMPLETE_BOOKINGS, booking):
        only = "Only the instructor of a lesson marks it as taught."
        raise not_allowed(by, [PermissionName.COMPLETE_BOOKINGS], booking, sentence=only)
    _check(booking, now=now)
    booking.status = Status.COMPLETED
    booking.completed_at = now
    booking.commission_percent = commission.percent_of(booking)
    booking.commission_cents = money.percent(booking.price_cents, booking.commission_percent)
    repository.record_completing(booking)
    return booking


def _check(booking: Booking, *, now: datetime) -> None:
    if booking.status == Status.COMPLETED:
        raise AlreadyCompleted
    if not booking.may_become(Status.COMPLETED):
        raise NotCompletable
    if now < booking.span.end:
        raise NotOverYet


@measure_bulk
def complete_due(*, now: datetime) -> int:
    """Complete the lessons that ended a while ago, the earliest end first, and answer how many that were.

    Each is a transaction of its own: a run that is cut short loses nothing, and the next takes up what is left. One
    that fails is logged and left for the next run.
    """
    until = now - timedelta(minutes=policy.COMPLETES_AFTER_MINUTES)
    completed, last = 0, None
    while batch := repository.ended(until=until, after=last, limit=BATCH):
        completed += sum(_complete_by_itself(reference, now=now) for _, _, reference in batch)
        last = batch[-1][:2]
    return completed


def _complete_by_itself(reference: str, *, now: datetime) -> bool:
    """Whether the lesson was completed; somebody may have been quicker."""
    try:
        complete_lesson(reference=reference, by=None, now=now)
    except NotCompletable:
        return False
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise  # nothing is wrong with the lesson: the database is away, or the run has taken too long
    except Exception:
        # Whatever is wrong with one lesson must not keep the others waiting.
        log.exception("the lesson %s was not completed", reference)
        return False
    return True
