"""What is free: read from the kept spans, bounded by notice and horizon as booking is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from instainstru.core import policy
from instainstru.core.errors import DomainError
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, Span, midnight
from instructors.models import InstructorProfile
from instructors.repositories import free_time as repository
from instructors.repositories.free_time import Wanted
from instructors.services.catalogue import NotOffered


class TooSoon(DomainError):
    """The start lies before the first that may be booked now."""

    code, status, sentence = "too_soon", 400, "This start is too soon."


class TooFar(DomainError):
    """The date lies beyond the last that may be booked now."""

    code, status = "too_far", 400
    sentence = f"Lessons can be booked up to {policy.HORIZON_DAYS} days ahead."


class NotFree(DomainError):
    """The time that somebody looks at is not free any more, or never was; `nearest` has the closest that are."""

    code, status, sentence = "time_taken", 409, "This time is not free any more."


@dataclass(frozen=True)
class LessonKind:
    """A lesson as somebody might want it: with whom, where, how long."""

    instructor: InstructorProfile
    place: Place
    minutes: int


@measure_operation
def check_notice(*, instructor: InstructorProfile, place: Place, lesson: Span, now: datetime) -> None:
    """Hold a lesson against notice, overnight guard and horizon. Raises TooSoon or TooFar."""
    earliest = policy.earliest_start(travel=place.travel, guard=instructor.overnight_guard, now=now)
    if lesson.start < earliest:
        first = earliest.astimezone(NEW_YORK)
        raise TooSoon(f"The first start that can be booked now is {first:%A %-d %B, %-I:%M %p}.")
    if lesson.start.astimezone(NEW_YORK).date() > policy.last_date(now=now):
        raise TooFar


def _wanted(kind: LessonKind, *, opens: datetime, closes: datetime, now: datetime) -> Wanted:
    return Wanted(
        instructor_id=kind.instructor.pk,
        travel=kind.place.travel,
        minutes=kind.minutes,
        earliest=policy.earliest_start(travel=kind.place.travel, guard=kind.instructor.overnight_guard, now=now),
        opens=opens,
        closes=min(closes, midnight(policy.last_date(now=now) + timedelta(days=1))),
    )


@measure_operation
def on_days(*, kind: LessonKind, first: date, days: int, now: datetime) -> list[datetime]:
    """Every bookable start (UTC) of a kind of lesson on so many local days."""
    opens, closes = midnight(first), midnight(first + timedelta(days=days))
    most = days * 100  # quarters of the longest day
    return repository.first_starts([_wanted(kind, opens=opens, closes=closes, now=now)], limit=most)[0]


@measure_operation
def next_times(*, kinds: Sequence[LessonKind], limit: int, now: datetime) -> list[list[datetime]]:
    """For each kind of lesson its next bookable starts (UTC), all in one statement."""
    today = midnight(now.astimezone(NEW_YORK).date())
    horizon = today + timedelta(days=policy.FREE_TIME_KEPT_DAYS)
    return repository.first_starts([_wanted(kind, opens=today, closes=horizon, now=now) for kind in kinds], limit=limit)


@measure_operation
def nearest(
    *, instructor: InstructorProfile, place: Place, minutes: int, to: datetime, now: datetime
) -> list[datetime]:
    """Up to three bookable starts (UTC) by distance to the asked one, the earlier first on a tie."""
    kind = LessonKind(instructor, place, minutes)
    today = midnight(now.astimezone(NEW_YORK).date())
    horizon = today + timedelta(days=policy.FREE_TIME_KEPT_DAYS)
    wanted = _wanted(kind, opens=today, closes=horizon, now=now)
    return repository.nearest_starts(wanted, to=to, limit=policy.NEAREST_TIMES)


@measure_operation
def offered_on_days(
    *, instructor: InstructorProfile, place: Place, minutes: int, first: date, days: int, now: datetime
) -> list[datetime]:
    """Like `on_days`, for a length and place that one of the instructor's services must offer. Raises NotOffered."""
    offered = any(
        minutes in service.lengths and any(offer.place == place for offer in service.places.all())
        for service in instructor.services.all()
    )
    if not offered:
        raise NotOffered
    return on_days(kind=LessonKind(instructor, place, minutes), first=first, days=days, now=now)


@measure_operation
def check_free(*, instructor: InstructorProfile, place: Place, minutes: int, lesson: Span, now: datetime) -> None:
    """Look, without a lock, whether a lesson could be booked now. Raises TooSoon, TooFar, or NotFree with the nearest.

    For a page before the press: what counts is what the booking finds.
    """
    check_notice(instructor=instructor, place=place, lesson=lesson, now=now)
    found = nearest(instructor=instructor, place=place, minutes=minutes, to=lesson.start, now=now)
    if lesson.start not in found:
        raise NotFree(nearest=found)
