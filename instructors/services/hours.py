"""The repeating week: read with its version, saved against it."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from instainstru.core.contention import under_lock
from instainstru.core.errors import Stale
from instainstru.core.measure import measure_operation
from instainstru.core.time import days_touched
from instructors.models import CalendarEntry
from instructors.repositories import calendar as repository
from instructors.services import calendar
from instructors.services.calendar import Day, Stretch


def version_of(days: Iterable[object]) -> str:
    """The version that names exactly these days of hours: equal hours have equal versions."""
    return hashlib.sha256(json.dumps(list(days)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Pattern:
    """The hours of each weekday (0 is Monday), and the version that names exactly them."""

    days: tuple[Day, ...]

    @property
    def version(self) -> str:
        """A hash of the hours."""
        return version_of(self.days)


@dataclass(frozen=True)
class Saved:
    """What a save left: the pattern, and booked lessons that it no longer covers. They stand."""

    pattern: Pattern
    uncovered: list[CalendarEntry]


@measure_operation
def read(*, instructor_id: int) -> Pattern:
    """An instructor's repeating hours."""
    return Pattern(calendar.usual_week(repository.weekly_hours_of([instructor_id])))


@measure_operation
@under_lock
def save(*, instructor_id: int, days: Sequence[Sequence[Stretch]], versions: Collection[str], now: datetime) -> Saved:
    """Put seven days of hours in place of those of one of `versions`, and work out free time anew.

    Booked lessons are never touched: those that the new hours no longer cover are reported. Raises Stale when
    the hours are of none of these versions any more.
    """
    calendar.lock(person_ids=[instructor_id])
    if read(instructor_id=instructor_id).version not in versions:
        raise Stale
    wanted = [(weekday, opens, closes) for weekday, day in enumerate(days) for opens, closes in day]
    repository.replace_weekly_hours(instructor_id=instructor_id, stretches=wanted)
    calendar.rewrite_coming(instructor_id=instructor_id, now=now)
    return Saved(read(instructor_id=instructor_id), uncovered(instructor_id=instructor_id, now=now))


@measure_operation
def uncovered(*, instructor_id: int, now: datetime) -> list[CalendarEntry]:
    """The coming lessons that do not lie in the hours, dated hours counted. They stand."""
    lessons = repository.coming_lessons(instructor_id=instructor_id, after=now)
    touched = [day for lesson in lessons for day in days_touched(lesson.span)]  # ascending, as the lessons are
    return calendar.not_covered(lessons, repository.hours_of([instructor_id], touched))
