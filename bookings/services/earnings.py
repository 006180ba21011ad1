"""What an instructor earned in a month: lessons completed less commission, and what late cancelling paid."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bookings.models import Booking, Status
from bookings.repositories import earnings as repository
from bookings.services import commission
from bookings.services.commission import Tier
from instainstru.core.measure import measure_operation
from instainstru.core.time import NEW_YORK, Span, midnight
from instructors.services import setup

COLUMNS = (
    *("Date", "Start", "Reference", "What", "Lesson", "Student"),
    *("Price (USD)", "Commission (%)", "Commission (USD)", "Earned (USD)"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet run what it is given


@dataclass(frozen=True)
class Month:
    """A month of New York's calendar, by its first day. Lessons belong to the month in which they end."""

    first: date
    lessons: list[Booking]
    late_cancelled: list[Booking]

    @property
    def price_cents(self) -> int:
        """What the lessons cost, without the students' fee."""
        return sum(lesson.price_cents for lesson in self.lessons)

    @property
    def commission_cents(self) -> int:
        """What is kept of it."""
        return sum(lesson.commission_cents or 0 for lesson in self.lessons)

    @property
    def net_cents(self) -> int:
        """What the lessons earned."""
        return self.price_cents - self.commission_cents

    @property
    def late_cancelled_cents(self) -> int:
        """What lessons earned that were cancelled late."""
        return sum(lesson.instructor_cents or 0 for lesson in self.late_cancelled)

    @property
    def earned_cents(self) -> int:
        """All that the month earned."""
        return self.net_cents + self.late_cancelled_cents


@measure_operation
def month_of(*, now: datetime) -> date:
    """The first day of the month that it is in New York."""
    return now.astimezone(NEW_YORK).date().replace(day=1)


@measure_operation
def in_month(*, instructor_id: int, first: date) -> Month:
    """What an instructor earned in the month of that first day: one statement, however many lessons."""
    after = (first + timedelta(days=31)).replace(day=1)
    found = repository.paid_in(instructor_id=instructor_id, span=Span(midnight(first), midnight(after)))
    lessons = [lesson for lesson in found if lesson.status == Status.COMPLETED]
    return Month(first, lessons, [lesson for lesson in found if lesson.status != Status.COMPLETED])


@measure_operation
def months(*, instructor_id: int) -> list[date]:
    """The first days of the months in which the instructor earned something, ascending."""
    return repository.months_paid(instructor_id=instructor_id)


@measure_operation
def tier(*, instructor_id: int, now: datetime) -> Tier:
    """The instructor's commission now, and what is missing to a lower one. Raises NotFound for who does not teach."""
    founding = setup.read(instructor_id=instructor_id).profile.founding
    return commission.tier(instructor_id=instructor_id, founding=founding, now=now)


@measure_operation
def as_csv(*, month: Month) -> str:
    """The month for a spreadsheet: amounts in dollars with two decimals, and no text that it would run."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_lines(month))
    return file.getvalue()


def _lines(month: Month) -> Iterator[list[str]]:
    for lesson in month.lessons:
        percent, cents = str(lesson.commission_percent), amount(lesson.commission_cents or 0)
        yield [
            *_facts(lesson, "Lesson"),
            amount(lesson.price_cents),
            percent,
            cents,
            amount(lesson.earned_cents or 0),
        ]
    for lesson in month.late_cancelled:
        yield [*_facts(lesson, "Cancelled late"), "", "", "", amount(lesson.earned_cents or 0)]


def _facts(lesson: Booking, what: str) -> list[str]:
    return [
        lesson.booking_date.isoformat(),
        f"{lesson.start_time:%H:%M}",
        lesson.reference,
        what,
        _harmless(lesson.service_name),
        _harmless(lesson.student.public_name),
    ]


def amount(cents: int) -> str:
    """An amount for a spreadsheet: dollars with two decimals and no sign of the currency."""
    return f"{cents // 100}.{cents % 100:02}"


def _harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not work out."""
    return f"'{text}" if text.startswith(FORMULA) else text
