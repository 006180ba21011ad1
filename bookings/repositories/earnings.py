"""What instructors earned, from the rows of their lessons."""

from datetime import date

from django.db.models import Q
from django.db.models.functions import TruncMonth

from bookings.models import Booking, BookingQuerySet, Status
from instainstru.core.time import NEW_YORK, Span


def _paid(instructor_id: int) -> BookingQuerySet:
    """The lessons that an instructor gets money for: completed, or cancelled so late that something is due."""
    due = Q(status=Status.COMPLETED) | Q(status=Status.CANCELLED, instructor_cents__gt=0)
    return Booking.objects.filter(due, instructor=instructor_id)


def paid_in(*, instructor_id: int, span: Span) -> list[Booking]:
    """The paid lessons that end within a span, by their end, each with its student."""
    ended = _paid(instructor_id).filter(lesson__endswith__gte=span.start, lesson__endswith__lt=span.end)
    return list(ended.select_related("student").order_by("lesson__endswith", "pk"))


def months_paid(*, instructor_id: int) -> list[date]:
    """The first days of the months, by New York's calendar, in which a paid lesson ended; ascending."""
    months = _paid(instructor_id).annotate(month=TruncMonth("lesson__endswith", tzinfo=NEW_YORK)).order_by("month")
    return [month.date() for month in months.values_list("month", flat=True).distinct()]
