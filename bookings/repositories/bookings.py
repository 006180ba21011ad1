"""Rows of bookings."""

from contextlib import nullcontext
from datetime import datetime

import pghistory
from django.db.models import Q

from bookings.models import STANDING, Booking, BookingQuerySet, BookingTie, Side, Status
from instainstru.core.time import Span

ON_BEHALF_OF = "on_behalf_of"  # in the context of a history row


def has_lesson(*, person_id: int, during: Span) -> bool:
    """Whether a person takes or teaches a lesson that overlaps this time; paddings do not count."""
    return (
        Booking.objects.filter(Q(student=person_id) | Q(instructor=person_id))
        .filter(lesson__overlap=during.as_range)
        .exclude(status=Status.CANCELLED)
        .exists()
    )


def spans_of(*, person_id: int, after: datetime) -> list[Span]:
    """When a person takes or teaches the lessons that are yet to end."""
    mine = Booking.objects.filter(Q(student=person_id) | Q(instructor=person_id), status__in=STANDING)
    return [Span.of(lesson) for lesson in mine.filter(lesson__endswith__gt=after).values_list("lesson", flat=True)]


def taken(*, reference: str, service_id: int, person_id: int) -> Booking | None:
    """A lesson of a service that a person takes, by their tie to it; with its neighbourhood."""
    ties = BookingTie.objects.filter(user_id=person_id, permission__codename="take_lesson")
    found = Booking.objects.filter(reference=reference, service=service_id, pk__in=ties.values("content_object"))
    return found.select_related("neighborhood").first()


def locked(*, reference: str) -> Booking:
    """The booking, which is known to be there, its row held for the rest of the transaction."""
    return Booking.objects.select_for_update(of=("self",)).told().get(reference=reference)


def completed_before(*, instructor_id: int, end: datetime, since: datetime) -> int:
    """How many lessons of an instructor were completed whose end lies in [since, end)."""
    return Booking.objects.filter(
        instructor=instructor_id,
        status=Status.COMPLETED,
        lesson__endswith__gte=since,
        lesson__endswith__lt=end,
    ).count()


def people_of(*, reference: str) -> tuple[int, int] | None:
    """The ids of a lesson's instructor and student."""
    return Booking.objects.filter(reference=reference).values_list("instructor_id", "student_id").first()


def told(*, reference: str) -> Booking | None:
    """One lesson with all that a page or answer says of it."""
    return Booking.objects.told().filter(reference=reference).first()


def lessons_of(*, person_id: int) -> BookingQuerySet:
    """The lessons that a person takes or teaches, the latest first."""
    return Booking.objects.of(person_id).told().order_by("-lesson")


def add(booking: Booking) -> None:
    """Insert a booking; the table refuses a student's second lesson at one time with `student_once`."""
    booking.save(force_insert=True)


def record_cancelling(booking: Booking, *, on_behalf_of: Side | None) -> None:
    """Keep when and by whom a lesson was cancelled and who gets what; in its history, for whom staff did it."""
    with pghistory.context(**{ON_BEHALF_OF: on_behalf_of.value}) if on_behalf_of else nullcontext():
        booking.save(
            update_fields=[
                "status",
                "entry",
                "cancelled_at",
                "cancelled_by",
                "refund_cents",
                "credit_cents",
                "instructor_cents",
            ]
        )
