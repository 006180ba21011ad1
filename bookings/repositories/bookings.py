"""Rows of bookings."""

from datetime import datetime

from django.db.models import Q

from bookings.models import Booking, Status
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
