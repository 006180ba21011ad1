"""An instructor's commission: by the lessons completed in the 30 days before a lesson's end, or for founders."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.models import Booking
from bookings.repositories import bookings as repository
from instainstru.core import money, policy


@dataclass(frozen=True)
class NextTier:
    """A lower commission, and how many lessons more it takes."""

    percent: int
    lessons_missing: int


@dataclass(frozen=True)
class Tier:
    """The commission of a lesson that ended now. Without `next` there is none lower to be had."""

    percent: int
    completed: int
    next: NextTier | None
    founding: bool


def percent_of(booking: Booking) -> int:
    """The commission of a lesson in percent, the lesson itself not counted."""
    completed = _completed(booking.instructor_id, end=booking.span.end)
    return money.commission_percent(lessons_completed=completed, founding=booking.instructor.founding)


def tier(*, instructor_id: int, founding: bool, now: datetime) -> Tier:
    """Where an instructor stands now, and what is missing to the next tier."""
    completed = _completed(instructor_id, end=now)
    ahead = [NextTier(rate, lessons - completed) for lessons, rate in policy.COMMISSION_TIERS if lessons > completed]
    return Tier(
        percent=money.commission_percent(lessons_completed=completed, founding=founding),
        completed=completed,
        next=ahead[0] if ahead and not founding else None,
        founding=founding,
    )


def _completed(instructor_id: int, *, end: datetime) -> int:
    since = end - timedelta(days=policy.COMMISSION_WINDOW_DAYS)
    return repository.completed_before(instructor_id=instructor_id, end=end, since=since)
