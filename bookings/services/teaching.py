"""What an instructor sees of the lessons that they teach, and the notes that they keep on them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from accounts.models import User
from accounts.permissions import PermissionName
from bookings.models import STANDING, Booking, BookingQuerySet, Status
from bookings.repositories import bookings as repository
from instainstru.core import policy
from instainstru.core.errors import NotAllowed
from instainstru.core.measure import measure_operation
from instainstru.core.permissions import may
from instainstru.core.time import NEW_YORK, Span, midnight


class When(StrEnum):
    """Which of the lessons taught are meant."""

    ALL = "all"
    UPCOMING = "upcoming"
    PAST = "past"


@dataclass(frozen=True)
class Desk:
    """The next lesson, the others of today, over or not, and the first of those after today."""

    next: Booking | None
    today: list[Booking]
    coming: list[Booking]


@dataclass(frozen=True)
class Stretch:
    """Some of the lessons that have been, the last first; `more` is the last one's reference if there are others."""

    lessons: list[Booking]
    more: str


@measure_operation
def taught(*, person: User, when: When, now: datetime) -> BookingQuerySet:
    """The lessons that a person teaches, lazily: the next first of those to come, else the latest first."""
    mine = repository.taught_by(person_id=person.pk)
    to_come = Q(status__in=STANDING, lesson__endswith__gt=now)
    if when is When.UPCOMING:
        return mine.filter(to_come).order_by("lesson", "pk")
    return mine.exclude(to_come) if when is When.PAST else mine


@measure_operation
def desk(*, person: User, now: datetime) -> Desk:
    """An instructor's day, and what comes after it."""
    day = now.astimezone(NEW_YORK).date()
    today = Span(midnight(day), midnight(day + timedelta(days=1)))
    mine = repository.taught_by(person_id=person.pk).order_by("lesson", "pk")
    standing = mine.filter(status__in=STANDING, lesson__startswith__gte=today.end)
    coming = list(standing[: policy.NEXT_LESSONS])
    todays = list(mine.filter(lesson__overlap=today.as_range).exclude(status=Status.CANCELLED))
    ahead = [lesson for lesson in todays if lesson.status in STANDING and lesson.span.end > now]
    following = next(iter(ahead or coming), None)
    return Desk(
        next=following,
        today=[lesson for lesson in todays if lesson != following],
        coming=[lesson for lesson in coming if lesson != following],
    )


@measure_operation
def past(*, person: User, before: str, now: datetime) -> Stretch:
    """Lessons that have been, and those cancelled, from the one after that reference on, or from the last."""
    mine = taught(person=person, when=When.PAST, now=now)
    last = mine.filter(reference=before).first() if before else None
    if last is not None:
        mine = mine.filter(Q(lesson__lt=last.lesson) | Q(lesson=last.lesson, pk__lt=last.pk))
    found = list(mine[: policy.TAUGHT_A_PAGE + 1])
    shown = found[: policy.TAUGHT_A_PAGE]
    return Stretch(shown, shown[-1].reference if len(found) > len(shown) else "")


@measure_operation
def may_note(*, booking: Booking, viewer: User) -> None:
    """Raises NotAllowed for everybody but the lesson's instructor: nobody else reads or writes their note."""
    if not may(viewer, PermissionName.VIEW_INCOMING_BOOKINGS, booking):
        raise NotAllowed("Only the instructor of a lesson keeps notes on it.")


@measure_operation
def keep_note(*, booking: Booking, by: User, text: str) -> None:
    """Keep an instructor's own note on a lesson. Raises NotAllowed for everybody else."""
    may_note(booking=booking, viewer=by)
    repository.record_private_note(booking, text)
