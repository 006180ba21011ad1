"""Lessons that begin soon."""

from datetime import datetime, timedelta

from django.db.models import F

from bookings.models import STANDING, Booking


def begin_within(*, after: datetime, until: datetime, booked_ahead: timedelta) -> list[str]:
    """References of standing lessons that start in (after, until], booked at least so long ahead; the first first."""
    soon = Booking.objects.filter(status__in=STANDING, lesson__startswith__gt=after, lesson__startswith__lte=until)
    in_time = soon.filter(created_at__lte=F("lesson__startswith") - booked_ahead)
    return list(in_time.order_by("lesson__startswith", "pk").values_list("reference", flat=True))
