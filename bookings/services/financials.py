"""What lessons came to, month by month: for staff who answer for the money."""

import csv
import io
from dataclasses import dataclass
from datetime import date

from bookings.repositories import financials as repository
from bookings.services.earnings import amount
from instainstru.core.measure import measure_operation

COLUMNS = (
    *("Month", "Lessons", "Price (USD)", "Fee (USD)", "Commission (USD)", "Net to instructors (USD)"),
    *("Cancelled", "Refunds (USD)", "Credits (USD)", "Late cancelling to instructors (USD)"),
)


@dataclass(frozen=True)
class Month:
    """A month of New York's calendar, by its first day: what the lessons that ended in it came to, in cents.

    Price, fee and commission are of completed lessons; refunds, credits and what instructors got of cancelled ones.
    """

    first: date
    completed: int
    price_cents: int
    fee_cents: int
    commission_cents: int
    cancelled: int
    refund_cents: int
    credit_cents: int
    instructor_cents: int

    @property
    def net_cents(self) -> int:
        """What the completed lessons earned their instructors."""
        return self.price_cents - self.commission_cents


@measure_operation
def months() -> list[Month]:
    """All months in which lessons were completed or cancelled, the latest first: one statement."""
    return [Month(first=first, **sums) for first, sums in repository.months()]


@measure_operation
def as_csv(*, months: list[Month]) -> str:
    """The months for a spreadsheet: numbers and nothing else, so that there is nothing that it could run."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_line(month) for month in months)
    return file.getvalue()


def _line(month: Month) -> list[str]:
    return [
        f"{month.first:%Y-%m}",
        str(month.completed),
        amount(month.price_cents),
        amount(month.fee_cents),
        amount(month.commission_cents),
        amount(month.net_cents),
        str(month.cancelled),
        amount(month.refund_cents),
        amount(month.credit_cents),
        amount(month.instructor_cents),
    ]
