"""The repeating week: read with its version, saved against it."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from instainstru.core.contention import under_lock
from instainstru.core.errors import Stale
from instainstru.core.measure import measure_operation
from instainstru.core.time import NEW_YORK, days_touched
from instructors.models import CalendarEntry, WeeklyHours
from instructors.repositories import calendar as repository
from instructors.repositories import profiles
from instructors.services import calendar

Stretch = tuple[int, int]  # minutes of the local day: opens, closes


@dataclass(frozen=True)
class Pattern:
    """The hours of each weekday (0 is Monday), and the version that names exactly them."""

    days: tuple[tuple[Stretch, ...], ...]

    @property
    def version(self) -> str:
        """A hash of the hours: equal hours have equal versions."""
        return hashlib.sha256(json.dumps(self.days).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Saved:
    """What a save left: the pattern, and booked lessons that it no longer covers. They stand."""

    pattern: Pattern
    uncovered: list[CalendarEntry]


def _pattern(hours: Iterable[WeeklyHours]) -> Pattern:
    days: list[list[Stretch]] = [[] for _ in range(7)]
    for stretch in hours:
        days[stretch.weekday].append((stretch.opens, stretch.closes))
    return Pattern(tuple(tuple(sorted(day)) for day in days))


@measure_operation
def read(*, instructor_id: int) -> Pattern:
    """An instructor's repeating hours."""
    return _pattern(repository.weekly_hours_of([instructor_id]))


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
    instructor = profiles.teaching_side(instructor_id)
    today = now.astimezone(NEW_YORK).date()
    if instructor and instructor.free_through and today <= instructor.free_through:
        calendar.rewrite_days(instructors=[instructor], days=calendar.days_from(today, instructor.free_through))
    return Saved(read(instructor_id=instructor_id), _uncovered(instructor_id, now=now))


def _uncovered(instructor_id: int, *, now: datetime) -> list[CalendarEntry]:
    """The coming lessons that do not lie in the hours, dated hours counted."""
    lessons = repository.coming_lessons(instructor_id=instructor_id, after=now)
    touched: list[date] = sorted({day for lesson in lessons for day in days_touched(lesson.span)})
    hours = repository.hours_of([instructor_id], touched)
    stretches = calendar.open_stretches(hours.weekly, touched, hours.dated)
    return [lesson for lesson in lessons if not calendar.covered(lesson.span, stretches)]
