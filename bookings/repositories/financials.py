"""What lessons came to by month, over all instructors."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from bookings.models import Booking, Status
from instainstru.core.time import NEW_YORK

SUMS = ("price_cents", "fee_cents", "commission_cents")
CANCELLED_SUMS = ("refund_cents", "credit_cents", "instructor_cents")


def months() -> Iterator[tuple[date, dict[str, int]]]:
    """The first day of each month, by New York's calendar, in which settled lessons ended; the latest first.

    With the number of lessons completed and cancelled and the sums of their amounts, in one statement.
    """
    completed, cancelled = Q(status=Status.COMPLETED), Q(status=Status.CANCELLED)
    amounts = {
        **{name: Coalesce(Sum(name, filter=completed), 0) for name in SUMS},
        **{name: Coalesce(Sum(name, filter=cancelled), 0) for name in CANCELLED_SUMS},
    }
    rows = (
        Booking.objects.filter(completed | cancelled)
        .values(month=TruncMonth("lesson__endswith", tzinfo=NEW_YORK))
        .annotate(completed=Count("pk", filter=completed), cancelled=Count("pk", filter=cancelled), **amounts)
        .order_by("-month")
    )
    for row in rows:
        sums: dict[str, Any] = {**row}
        yield sums.pop("month").date(), sums
