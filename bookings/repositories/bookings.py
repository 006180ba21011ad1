"""Rows of bookings."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from bookings.models import Booking, BookingQuerySet, Status
from instainstru.core.time import Span


def has_lesson(*, person_id: int, during: Span) -> bool:
    """Whether a person takes or teaches a lesson that overlaps this time; paddings do not count."""
    return (
        Booking.objects.filter(Q(student=person_id) | Q(instructor=person_id))
        .filter(lesson__overlap=during.as_range)
        .exclude(status=Status.CANCELLED)
        .exists()
    )


def locked(*, reference: str) -> Booking | None:
    """The booking, its row held for the rest of the transaction."""
    return Booking.objects.select_for_update(of=("self",)).told().filter(reference=reference).first()


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
    with transaction.atomic():
        booking.save(force_insert=True)


def record_cancelling(booking: Booking) -> None:
    """Keep that, when and by whom a lesson was cancelled, and who gets what."""
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
